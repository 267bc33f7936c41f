"""Letters by e-mail: a template each, whose first line is the subject, in the language of whoever gets it."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from almenara.accounts.adapter_mail import send_aside
from almenara.accounts.models import User


def send_on_commit(to: User, letter: str, **words: Any) -> None:
    """Written now and sent, beside the request, once what it tells is kept. letter: a template in accounts/letters."""
    with translation.override(to.language):
        text = render_to_string(f"accounts/letters/{letter}.txt", {"to": to, **words})
    subject, _, body = text.strip().partition("\n")
    send_aside(EmailMessage(" ".join(subject.split()), body.strip() + "\n", None, [to.email]))
