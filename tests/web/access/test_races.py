"""Two sessions that do the same, or the opposite, at the same moment: one of them has its way, the other is told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from almenara.accounts.actions import grants
from almenara.accounts.actions.invitations import written
from almenara.accounts.models import Grant, User
from almenara.agreements.actions.agreements import move
from almenara.agreements.models import Agreement, Status, Transition
from almenara.agreements.policies import NotNowError
from tests.support.acting import acting
from tests.support.agreements import agreement
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.sign_in import code_now, signed_in, type_password, with_codes, with_password
from tests.support.together import together

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = ("siete barcas en el lago", "ocho cabras en el monte")


@pytest.fixture
def people() -> Cast:
    with transaction.atomic():
        return cast()


def test_of_two_who_decide_on_one_grant_one_decides(people: Cast) -> None:
    """In two sessions of one person: a confirmed grant cannot be refused any more, a refused one not confirmed."""
    by = people["second_administrator"]

    def waiting() -> Grant:
        found: Grant = Grant.objects.get(person=people["unconfirmed"])
        return found

    def confirm() -> None:
        with acting(by):
            grants.confirm(by=by, grant=waiting())

    def refuse() -> None:
        with acting(by):
            grants.refuse(by=by, grant=waiting(), reason="Nobody knows them")

    first, second = together(confirm, refuse)
    assert [first, second].count(None) == 1
    assert isinstance(first or second, ValidationError | PermissionDenied)
    with acting(by):
        kept = waiting()
    assert (kept.confirmed_at is None) == (kept.ended_at is not None) == (first is not None)


def test_of_two_who_move_one_agreement_one_moves_it(people: Cast) -> None:
    with transaction.atomic():
        made = agreement(people, "police", "ministry", status=Status.IN_FORCE)
    by = people["coordinator"]

    def moving(to: Status) -> None:
        with acting(by):
            move(Agreement.objects.get(pk=made.pk), to=to, reason="One of two", by=by)

    ends = together(lambda: moving(Status.ENDED), lambda: moving(Status.ENDED))
    assert ends.count(None) == 1
    assert any(isinstance(end, NotNowError) for end in ends)
    with transaction.atomic(), owner_rights():
        assert Transition.objects.filter(agreement=made, latter=Status.ENDED).count() == 1


def test_a_link_that_two_open_at_once_lets_one_in(people: Cast) -> None:
    with transaction.atomic(), owner_rights():
        guest = people.person("guest", "ministry", is_active=False)
        _, token = written(people["administrator"], guest)
    clients = [Client(), Client()]

    def accept(client: Client, words: str) -> HttpResponse:
        sent = {"name": "Guest", "language": "es", "password": words, "again": words}
        return client.post(f"/es/account/invitation/{token}/", sent)  # type: ignore[return-value]

    ends = together(*(lambda at=at: accept(clients[at], WORDS[at]) for at in (0, 1)))
    statuses = [end.status_code for end in ends if isinstance(end, HttpResponse)]
    assert sorted(statuses) == [302, 410], ends
    winner = statuses.index(302)
    assert [signed_in(client) for client in clients] == [winner == 0, winner == 1]
    assert User.objects.get(pk=guest.pk).check_password(WORDS[winner])


def test_a_code_that_two_send_at_once_lets_one_in(people: Cast) -> None:
    with transaction.atomic():
        person = with_password(people["nobody"])
        secret = with_codes(person)
    clients = [Client(), Client()]
    pages = [type_password(client, person).headers["Location"] for client in clients]
    code = code_now(secret)
    together(*(lambda at=at: clients[at].post(pages[at], {"code": code}) for at in (0, 1)))
    assert [signed_in(client) for client in clients].count(True) == 1
