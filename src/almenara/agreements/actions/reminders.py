"""Letters that tell whom it concerns that an agreement ends soon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from almenara.accounts.outbox import post
from almenara.common.numbers import long_date

STEPS = (90, 30, 7)  # days before the last day
OF_USE = dt.timedelta(days=1)  # a letter says how many days are left


@dataclass(frozen=True)
class Due:
    """One letter that is to be written. step: at most so many days before the end."""

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


@transaction.atomic
def send_reminders(today: dt.date) -> int:
    """Tell responsible persons and coordinators, each in their language; how many letters were written.

    Each person is told once a step: who was told is kept in the transaction that writes the letter, so a second run
    writes nothing, and of a run that was cut off nothing is left. A step that was missed is made up for by the latest
    that applies. To be called for nobody: the database hands out only what has to be written
    (almenara_agreements_ending).
    """
    return sum(_write(due, today) for due in _due(today))


def _due(today: dt.date) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM almenara_agreements_ending(%s, %s)", [today, list(STEPS)])
        return [Due(*row) for row in cursor.fetchall()]


def _write(due: Due, today: dt.date) -> bool:
    if not _keep(due, today):
        return False
    post(_message(due, today), good_for=OF_USE)
    return True


def _keep(due: Due, today: dt.date) -> bool:
    """Whether nobody else has written it meanwhile."""
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
    return EmailMessage(subject, body, None, [due.email])


def _one_line(text: str) -> str:
    return " ".join(text.split())
