from uuid import UUID

from almenara.common.jobs import job
from almenara.privacy import retention
from almenara.privacy.exports import running


@job(every="30 3 * * *")
def erase() -> None:
    """Erase what has been kept for its term."""
    retention.erase_due()


@job()
def write_export(export: str) -> None:
    """Write the file of an export in the name of whoever asked for it; export: its public id."""
    running.run_export(UUID(export))


@job(every="7 * * * *")
def end_exports() -> None:
    """Take away files and keys of exports whose term has ended."""
    running.expire_exports()
