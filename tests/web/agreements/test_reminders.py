"""Reminders of the end: to whom, when, in which language, and never twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from almenara.accounts.models import User
from almenara.agreements.actions.reminders import STEPS, send_reminders
from almenara.agreements.models import Agreement, Reminder, Status
from almenara.agreements.standing import EXPIRING_DAYS
from tests.support.agreements import World, acting, agreement, put_into
from tests.support.database import owner_rights
from tests.support.sign_in import NoServer, letters_sent, letters_waiting

pytestmark = pytest.mark.django_db
END = dt.date(2026, 12, 31)
COORDINATOR, LINK = "coordinator@ministry.example", "link@police.example"


def before(days: int) -> dt.date:
    return END - dt.timedelta(days=days)


@pytest.fixture
def ending(laid: World) -> Agreement:
    return agreement(
        laid.people, "police", "foreign", status=Status.IN_FORCE, until=END, name="Inspections\r\nBcc: x@x.example",
        provider_person=laid.people["link"],
    )  # fmt: skip


def sent_to() -> list[str]:
    letters_sent()
    addresses = sorted(address for message in mail.outbox for address in message.to)
    mail.outbox.clear()
    return addresses


def test_each_is_told_once_a_step_and_a_missed_step_is_made_up_for(ending: Agreement) -> None:
    both = [COORDINATOR, LINK]
    told = {days: (send_reminders(before(days)), sent_to()) for days in range(95, -3, -1)}
    assert {days: found for days, (number, found) in told.items() if number} == {90: both, 30: both, 7: both}
    with owner_rights():
        Reminder.objects.all().delete()
    assert (send_reminders(before(3)), sent_to()) == (2, both)
    assert (send_reminders(before(3)), sent_to()) == (0, [])
    with owner_rights():
        assert set(Reminder.objects.values_list("step", "day")) == {(7, before(3))}


def test_steps_begin_where_an_agreement_is_said_to_expire() -> None:
    assert max(STEPS) == EXPIRING_DAYS


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SENT, Status.SUSPENDED, Status.ENDED])
def test_nobody_is_told_of_what_is_not_in_force(laid: World, status: Status) -> None:
    agreement(laid.people, "police", "ministry", status=status, until=END)
    assert send_reminders(before(7)) == 0


def test_nobody_is_told_once_the_renewal_is_in_force(laid: World, ending: Agreement) -> None:
    renewal = agreement(laid.people, "police", "foreign", renews=ending)
    assert send_reminders(before(30)) == 2
    with owner_rights():
        put_into(renewal, Status.IN_FORCE)
    assert send_reminders(before(7)) == 0


def test_who_left_or_coordinates_elsewhere_is_not_told(laid: World, ending: Agreement) -> None:
    with owner_rights():
        link = User.objects.get(pk=laid.people["link"].pk)
        link.is_active = False
        link.save()
    send_reminders(before(30))
    assert sent_to() == [COORDINATOR]
    agreement(laid.people, "foreign", "agency", status=Status.IN_FORCE, until=END)
    assert (send_reminders(before(29)), sent_to()) == (0, [])


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_a_message_is_in_its_readers_language_and_its_title_adds_no_header(
    laid: World, ending: Agreement, language: str
) -> None:
    with owner_rights():
        User.objects.filter(pk=laid.people["link"].pk).update(language=language)
    send_reminders(before(30))
    letters_sent()
    [message] = [message for message in mail.outbox if message.to == [LINK]]
    month = {"es": "diciembre", "pt": "dezembro", "en": "December", "fr": "décembre"}[language]
    assert month in message.body
    assert "\n" not in message.subject
    assert message.message()["Bcc"] is None
    assert "Inspections" in message.subject


def test_a_letter_is_written_with_the_note_that_tells_of_it_or_neither_is(ending: Agreement) -> None:
    with transaction.atomic():
        send_reminders(before(30))
        transaction.set_rollback(True)
    with owner_rights():
        assert not Reminder.objects.exists()
    assert letters_waiting() == []
    assert send_reminders(before(30)) == len(letters_waiting()) == 2
    assert mail.outbox == []


def test_what_the_mail_server_does_not_take_is_tried_again_by_the_outbox(
    ending: Agreement, settings: Any
) -> None:
    here = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{NoServer.__module__}.{NoServer.__name__}"
    send_reminders(before(30))
    with pytest.raises(ConnectionRefusedError):
        letters_sent()
    settings.EMAIL_BACKEND = here
    assert (send_reminders(before(29)), sent_to()) == (0, [COORDINATOR, LINK])


def test_no_person_can_pretend_that_somebody_was_told(laid: World, ending: Agreement) -> None:
    with (
        acting(laid.people["coordinator"]),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Reminder.objects.create(
            agreement=ending, until=END, step=7, person=laid.people["link"], day=before(7)
        )
