"""What is done of privacy in the background."""

from __future__ import annotations

from uuid import UUID

from almenara.common.identity import Identity
from almenara.common.jobs import job
from almenara.privacy import retention
from almenara.privacy.exports import running


@job(every="30 3 * * *")
def erase() -> None:
    """Erase what has been kept for its term."""
    retention.erase_due()


@job(whole=False)
def run_export(by: Identity, public_id: str) -> None:
    """Write the file of an export, in the name of whoever asked for it."""
    running.run_export(UUID(public_id), by)


@job(every="*/10 * * * *")
def end_exports() -> None:
    """Take file and key of exports whose day is over."""
    running.expire_exports()
