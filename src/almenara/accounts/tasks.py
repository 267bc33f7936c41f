"""What is done of people in the background; the job that sends letters is almenara.accounts.outbox.send."""

from __future__ import annotations

from almenara.accounts import outbox  # the worker learns of the job that sends
from almenara.common.jobs import job


@job(every="*/10 * * * *")
def end_letters() -> None:
    """Take the words of letters whose links have ended, whatever kept them from being sent."""
    outbox.end_overdue()
