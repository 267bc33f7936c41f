from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from almenara.places import queries
from almenara.places.actions import save_territories
from almenara.places.models import Level, Territory
from almenara.places.names import sort_key
from almenara.places.paging import page_of
from almenara.places.records import TerritoryRecord
from almenara.places.rekey import rekey

pytestmark = pytest.mark.django_db

LONG = "Municipality of the Very Long Name by the Lighthouse, the Two Rivers and the Old Salt Road"


@pytest.fixture
def country() -> Territory:
    root = Territory.objects.create(code="ZZ", country="ZZ", level=Level.COUNTRY, name="Isla")
    for code, name in [("01", "Ñuble"), ("02", "Norte"), ("03", "Oeste")]:
        department = Territory.objects.create(
            code=code, country="ZZ", level=Level.DEPARTMENT, name=name, parent=root
        )
        _municipality(department, f"{code}1", f"San José de {name}")
    return root


def _municipality(parent: Territory, code: str, name: str) -> Territory:
    return Territory.objects.create(
        code=code, country="ZZ", level=Level.MUNICIPALITY, name=name, parent=parent
    )


def test_names_are_in_the_languages_alphabetical_order(country: Territory) -> None:
    assert _departments("es") == ["Norte", "Ñuble", "Oeste"]
    assert _departments("pt") == ["Norte", "Ñuble", "Oeste"]
    Territory.objects.create(code="04", country="ZZ", level=Level.DEPARTMENT, name="Nzeto", parent=country)
    assert _departments("es") == ["Norte", "Nzeto", "Ñuble", "Oeste"]
    assert _departments("fr") == ["Norte", "Ñuble", "Nzeto", "Oeste"]


def test_a_page_before_what_is_not_in_the_list_is_the_first(country: Territory) -> None:
    departments = Territory.objects.filter(level=Level.DEPARTMENT)
    elsewhere = Territory.objects.get(code="011").pk
    for before in ("-1", "x", elsewhere):
        assert page_of(departments, before=before) == page_of(departments)


def _departments(language: str) -> list[str]:
    departments = Territory.objects.filter(country="ZZ", level=Level.DEPARTMENT)
    return list(departments.order_by(queries.alphabetical(language)).values_list("name", flat=True))


def test_search_takes_the_beginnings_of_words_without_accents(country: Territory) -> None:
    assert [place.code for place in queries.search("nub", "es")] == ["01", "011"]
    assert [place.code for place in queries.search("jose NUB", "es")] == ["011"]
    assert queries.search("uble", "es") == []
    assert queries.search("100%_", "es") == []
    assert queries.search("  ", "es") == []


def test_search_finds_a_code(country: Territory) -> None:
    assert [place.name for place in queries.search("021", "es")] == ["San José de Norte"]


def test_a_name_of_ninety_characters_is_kept_whole(country: Territory) -> None:
    department = Territory.objects.get(code="01")
    _municipality(department, "019", LONG)
    assert len(LONG) == 90
    assert queries.search("very long name", "en")[0].name == LONG


def test_names_written_in_bulk_get_their_keys_too(country: Territory) -> None:
    Territory.objects.bulk_create(
        [Territory(code="015", country="ZZ", level=Level.MUNICIPALITY, name="Ñaña", parent=country)]
    )
    row = Territory.objects.get(code="015")
    assert (row.sort_key_es, row.sort_key_fr) == (sort_key("Ñaña", "es"), sort_key("Ñaña", "fr"))
    assert row.search_name == "nana"


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "01", "level": Level.COUNTRY, "parent": None},
        {"code": "XX", "country": "ZZ", "level": Level.COUNTRY, "parent": None},
        {"code": "77", "level": Level.DEPARTMENT, "parent": None},
    ],
)
def test_the_database_refuses_a_twin_and_an_orphan(country: Territory, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.create(**{"country": "ZZ", "name": "x", **fields})


def records(number: int, name: str, parent: str) -> list[TerritoryRecord]:
    """So many municipalities of a department, and both departments."""
    above = [TerritoryRecord(code, f"Department {code}", Level.DEPARTMENT, "ZZ") for code in ("01", "02")]
    return above + [
        TerritoryRecord(f"M{i}", f"{name} {i}", Level.MUNICIPALITY, parent) for i in range(number)
    ]


def asked_to_save(number: int, name: str, parent: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        save_territories(country="ZZ", records=records(number, name, parent), by=None)
    return len(captured)


def test_known_territories_are_brought_up_to_date_by_as_few_statements_as_new_ones(
    country: Territory,
) -> None:
    new = asked_to_save(300, "Ñandú", "01")
    known = asked_to_save(300, "Águila", "02")
    assert asked_to_save(3, "Zorro", "01") == known
    assert known <= new


def test_what_is_written_at_once_has_its_keys_its_list_and_its_own_row(country: Territory) -> None:
    asked_to_save(3, "Ñandú", "01")
    before = dict(Territory.objects.values_list("code", "pk"))
    asked_to_save(4, "Águila", "02")
    after = Territory.objects.get(code="M2")
    assert (after.search_name, after.sort_key_es) == ("aguila 2", sort_key("Águila 2", "es"))
    assert after.listed_in is not None
    assert after.listed_in.code == "02"
    now = dict(Territory.objects.values_list("code", "pk"))
    assert {code: now[code] for code in before} == before
    assert now.keys() - before.keys() == {"M3"}


def test_keys_of_an_earlier_rule_are_computed_anew_once(country: Territory) -> None:
    asked_to_save(3, "Ñandú", "01")
    keys = dict(Territory.objects.values_list("pk", "sort_key_pt"))
    Territory.objects.filter(name__startswith="Ñandú").update(sort_key_pt="nandu")
    assert rekey(Territory) == 3
    assert dict(Territory.objects.values_list("pk", "sort_key_pt")) == keys
    assert rekey(Territory) == 0
