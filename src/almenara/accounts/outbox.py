"""Mail: written in the transaction that it tells of, sealed, and sent by a job, which tries again.

No commit, no letter; and how long an answer takes does not depend on the mail server, nor on whether anybody gets one.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from almenara.accounts.models import Invitation, Letter
from almenara.common.identity import Identity, acting_as, new_origin
from almenara.common.jobs import job, later

log = logging.getLogger(__name__)
TRIES = 5  # at once and after 10 seconds, 2 minutes, 17 minutes, 3 hours
KEPT = dt.timedelta(days=7)
WORDS = ("recipient", "subject", "body")


def post(
    message: EmailMessage,
    *,
    good_for: dt.timedelta = KEPT,
    invitation: Invitation | None = None,
    nobody: bool = False,
) -> None:
    """Once the transaction is committed. good_for: how long it is of use. nobody: it is thrown away instead."""
    with transaction.atomic():
        letter = Letter(
            invitation=invitation,
            recipient="" if nobody else message.to[0],
            subject=str(message.subject),
            body=str(message.body),
            good_until=timezone.now() + good_for,
        )
        letter.save(force_insert=True)
        later(send, by=Identity(system=send.name, origin=new_origin()), letter=str(letter.public_id))


@job(attempts=TRIES, whole=False)
def send(by: Identity, letter: str) -> None:
    """Raises what the mail server raises, so that it is tried again. Nothing is left to do once it has ended."""
    try:
        with acting_as(by):
            found = Letter.objects.select_for_update(of=("self",)).filter(public_id=letter).first()
            if found is not None and not ended(found):
                _send(found)
    except Exception as error:  # whatever it is: the letter is tried again, and its words end
        with acting_as(by):
            _note_failure(letter, error)
        raise


def end_overdue() -> int:
    """How many letters were of no use any more. For the job of this name."""
    overdue = Letter.objects.select_for_update(of=("self",)).filter(
        good_until__lte=timezone.now(), sent_at=None, given_up=False
    )
    for letter in overdue:
        letter.given_up = True
        _end(letter)
    return len(overdue)


def ended(letter: Letter) -> bool:
    return letter.sent_at is not None or letter.given_up


def _send(letter: Letter) -> None:
    """A worker that dies between the sending and the commit sends it again: twice is better than never."""
    now = timezone.now()
    if letter.recipient and letter.good_until > now and not _replaced(letter):
        EmailMessage(letter.subject, letter.body, None, [letter.recipient]).send()
        letter.sent_at = now
    else:
        letter.given_up = True
    _end(letter)


def _replaced(letter: Letter) -> bool:
    """By another with a newer link: this one's works no more."""
    newer = Letter.objects.filter(invitation=letter.invitation_id, written_at__gt=letter.written_at)
    return letter.invitation_id is not None and newer.exists()


def _note_failure(key: str, error: Exception) -> None:
    """The process's log has neither the words nor the recipient."""
    letter = Letter.objects.select_for_update(of=("self",)).filter(public_id=key).first()
    if letter is None or ended(letter):
        return
    letter.tries += 1
    letter.failed_at = timezone.now()
    letter.given_up = letter.tries >= TRIES
    log.error("Letter %s was not sent (%s), try %d of %d.", key, type(error).__name__, letter.tries, TRIES)
    if letter.given_up:
        _end(letter)
    else:
        letter.save(update_fields=["tries", "failed_at"])


def _end(letter: Letter) -> None:
    if letter.invitation_id is None:
        letter.delete()
        return
    for name in WORDS:
        setattr(letter, name, "")
    letter.save()
