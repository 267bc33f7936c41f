"""Letters by e-mail: a template each, whose first line is the subject, in the language of whoever gets it."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from almenara.accounts.models import Invitation, User
from almenara.accounts.outbox import post


def send_on_commit(to: User, letter: str, *, of: Invitation | None = None, **words: Any) -> None:
    """Written now, and sent by a job once what it tells is kept. letter: a template in accounts/letters."""
    with translation.override(to.language):
        text = render_to_string(f"accounts/letters/{letter}.txt", {"to": to, **words})
    subject, _, body = text.strip().partition("\n")
    post(EmailMessage(" ".join(subject.split()), body.strip() + "\n", None, [to.email]), invitation=of)
