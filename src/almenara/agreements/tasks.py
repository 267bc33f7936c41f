"""What is done of agreements in the background."""

from __future__ import annotations

from django.utils import timezone

from almenara.agreements.actions import reminders
from almenara.common.identity import Identity
from almenara.common.jobs import job


@job(every="0 11 * * *", whole=False)
def remind(by: Identity) -> None:
    """Tell those responsible which agreements end soon; each message stands by itself, whoever asked."""
    reminders.send_reminders(timezone.now().date())
