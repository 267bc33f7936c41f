"""The auditors' pages: who comes in, what is shown and how, and that the look itself is in the log."""

from __future__ import annotations

import ast
import html
import itertools
import re

import pytest
from django.test import Client
from django.utils import translation

from almenara.audit.models import Entry
from almenara.audit.presenters.kinds import KINDS
from almenara.audit.presenters.objects import TABLES
from almenara.witness.history import tracked
from tests.support.acting import signed_in
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.log import say
from tests.support.repository import ROOT

LOG, SEALS = "/en/audit/", "/en/audit/seals/"
HOSTILE = (
    "<script>x</script>\r\n2026-01-01 00:00:00 Root deleted everything\x1b[2J\u202egnp.exe\u2028\x00".replace(
        "\x00", ""
    )
)


def text_of(client: Client, address: str) -> str:
    """What is read on the page, without markup, blanks as one."""
    answer = client.get(address)
    assert answer.status_code == 200
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", main[0])).split())


@pytest.mark.parametrize("address", [LOG, SEALS])
def test_only_auditors_come_in(client: Client, people: Cast, address: str) -> None:
    for name in ("administrator", "coordinator", "secretariat", "case_worker", "nobody"):
        assert signed_in(people[name], client).get(address).status_code == 403, name
    assert signed_in(people["auditor"], client).get(address).status_code == 200
    client.logout()
    assert client.get(address).status_code == 302


def test_an_entry_is_a_sentence_with_reason_and_names(auditor: Client, people: Cast) -> None:
    officer, colleague = people["officer"], people["colleague"]
    say(
        "read", country="ZZ", person=officer.pk, reason="complaint 17", object_type="accounts_personalfile",
        object_id=str(colleague.pk), institution=people.institutions["ministry"].pk,
    )  # fmt: skip
    assert f"{officer.name} opened the personal file of {colleague.name} — complaint 17" in text_of(
        auditor, f"{LOG}?kind=read"
    )


def test_of_oneself_of_a_system_of_strangers_and_of_what_is_gone(auditor: Client, people: Cast) -> None:
    officer = people["officer"]
    say("signin", country="ZZ", person=officer.pk, object_type="accounts_user", object_id=str(officer.pk))
    say("signin_failed", country="ZZ", origin="abc", object_type="accounts_user", object_id=str(officer.pk))
    say("refusal", country="ZZ", person=10**9, detail={"path": "/es/x/", "method": "GET"})
    say("export", country="ZZ", service=10**9, object_type="agreements_agreement", object_id="999999999")
    say("odd_act", country="ZZ", object_type="odd_table", object_id="not-a-number")
    say("update", country="ZZ", object_type="accounts_office", object_id="not-a-number")
    shown = text_of(auditor, LOG)
    for sentence in (
        f"{officer.name} signed in to their own account",
        f"Somebody not signed in tried to sign in to the account of {officer.name} and failed",
        "Person 1000000000 was refused access to /es/x/",
        "The system 1000000000 exported the agreement no. 999999999",
        "The operator or the platform itself did “odd_act” with odd_table not-a-number",
        "changed the office no. not-a-number",
    ):
        assert sentence in shown


def test_a_change_is_a_table_of_before_and_after(auditor: Client) -> None:
    say(
        "update", country="ZZ", object_type="accounts_office", object_id="1",
        detail={"before": {"name": "North"}, "after": {"name": "Far north"}, "private": ["notes"]},
    )  # fmt: skip
    page = auditor.get(f"{LOG}?kind=update&object_id=1").content.decode()
    [row, private] = re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL)[0].split("</tr>")[:2]
    assert re.findall(r"<(?:th scope=\"row\"|bdi)>([^<]*)<", row) == ["name", "North", "Far north"]
    assert "the log does not keep the value" in private


def test_what_users_write_is_shown_harmlessly(auditor: Client, people: Cast) -> None:
    with owner_rights():
        people["officer"].name = HOSTILE[:150]
        people["officer"].save()
    say(
        "update", country="ZZ", person=people["officer"].pk, reason=HOSTILE, origin=HOSTILE,
        object_type="accounts_office", object_id=HOSTILE,
        detail={"before": {HOSTILE: HOSTILE}, "after": {}, "private": [HOSTILE], HOSTILE: [HOSTILE]},
    )  # fmt: skip
    answer = auditor.get(f"{LOG}?kind=update").content.decode()
    assert "<script>x" not in answer
    assert set("\x1b\u202e\u2028\r") & set(answer) == set()
    shown = html.unescape(answer)
    assert "⟨U+000D⟩⟨U+000A⟩2026-01-01 00:00:00 Root" in shown
    assert "⟨U+001B⟩[2J⟨U+202E⟩gnp.exe⟨U+2028⟩" in shown


def test_a_long_text_is_cut_short(auditor: Client) -> None:
    say("read", country="ZZ", reason="x" * 5000)
    shown = auditor.get(LOG).content.decode()
    assert "x" * 1000 + "…" in shown
    assert "x" * 1001 not in shown


def test_a_look_into_the_log_is_in_the_log(auditor: Client, people: Cast) -> None:
    auditor.get(f"{LOG}?kind=refusal&since=2026-01-01")
    with owner_rights():
        look = Entry.objects.filter(kind="search", object_type="witness_entry").latest("pk")
    assert look.person == people["auditor"].pk
    assert look.country == "ZZ"
    assert look.detail == {"filters": {"kind": "refusal", "since": "2026-01-01"}}
    assert "searched the log" in text_of(auditor, LOG)


