"""A worker with one more job, which stops half-way until it is let go.

python -m tests.support.worked work · python -m tests.support.worked defer NUMBER …
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "almenara.config.settings")
HALF_WAY = 4711  # the advisory lock that a job waits for between its two rows


def main(what: str, *numbers: str) -> None:
    import django

    django.setup()
    from django.db import connection, transaction

    from almenara.common.identity import Identity
    from almenara.common.jobs import job, later
    from almenara.config.working import work
    from almenara.witness.actions import record

    @job(attempts=50)
    def two_rows(number: int) -> None:
        record(kind="first_half", object_id=number)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [HALF_WAY])
        record(kind="second_half", object_id=number)

    if what == "defer":
        with transaction.atomic():
            for number in numbers:
                later(two_rows, by=Identity(system="test", reason="trial"), number=int(number))
    else:
        work()


if __name__ == "__main__":
    main(*sys.argv[1:])
