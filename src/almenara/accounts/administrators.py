"""Who administers a country, asked of the database: it sees every grant, and decides under the lock that it takes."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from almenara.accounts.models import Grant, User


def administered(person: User, grant: Grant | None = None) -> list[str]:
    """Codes of the countries that the person administers now, through this grant or any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT almenara_administered(%s, %s)", [person.pk, grant.pk if grant else None]
        )
        return sorted(code for (code,) in cursor.fetchall())


def others(country: str, *, but_person: User | None = None, but_grant: Grant | None = None) -> int:
    """How many grants of administrator count in the country besides the person's, or besides this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT almenara_administrators(%s, %s, %s)",
            [country, but_person.pk if but_person else None, but_grant.pk if but_grant else None],
        )
        (count,) = cursor.fetchone()
        return int(count)


def decide_alone(country: str) -> None:
    """Until the transaction ends nobody else takes an administrator away. The database takes the same lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"administrators {country}"])


def excluded(person: User, role: str, since: dt.date, until: dt.date | None) -> bool:
    """Whether the person holds, awaits or will hold a role that excludes this one in those days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT almenara_excluded(%s, %s, %s::date, %s::date)", [person.pk, role, since, until]
        )
        return bool(cursor.fetchone()[0])
