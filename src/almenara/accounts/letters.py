"""Letters by e-mail: a template each, whose first line is the subject, in the language of whoever gets it."""

from __future__ import annotations

from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from almenara.accounts.models import User


def send_on_commit(to: User, letter: str, **words: Any) -> None:
    """Sent once what it tells is kept. A server that takes no mail is noted in the log of errors and undoes nothing."""
    transaction.on_commit(lambda: send(to, letter, **words), robust=True)


def send(to: User, letter: str, **words: Any) -> None:
    """letter: name of a template in accounts/letters. Raises OSError if the mail server does not take it."""
    with translation.override(to.language):
        text = render_to_string(f"accounts/letters/{letter}.txt", {"to": to, **words})
    subject, _, body = text.strip().partition("\n")
    send_mail(" ".join(subject.split()), body.strip() + "\n", None, [to.email])
