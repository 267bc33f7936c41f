"""The inventory: entries, how complete they are, how far definitions agree, and whole spreadsheets of them."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from almenara.agreements.actions.importing import MOST_ROWS, Imported, columns, import_systems
from almenara.agreements.actions.systems import Judgement, put_system
from almenara.agreements.models import Concept, Match, Sameness, System
from almenara.agreements.presenters.systems import completeness_of
from almenara.agreements.queries.systems import DESCRIBED, Completeness, SystemFilters, concepts, found
from tests.support.acting import signed_in
from tests.support.agreements import World, acting
from tests.support.database import owner_rights
from tests.support.uploads import sent

pytestmark = pytest.mark.django_db
FULL = {
    "content": "Inspections", "population": "Workplaces of the capital", "format": "database",
    "frequency": "monthly", "responsible_role": "Head of statistics", "since": "2019",
    "technical_contact": "help@police.example",
}  # fmt: skip


def at(name: str, *arguments: object) -> str:
    return reverse(f"agreements:{name}", args=arguments)


def table(*rows: dict[str, str], header: list[str] | None = None) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, header or columns(), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def imported(laid: World, content: bytes, name: str = "systems.csv", by: str = "coordinator") -> Imported:
    with acting(laid.people[by]):
        return import_systems(sent(content, name), by=laid.people[by])


def kept() -> list[System]:
    with owner_rights():
        return list(System.objects.order_by("pk").prefetch_related("matches"))


def test_concepts_have_a_name_in_every_language(laid: World) -> None:
    for concept in Concept.objects.all():
        names = [concept.name_es, concept.name_pt, concept.name_en, concept.name_fr]
        assert all(names), concept
    assert len(concepts()) == 8


def test_an_entry_counts_what_it_says_of_what_is_asked(laid: World) -> None:
    imported(laid, table({"owner": "Police", "name": "A"}, {"owner": "Police", "name": "B", **FULL,
             "child-labour": "same", "schooling": "unknown"}))  # fmt: skip
    asked = len(DESCRIBED) + 8
    assert [completeness_of(system, concepts()) for system in kept()] == [
        Completeness(0, asked), Completeness(len(DESCRIBED) + 1, asked),
    ]  # fmt: skip


def test_a_spreadsheet_is_read_as_csv_and_as_a_workbook_alike(laid: World) -> None:
    row = {"owner": "POLICE", "name": "Register", **FULL, "worst-forms": "partly"}
    book = openpyxl.Workbook()
    book.active.append([name.upper() for name in row])
    book.active.append(list(row.values()))
    buffer = io.BytesIO()
    book.save(buffer)
    assert imported(laid, table(row)) == Imported(added=1)
    assert imported(laid, buffer.getvalue(), "systems.xlsx").faults[0].column == "name"
    with owner_rights():
        System.objects.update(name="Another")
    assert imported(laid, buffer.getvalue(), "systems.xlsx") == Imported(added=1)
    first, second = kept()
    same = ("owner_id", "content", "format", "frequency", "since", "technical_contact", "population")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]
    assert second.since.isoformat() == "2019-01-01"  # type: ignore[union-attr]
    with owner_rights():
        assert set(Match.objects.values_list("system", "concept", "sameness")) == {
            (first.pk, "worst-forms", "partly"), (second.pk, "worst-forms", "partly"),
        }  # fmt: skip


def test_one_bad_row_keeps_all_out_and_every_fault_has_its_row_and_column(laid: World) -> None:
    found = imported(
        laid,
        table(
            {"owner": "Police", "name": "Good"},
            {"owner": "Nobody's", "name": "X"},
            {"owner": "Foreign", "name": "X"},
            {"owner": "Police", "name": ""},
            {"owner": "Police", "name": "Y", "format": "papyrus", "since": "soon", "schooling": "maybe"},
            {"owner": "Police", "name": "Good"},
            {"owner": "Police", "name": "n" * 201},
        ),
    )
    assert found.added == 0
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (3, "owner"), (4, "owner"), (5, "name"), (6, "format"), (6, "since"), (6, "schooling"),
        (7, "name"), (8, "name"),
    ]  # fmt: skip
    assert all(fault.what and fault.remedy for fault in found.faults)
    assert kept() == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"owner,name\n", [(0, "")]),
        (b"owner\nPolice\n", [(1, "name")]),
        (b"owner,name,name,colour\nPolice,A,B,red\n", [(1, "colour"), (1, "name")]),
        (b"owner,name\n" + b"Police,A\n" * (MOST_ROWS + 1), [(0, "")]),
    ],
)
def test_a_table_of_another_shape_is_refused(laid: World, content: bytes, expected: list[Any]) -> None:
    assert [(fault.row, fault.column) for fault in imported(laid, content).faults] == expected


def test_semicolons_quotes_and_a_byte_order_mark_are_understood(laid: World) -> None:
    content = '\ufeffowner;name;content\nPolice;"A; B";"two\nlines"\n\nPolice;C;\n'.encode()
    assert imported(laid, content).added == 2
    assert [(system.name, system.content) for system in kept()] == [("A; B", "two\nlines"), ("C", "")]


def test_the_technical_contact_is_nowhere_in_the_clear(laid: World) -> None:
    imported(laid, table({"owner": "Police", "name": "A", **FULL}))
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute("SELECT id, technical_contact FROM agreements_system")
        key, contact = cursor.fetchone()
        assert b"help@" not in bytes(contact)
        cursor.execute(
            "SELECT detail::text FROM witness_entry WHERE object_type = 'agreements_system' AND object_id = %s",
            [str(key)],
        )
        [(detail,)] = cursor.fetchall()
    assert "help@" not in detail
    assert "technical_contact" in detail


def test_the_form_keeps_an_entry_with_its_judgements_and_receivers(laid: World) -> None:
    client = signed_in(laid.people["coordinator"])
    institutions = laid.people.institutions
    data = {
        **FULL, "since": "2019-01-01", "owner": institutions["police"].pk, "name": "Register",
        "receivers": [institutions["ministry"].pk, institutions["police"].pk],
        **{f"sameness-{concept.code}": "unknown" for concept in concepts()},
        "sameness-age-bands": "different", "note-age-bands": "From 12",
    }  # fmt: skip
    assert client.post(at("system-new"), data).status_code == 302
    [system] = kept()
    with owner_rights():
        assert [feed.receiver for feed in system.feeds.all()] == [institutions["ministry"]]
        assert system.matches.get(concept="age-bands").note == "From 12"
    page = client.get(at("system", system.pk)).content.decode()
    assert "From 12" in page
    assert "help@police.example" in page
    assert client.post(at("system-new"), data).status_code == 422
    assert client.post(at("system-edit", system.pk), {**data, "receivers": []}).status_code == 302
    with owner_rights():
        assert not system.feeds.exists()
    assert client.post(at("system-new"), {**data, "owner": institutions["foreign"].pk}).status_code == 422


def test_an_entry_beyond_reach_does_not_exist(laid: World) -> None:
    with owner_rights():
        foreign = System.objects.create(owner=laid.people.institutions["foreign"], name="Foreign register")
    client = signed_in(laid.people["coordinator"])
    for page in ("system", "system-edit"):
        assert client.get(at(page, foreign.pk)).status_code == 404
    assert "Foreign register" not in client.get(at("systems")).content.decode()
    assert signed_in(laid.people["link"]).get(at("system-import")).status_code == 403


def test_the_import_page_shows_faults_by_row(laid: World) -> None:
    client = signed_in(laid.people["coordinator"])
    bad = client.post(at("system-import"), {"file": sent(table({"owner": "x", "name": "y"}), "t.csv")})
    assert bad.status_code == 422
    assert "<td>2</td>" in bad.content.decode()
    assert client.post(at("system-import"), {"file": sent(b"\x00\x01", "t.csv")}).status_code == 422
    good = client.post(at("system-import"), {"file": sent(table({"owner": "Town", "name": "y"}), "t.csv")})
    assert good.status_code == 302
    template = client.get(at("system-template")).content.decode()
    assert template.strip().split(",") == columns()


def test_systems_are_found_by_how_far_a_definition_agrees(laid: World) -> None:
    coordinator = laid.people["coordinator"]
    with acting(coordinator):
        for name, sameness in (("A", Sameness.SAME), ("B", Sameness.UNKNOWN), ("C", None)):
            judged = {"schooling": Judgement(sameness)} if sameness else {}
            system = System(owner=laid.people.institutions["police"], name=name)
            put_system(system, judgements=judged, receivers=(), by=coordinator)

        def names(sameness: str) -> set[str]:
            filters = SystemFilters(concept="schooling", sameness=sameness)
            return {system.name for system in found(coordinator, filters)}

        assert (names("same"), names("unknown"), names("different")) == ({"A"}, {"B", "C"}, set())