def test_a_person_is_found_by_name_or_address(auditor: Client, people: Cast) -> None:
    officer, link = people["officer"], people["link"]
    for person in (officer, link):
        say("read", country="ZZ", person=person.pk, reason=f"seen by {person.pk}")
    for asked in ("officer", "OFFICER SIM", officer.email, officer.email.upper()):
        shown = text_of(auditor, f"{LOG}?who={asked}&kind=read")
        assert f"seen by {officer.pk}" in shown
        assert f"seen by {link.pk}" not in shown
    shown = text_of(auditor, f"{LOG}?who={link.email}&person={officer.pk}&kind=read")
    assert f"seen by {link.pk}" in shown, "who is typed counts, whoever was asked for before"
    several = auditor.get(f"{LOG}?who=administrator&kind=read").content.decode()
    assert f"?who=administrator&amp;person={people['administrator'].pk}" not in several
    assert f"?kind=read&amp;person={people['administrator'].pk}" in several
    assert f"person={people['second_administrator'].pk}" in several
    for absent in ("foreigner", "%", "zzz", "zzz@example.org", "()"):
        assert "Nobody whom you may see" in text_of(auditor, f"{LOG}?who={absent}")


def test_what_cannot_be_asked_is_said_and_not_searched(auditor: Client) -> None:
    say("read", country="ZZ", reason="shown to nobody")
    for asked in (
        "since=yesterday", "since=2026-02-02&until=2026-02-01", "person=x", "person=-1",
        "person=99999999999999999999", "kind=A'--", "object_type=;", "country=YY", "institution=x",
        "institution=999999", "kind=a%00b", "object_id=%00",
    ):  # fmt: skip
        shown = text_of(auditor, f"{LOG}?{asked}")
        assert "The log was not searched" in shown, asked
        assert "shown to nobody" not in shown


def test_odd_addresses_are_answered(auditor: Client) -> None:
    for asked in ("before=x", "after=9.9.9", "before=1.1", "after=99999999999999999999.1", "kind=odd_act"):
        assert auditor.get(f"{LOG}?{asked}").status_code == 200


def test_links_lead_to_the_request_the_object_and_the_person(auditor: Client, people: Cast) -> None:
    officer = people["officer"].pk
    say(
        "read",
        country="ZZ",
        person=officer,
        origin="abc",
        object_type="accounts_office",
        object_id="7",
        reason="this one",
    )
    page = auditor.get(f"{LOG}?origin=abc").content.decode()
    for query in ("origin=abc", "object_type=accounts_office&object_id=7", f"person={officer}"):
        assert f'href="{LOG}?{html.escape(query)}"' in page
        assert "this one" in text_of(auditor, f"{LOG}?{query}")


@pytest.mark.parametrize(("sort", "order"), [("", range(119, -1, -1)), ("&sort=at", range(120))])
def test_a_page_leads_to_the_next_entries_and_back_with_its_filters(
    auditor: Client, sort: str, order: range
) -> None:
    for n in range(120):
        say("paging", country="ZZ", reason=f"entry {n:03}")
    address, seen = f"{LOG}?kind=paging{sort}", []
    while address:
        page = auditor.get(address).content.decode()
        seen += re.findall(r"entry (\d{3})", page)
        following = re.search(r'href="([^"]*)"\s*rel="next"', page)
        address = f"{LOG}{html.unescape(following[1])}" if following else ""
    assert seen == [f"{n:03}" for n in order]
    former = re.search(r'href="([^"]*)"\s*rel="prev"', page)
    assert former
    page = auditor.get(f"{LOG}{html.unescape(former[1])}").content.decode()
    assert re.findall(r"entry (\d{3})", page) == [f"{n:03}" for n in order[50:100]]


def test_every_page_in_every_language(auditor: Client) -> None:
    say("read", country="ZZ", object_type="accounts_office", object_id="1")
    for language, page in itertools.product(("es", "pt", "en", "fr"), ("", "seals/")):
        answer = auditor.get(f"/{language}/audit/{page}").content.decode()
        assert f'<html lang="{language}"' in answer
        with translation.override(language):
            heading = translation.gettext("Seals of the log" if page else "The log")
        assert f"<h1>{heading}</h1>" in answer
        assert (heading in ("The log", "Seals of the log")) == (language == "en")


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_every_sentence_keeps_its_names_in_every_language(language: str) -> None:
    with translation.override(language):
        for kind in KINDS.values():
            assert "‹who›" in str(kind.said).format(who="‹who›", what="‹what›")
        for table, called in TABLES.items():
            assert table == "witness_entry" or "‹name›" in str(called.said).format(name="‹name›")


@pytest.mark.django_db
def test_every_table_whose_changes_are_kept_has_its_words() -> None:
    assert set(tracked()) - set(TABLES) == set()


SAYING = {"record", "Said", "_say", "say", "said"}


def kinds_said() -> set[str]:
    """The kinds of entries that the code says into the log, as they are written in it."""
    found = set()
    for path in (ROOT / "src/almenara").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING:
                given = [*node.args[:2], *(word.value for word in node.keywords if word.arg == "kind")]
                found |= {part.value for part in given if isinstance(part, ast.Constant)}
    return {kind for kind in found if isinstance(kind, str) and re.fullmatch("[a-z_]+", kind)}


def test_every_kind_of_entry_that_the_code_says_has_its_sentence() -> None:
    said = kinds_said()
    assert {"refusal", "signin", "suspension", "grant_given", "restore", "search"} <= said
    assert {kind for kind in said - set(KINDS) if kind not in TABLES} == set()
