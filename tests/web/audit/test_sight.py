"""Who sees which entries of the log: the same in Python and in the database."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection, transaction

from almenara.accounts.models import Reach, Role, User
from almenara.accounts.role_names import AUDITOR
from almenara.audit.models import Entry
from almenara.audit.queries import PAGE, Filters, Place, Sight, page, place_of, seen, sight
from almenara.common.identity import NOBODY, Identity, acting_as
from almenara.witness.actions import record
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.log import say


@pytest.fixture
def said(people: Cast) -> dict[str, int]:
    """An entry of each country, one of a country that nobody planted, one of none; by whom it was."""
    return {
        "ZZ": say(country="ZZ"),
        "YY": say(country="YY"),
        "XX": say(country="XX"),
        "none": say("signin_failed"),
    }


def grant(people: Cast, name: str, role: str, place: str) -> None:
    with owner_rights():
        people.grant(name, role, place)


def region_wide(people: Cast, name: str) -> None:
    with owner_rights():
        Role.objects.create(code="region-auditor", permissions=["log.read"], reach=Reach.REGION, position=90)
        people.grant(name, "region-auditor")


def by_the_database(person: User | None) -> set[int]:
    with acting_as(Identity(person=person.pk) if person else NOBODY):
        return set(Entry.objects.values_list("pk", flat=True))


def by_python(person: User) -> set[int]:
    with owner_rights():
        return {key for part in seen(sight(person)) for key in part.values_list("pk", flat=True)}


def both(person: User, said: dict[str, int]) -> set[str]:
    """What both rules let be seen of what was said, which must be the same."""
    names = {key: name for name, key in said.items()}
    database, python = by_the_database(person), by_python(person)
    assert database == python
    return {names[key] for key in python if key in names}


def test_everybody_sees_what_their_grants_reach(people: Cast, said: dict[str, int]) -> None:
    seen_by = {name: both(person, said) for name, person in people.people.items()}
    assert seen_by.pop("auditor") == {"ZZ"}
    assert set(map(frozenset, seen_by.values())) == {frozenset()}


def test_without_an_identity_nothing_is_seen(said: dict[str, int]) -> None:
    assert by_the_database(None) == set()


def test_whoever_reaches_every_country_sees_entries_of_none_too(people: Cast, said: dict[str, int]) -> None:
    grant(people, "auditor", AUDITOR, "YY")
    assert both(people["auditor"], said) == {"ZZ", "YY", "XX", "none"}


def test_a_role_that_reaches_the_region_sees_everything(people: Cast, said: dict[str, int]) -> None:
    region_wide(people, "nobody")
    assert both(people["nobody"], said) == {"ZZ", "YY", "XX", "none"}


@pytest.mark.parametrize("place", ["ZZ1", "ZZ11", ""])
def test_a_grant_on_a_part_of_a_country_reaches_no_country(
    people: Cast, said: dict[str, int], place: str
) -> None:
    grant(people, "nobody", AUDITOR, place)
    assert both(people["nobody"], said) == set()


def test_an_ended_grant_reaches_nothing(people: Cast, said: dict[str, int]) -> None:
    with owner_rights():
        people.grant("nobody", AUDITOR, "ZZ", until=dt.date(2021, 1, 1))
    assert both(people["nobody"], said) == set()


def test_an_entry_has_the_country_of_its_object_or_of_who_acted(people: Cast) -> None:
    def country_of(kind: str, person: str | None, **named: object) -> str | None:
        with acting_as(Identity(person=people[person].pk) if person else NOBODY):
            record(kind=kind, **named)  # type: ignore[arg-type]
        with owner_rights():
            return Entry.objects.get(kind=kind).country

    foreign = people.institutions["foreign"].pk
    assert (
        country_of("said_country", "officer", country="YY", institution=people.institutions["police"].pk)
        == "YY"
    )
    assert country_of("of_institution", "officer", institution=foreign) == "YY"
    assert country_of("of_office", "foreigner") == "YY"
    assert country_of("of_seat", "link") == "ZZ"
    assert country_of("of_agency", "secretariat") is None
    assert country_of("of_nobody", None) is None


PAGING = Filters(kind="paging")


def keys(entries: list[Entry]) -> list[int]:
    return [entry.pk for entry in entries]


def at(second: int) -> dt.datetime:
    return dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=second)


@pytest.mark.parametrize("countries", [("ZZ",), ("ZZ", "YY"), ("ZZ", "YY", "XX")])
def test_pages_hold_each_entry_once_in_order_there_and_back(people: Cast, countries: tuple[str, ...]) -> None:
    """Many of the same hour: the key decides between them."""
    everything = [
        say("paging", country=countries[n % len(countries)], at=at(n // 40), origin=f"request-{n % 2}")
        for n in range(333)
    ]
    newest_first = everything[::-1]
    wanted = Sight(countries, everywhere=len(countries) == 3)
    with owner_rights():
        pages = [page(wanted, PAGING)]
        while pages[-1].older:
            pages.append(page(wanted, PAGING, before=pages[-1].older))
        assert [key for found in pages for key in keys(found.entries)] == newest_first
        assert pages[0].newer is None
        back = [pages[-1]]
        while back[-1].newer:
            back.append(page(wanted, PAGING, after=back[-1].newer))
        starts = range((len(everything) - 1) // PAGE * PAGE, -1, -PAGE)
        assert [keys(found.entries) for found in back] == [newest_first[n : n + PAGE] for n in starts]
        assert back[-1].older is not None
        risen = [page(wanted, PAGING, oldest_first=True)]
        assert risen[0].older is None
        while risen[-1].newer:
            risen.append(page(wanted, PAGING, after=risen[-1].newer, oldest_first=True))
        assert [key for found in risen for key in keys(found.entries)] == everything
        before_it = page(wanted, PAGING, before=risen[-1].older, oldest_first=True)
        assert keys(before_it.entries) == keys(risen[-2].entries)


def test_each_filter_leaves_what_it_says(people: Cast) -> None:
    officer, institution = people["officer"].pk, 10**9  # the cast's own history is of the real institutions
    base = {"country": "ZZ", "at": at(0)}
    made = {
        "person": say(**base, person=officer),
        "kind": say("export", **base),
        "object": say(**base, object_type="accounts_office", object_id="7"),
        "institution": say(**base, institution=institution),
        "origin": say(**base, origin="abc"),
        "late": say(**{**base, "at": at(86_400)}),
        "foreign": say(country="YY", at=at(0)),
    }
    asked = {
        "person": Filters(person=officer),
        "kind": Filters(kind="export"),
        "object": Filters(object_type="accounts_office", object_id="7"),
        "institution": Filters(institution=institution),
        "origin": Filters(origin="abc"),
        "late": Filters(since=at(86_400).date(), until=at(86_400).date()),
    }
    with acting_as(Identity(person=people["auditor"].pk)):
        reached = sight(people["auditor"])
        for name, filters in asked.items():
            assert keys(page(reached, filters).entries) == [made[name]], name
        assert made["foreign"] not in keys(page(reached, Filters(country="YY")).entries)
        until = page(reached, Filters(until=at(0).date())).entries
        assert set(keys(until)) == set(made.values()) - {made["late"], made["foreign"]}


@pytest.mark.parametrize("text", ["", "x", "1", "1.x", "-1.2", "9" * 30 + ".1", "1.2.3", "٣.٤"])
def test_what_names_no_place_is_no_place(text: str) -> None:
    assert place_of(text) is None


def test_a_place_is_written_and_read_whole() -> None:
    place = Place(dt.datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=dt.UTC), 42)
    assert place_of(str(place)) == place


def test_the_rule_can_be_taken_back(people: Cast) -> None:
    """What undoes each part of the migration undoes it whole: it can be done again."""
    made = import_module("almenara.audit.migrations.0001_who_reads_the_log")
    there = (made.FUNCTIONS, made.COUNTRY, made.POLICY)
    back = (made.POLICY_BACK, made.COUNTRY_BACK, made.FUNCTIONS_BACK)
    with transaction.atomic(), owner_rights(), connection.cursor() as cursor:
        for statement in back + there:
            cursor.execute(statement)
        transaction.set_rollback(True)
