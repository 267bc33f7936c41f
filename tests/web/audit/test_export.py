"""Taking a part of the log away: only what the asker reads, for a purpose, to the asker alone."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from almenara.audit.exporting import COLUMNS
from almenara.audit.models import Entry
from almenara.common.identity import Identity
from almenara.privacy.exports.running import run_export
from almenara.privacy.models import Export
from tests.support.acting import signed_in
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.log import say

EXPORT = "/en/audit/export/"
FORMULA = "=HYPERLINK(1)"
PURPOSE = {"purpose": "complaint 17 of the ombudsman", "file_format": "csv"}


@pytest.fixture
def auditor(frozen_clock: Any, people: Cast) -> Client:
    return signed_in(people["auditor"])


def written(person: Any) -> Export:
    with owner_rights():
        waiting = Export.objects.get(person=person, state="waiting")
    made = run_export(waiting.public_id, Identity(person=person.pk))
    assert made is not None
    return made


def rows_of(client: Client, made: Export) -> list[dict[str, str]]:
    answer = client.get(f"{EXPORT}{made.public_id}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_what_is_asked_for_is_written_and_nothing_beyond_reach(auditor: Client, people: Cast) -> None:
    officer = people["officer"]
    detail = {"before": {"name": "=1+1"}, "after": {}}
    kept = [
        say(
            "paging",
            country="ZZ",
            person=officer.pk,
            reason="=HYPERLINK(1)",
            at="2026-03-02 23:59:59Z",
            detail=detail,
        ),
        say("paging", country="ZZ", at="2026-03-02 00:00:00Z"),
    ]
    for left_out in ({"country": "YY"}, {"country": "ZZ", "at": "2026-03-03 00:00:00Z"}, {}):
        say("paging", **{"at": "2026-03-02 12:00:00Z", **left_out})
    asked = f"{EXPORT}?kind=paging&since=2026-03-02&until=2026-03-02"
    page = auditor.get(asked).content.decode()
    assert "kind = paging" in page
    assert auditor.post(asked, PURPOSE).headers["Location"] == EXPORT
    made = written(people["auditor"])
    assert (made.rows, made.state) == (2, "done")
    rows = rows_of(auditor, made)
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["id"]) for row in rows] == kept
    assert (rows[0]["person_name"], rows[0]["reason"]) == (officer.name, f"'{FORMULA}")
    assert json.loads(rows[0]["detail"]) == detail
    assert f'href="{EXPORT}{made.public_id}/"' in auditor.get(EXPORT).content.decode()


def test_nobody_else_downloads_it(auditor: Client, people: Cast) -> None:
    auditor.post(f"{EXPORT}?kind=paging", PURPOSE)
    made = written(people["auditor"])
    with owner_rights():
        people.grant("nobody", "auditor", "ZZ")
    other = signed_in(people["nobody"])
    assert other.get(f"{EXPORT}{made.public_id}/").status_code == 404
    assert signed_in(people["administrator"]).get(f"{EXPORT}{made.public_id}/").status_code == 403


def test_a_purpose_is_needed_and_what_is_asked_must_be_right(auditor: Client, people: Cast) -> None:
    assert auditor.post(EXPORT, {**PURPOSE, "purpose": " "}).status_code == 422
    assert "The log was not searched" in auditor.post(f"{EXPORT}?country=YY", PURPOSE).content.decode()
    with owner_rights():
        assert not Export.objects.exists()


def test_without_a_fresh_proof_it_is_asked_for_first(people: Cast) -> None:
    stale = signed_in(people["auditor"], just_now=False)
    assert "/reauthenticate/" in stale.post(EXPORT, PURPOSE).headers["Location"]
    with owner_rights():
        assert not Export.objects.exists()


def test_an_export_of_the_log_is_in_the_log(auditor: Client, people: Cast) -> None:
    auditor.post(f"{EXPORT}?kind=refusal", PURPOSE)
    made = written(people["auditor"])
    with owner_rights():
        said = Entry.objects.filter(object_type="privacy_export", person=people["auditor"].pk)
        assert set(said.values_list("kind", flat=True)) == {"insert", "update"}
        assert str(made.pk) in set(said.values_list("object_id", flat=True))
