"""Two sessions that would leave a country without an administrator, with real transactions: one of them is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from almenara.accounts.actions import grants, people
from almenara.accounts.administrators import others
from almenara.accounts.models import Grant, User
from tests.support.acting import acting
from tests.support.cast import Cast, cast
from tests.support.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two() -> Cast:
    with transaction.atomic():
        return cast()


def end_own(person: User) -> None:
    with acting(person):
        grants.end(by=person, grant=Grant.objects.get(person=person), reason="I leave the office")


def end_past_the_policy(person: User) -> None:
    with acting(person):
        Grant.objects.filter(person=person).update(ended_at="2026-03-16T15:00Z", ended_by=person)


def suspend_the_other(by: User, person: User) -> None:
    with acting(by):
        people.suspend(by=by, person=person, reason="A quarrel between two")


@pytest.mark.parametrize("way", ["by the action", "past the policy", "each suspends the other"])
def test_of_two_who_go_at_the_same_time_one_stays(two: Cast, way: str) -> None:
    first, second = two["administrator"], two["second_administrator"]
    acts: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "by the action": (lambda: end_own(first), lambda: end_own(second)),
        "past the policy": (lambda: end_past_the_policy(first), lambda: end_past_the_policy(second)),
        "each suspends the other": (
            lambda: suspend_the_other(first, second),
            lambda: suspend_the_other(second, first),
        ),
    }
    ends = together(*acts[way])
    (refusal,) = [end for end in ends if end is not None]
    assert isinstance(refusal, ValidationError | DatabaseError | PermissionDenied), refusal
    assert others("ZZ") == 1
