"""E-mails that tell whom it concerns that an agreement ends soon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from almenara.common.identity import Identity, acting_as, new_origin
from almenara.common.numbers import long_date

STEPS = (90, 30, 7)  # days before the last day


@dataclass(frozen=True)
class Due:
    """One message that is to be sent. step: at most so many days before the end."""

    agreement: int
    name: str
    provider: str
    receiver: str
    until: dt.date
    step: int
    person: int
    email: str
    person_name: str
    language: str


def send_reminders(today: dt.date) -> int:
    """Tell responsible persons and coordinators, each in their language; how many messages were sent.

    Each person is told once a step: who was told is kept with the sending, so a second run sends nothing, and a run
    that was cut off is finished by the next. A step that was missed is made up for by the latest that applies. Acts for
    nobody: the database hands out only what has to be written (almenara_agreements_ending). Raises what the mail
    server raises; what was sent before stays sent.
    """
    origin = new_origin()
    return sum(_send(due, today, origin) for due in _due(today))


def _due(today: dt.date) -> list[Due]:
    with acting_as(Identity()), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM almenara_agreements_ending(%s, %s)", [today, list(STEPS)])
        return [Due(*row) for row in cursor.fetchall()]


def _send(due: Due, today: dt.date, origin: str) -> bool:
    """First kept, then sent, then both made lasting: if sending fails, nothing is kept."""
    with transaction.atomic(), acting_as(Identity(origin=origin)):
        if not _keep(due, today):
            return False
        _message(due, today).send()
    return True


def _keep(due: Due, today: dt.date) -> bool:
    """Whether nobody else has sent it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agreements_reminder (agreement_id, until, step, person_id, day)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [due.agreement, due.until, due.step, due.person, today],
        )
        return bool(cursor.rowcount == 1)


def _message(due: Due, today: dt.date) -> EmailMessage:
    left = (due.until - today).days
    with translation.override(due.language):
        subject = ngettext("“%(name)s” ends in %(days)d day", "“%(name)s” ends in %(days)d days", left) % {
            "name": _one_line(due.name),
            "days": left,
        }
        body = render_to_string(
            "agreements/mail/reminder.txt", {"due": due, "left": left, "until": long_date(due.until)}
        )
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [due.email])


def _one_line(text: str) -> str:
    return " ".join(text.split())
