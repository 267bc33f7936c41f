"""What is done of agreements in the background."""

from __future__ import annotations

from django.utils import timezone

from almenara.agreements.actions import reminders
from almenara.common.jobs import job


@job(every="0 11 * * *")
def remind() -> None:
    """Tell those responsible which agreements end soon."""
    reminders.send_reminders(timezone.now().date())
