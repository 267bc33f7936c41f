"""Giving, confirming and ending grants: each rule by the action, and again by the database under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from almenara.accounts import reach
from almenara.accounts.actions import grants
from almenara.accounts.models import Grant, Role
from almenara.accounts.policies.grants import Draft, can_confirm, can_end, can_give
from tests.support.acting import acting
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.sign_in import committed

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 16)


@pytest.fixture
def people() -> Cast:
    return cast()


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(ValidationError) as met:
        yield
    assert met.value.code == code


def draft(people: Cast, to: str, role: str, territory: str = "", **more: Any) -> Draft:
    person = people[to]
    assert person.institution is not None
    return Draft(
        **{
            "person": person,
            "role": Role.objects.get(code=role),
            "institution": person.institution,
            "office": None,
            "territory": people.territories.get(territory),
            "since": TODAY,
            "until": None,
            **more,
        }
    )


def test_an_administrator_gives_a_role_within_the_country(people: Cast, mailoutbox: list[Any]) -> None:
    with acting(people["administrator"]), committed():
        grant = grants.give(by=people["administrator"], draft=draft(people, "nobody", "coordinator", "ZZ1"))
    with acting(people["nobody"]):
        assert reach.may(people["nobody"], "agreements.manage")
    assert [letter.to for letter in mailoutbox] == [["nobody@ministry.example"]]
    assert "Coordina" in mailoutbox[0].body or "Coordinator" in mailoutbox[0].body
    assert grant.given_by == people["administrator"]


@pytest.mark.parametrize(
    ("by", "to", "role", "territory", "code"),
    [
        ("administrator", "administrator", "coordinator", "ZZ", "own"),
        ("administrator", "nobody", "coordinator", "YY", "territory"),
        ("administrator", "nobody", "coordinator", "", "territory"),
        ("administrator", "nobody", "secretariat", "", "region"),
        ("administrator", "nobody", "case-worker", "ZZ", "office"),
        ("administrator", "nobody", "national-administrator", "ZZ1", "territory"),
        ("second_administrator", "unconfirmed", "auditor", "ZZ", "excluded"),
    ],
    ids=["to oneself", "abroad", "nowhere", "region", "no office", "part of a country", "pending exclusion"],
)
def test_a_grant_that_breaks_a_rule_is_refused_with_a_sentence(
    people: Cast, by: str, to: str, role: str, territory: str, code: str
) -> None:
    with acting(people[by]):
        wanted = draft(people, to, role, territory)
        with pytest.raises(ValidationError) as met:
            grants.give(by=people[by], draft=wanted)
        assert met.value.code == code
        assert not can_give(people[by], wanted)


@pytest.mark.parametrize(
    ("by", "to"),
    [
        ("administrator", "foreigner"),
        ("supervisor", "case_worker"),
        ("auditor", "nobody"),
        ("nobody", "outsider"),
    ],
)
def test_nobody_gives_beyond_their_reach(people: Cast, by: str, to: str) -> None:
    with acting(people[by]), pytest.raises(PermissionDenied):
        grants.give(by=people[by], draft=draft(people, to, "editor", "ZZ"))


def test_the_excluding_role_holds_both_ways_in_the_database_too(people: Cast) -> None:
    with owner_rights():
        auditor = people.person("watcher", "ministry")
        people.grant("watcher", "auditor", "ZZ", until=dt.date(2099, 1, 1))
        with pytest.raises(DatabaseError, match="excludes"), transaction.atomic():
            people.grant("watcher", "national-administrator", "ZZ", since=dt.date(2098, 1, 1))
        with pytest.raises(DatabaseError, match="excludes"), transaction.atomic():
            people.grant("unconfirmed", "auditor", "ZZ")
        people.grant("watcher", "national-administrator", "ZZ", since=dt.date(2099, 1, 2))
    assert auditor.pk


def test_the_database_itself_lets_nobody_give_beyond_their_own_reach(people: Cast) -> None:
    by = people["administrator"]
    for to, role, territory in (
        ("nobody", "coordinator", "YY"),
        ("nobody", "secretariat", "ZZ"),
        ("foreigner", "editor", "ZZ"),
    ):
        with acting(by), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Grant.objects.create(
                **vars(draft(people, to, role, territory, institution=people.institutions["ministry"])),
                given_by=by,
            )


def test_an_administrator_counts_only_when_a_second_one_confirms(people: Cast, mailoutbox: list[Any]) -> None:
    first, second = people["administrator"], people["second_administrator"]
    with acting(first):
        given = grants.give(by=first, draft=draft(people, "nobody", "national-administrator", "ZZ"))
        assert not reach.may(people["nobody"], "grants.give")
        with refused("second"):
            grants.confirm(by=first, grant=given)
        with pytest.raises(DatabaseError), transaction.atomic():
            Grant.objects.filter(pk=given.pk).update(confirmed_by=first)
        with pytest.raises(DatabaseError, match="own name"), transaction.atomic():
            Grant.objects.filter(pk=given.pk).update(confirmed_by=second)
    with acting(people["nobody"]), pytest.raises((ValidationError, PermissionDenied)):
        grants.confirm(by=people["nobody"], grant=given)
    with acting(people["foreign_administrator"]):
        assert not can_confirm(people["foreign_administrator"], given)
    with acting(second), committed():
        assert can_confirm(second, given)
        grants.confirm(by=second, grant=given)
        assert reach.may(people["nobody"], "grants.give")
        with refused("decided"):
            grants.confirm(by=second, grant=given)
    assert mailoutbox


def test_a_refused_grant_never_counts(people: Cast) -> None:
    second = people["second_administrator"]
    with acting(second):
        waiting = Grant.objects.get(person=people["unconfirmed"])
        with refused("reason"):
            grants.refuse(by=second, grant=waiting, reason=" ")
        grants.refuse(by=second, grant=waiting, reason="Not needed any more")
        waiting.refresh_from_db()
        assert waiting.ended_by == second
        with pytest.raises(ValidationError):
            grants.confirm(by=second, grant=waiting)
        with pytest.raises(DatabaseError), transaction.atomic():
            Grant.objects.filter(pk=waiting.pk).update(confirmed_by=second)


def test_a_grant_ends_at_once_and_with_a_reason(people: Cast) -> None:
    by = people["administrator"]
    with acting(by):
        grant = Grant.objects.get(person=people["supervisor"])
        grants.end(by=by, grant=grant, reason="Moved to another office")
        assert not can_end(by, Grant.objects.get(pk=grant.pk))
    with acting(people["supervisor"]):
        assert not reach.may(people["supervisor"], "people.view")


def test_one_may_give_up_one_s_own_grant_but_not_end_another_s(people: Cast) -> None:
    with acting(people["case_worker"]):
        own = Grant.objects.get(person=people["case_worker"])
        other = Grant.objects.get(person=people["colleague"])
        with pytest.raises(PermissionDenied):
            grants.end(by=people["case_worker"], grant=other, reason="I would like to")
        grants.end(by=people["case_worker"], grant=own, reason="I work elsewhere now")


def test_the_last_administrator_of_a_country_stays(people: Cast) -> None:
    only = people["foreign_administrator"]
    with acting(only):
        grant = Grant.objects.get(person=only)
        with pytest.raises(ValidationError) as met:
            grants.end(by=only, grant=grant, reason="I would rather not")
        assert met.value.code == "last"
        with pytest.raises(DatabaseError, match="last administrator"), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(ended_at="2026-03-16T15:00Z")
    with acting(
        people["administrator"]
    ):  # where there are two, one may go, and one that waits does not count
        grants.end(
            by=people["administrator"],
            grant=Grant.objects.get(person=people["administrator"]),
            reason="Retired",
        )
    second = people["second_administrator"]
    with acting(second):
        assert not can_end(second, Grant.objects.get(person=second))
