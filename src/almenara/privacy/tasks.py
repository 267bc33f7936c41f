from almenara.common.jobs import job
from almenara.privacy import retention


@job(every="30 3 * * *")
def erase() -> None:
    """Erase what has been kept for its term."""
    retention.erase_due()
