"""What must not be written by two processes at the same time."""

from __future__ import annotations

from zlib import crc32

from django.db import connection


def write_alone(country: str) -> None:
    """Wait until nobody else writes the country's territories or releases; to be called within a transaction.

    The lock goes with the transaction. Taking it again within the same one does not wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [crc32(f"country {country}".encode())])
