"""A log of made-up acts for benchmarks, as long as wanted, distributed as those of a working site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

PEOPLE, INSTITUTIONS, COUNTRIES, DAYS = 5_000, 200, 20, 730
A_TRANSACTION = 100_000

# Two in three acts are reads of personal files. Few people do most: the square of a uniform number.
ROWS = """
INSERT INTO witness_entry (at, kind, person, reason, origin, object_type, object_id, country, institution, detail)
SELECT clock_timestamp() - make_interval(secs => {seconds} * (1 - number::float8 / {total})),
  kind, CASE WHEN kind <> 'signin_failed' THEN 1 + floor({people} * power(one, 2)) END, '', md5((number / 3)::text),
  object, CASE WHEN object <> '' THEN (1 + floor({total} / 20 * two))::bigint::text ELSE '' END,
  'B' || chr(65 + floor({countries} * one)::int), 1 + floor({institutions} * power(two, 2)),
  CASE WHEN kind = 'update' THEN '{{"before": {{"status": "draft"}}, "after": {{"status": "signed"}}}}'
       WHEN kind = 'search' THEN jsonb_build_object('found', floor(100 * three)) ELSE '{{}}' END
FROM (
  SELECT number, one, two, three, act[1] AS kind, act[2] AS object FROM (
    SELECT number, random() AS one, random() AS two, random() AS three, CASE
      WHEN share < 0.66 THEN ARRAY['read', 'accounts_personalfile']
      WHEN share < 0.78 THEN ARRAY['search', '']
      WHEN share < 0.88 THEN ARRAY['update', 'agreements_agreement']
      WHEN share < 0.92 THEN ARRAY['insert', 'agreements_document']
      WHEN share < 0.97 THEN ARRAY['signin', '']
      WHEN share < 0.985 THEN ARRAY['export', 'accounts_personalfile']
      WHEN share < 0.995 THEN ARRAY['refusal', 'accounts_personalfile']
      ELSE ARRAY['signin_failed', ''] END AS act
    FROM (SELECT number, random() AS share FROM generate_series({first}, {last}) AS number) AS drawn
  ) AS acts
) AS named
"""


def fill(count: int) -> None:
    """Insert `count` entries of the last two years, in their order: as the database's owner, into a trial's log."""
    with _indexes_made_afterwards():
        for first in range(1, count + 1, A_TRANSACTION):
            last = min(first + A_TRANSACTION - 1, count)
            _execute(
                ROWS.format(
                    seconds=DAYS * 86_400, total=count, people=PEOPLE, institutions=INSTITUTIONS,
                    countries=COUNTRIES, first=first, last=last,
                )
            )  # fmt: skip
    _execute("ANALYZE witness_entry")


@contextmanager
def _indexes_made_afterwards() -> Iterator[None]:
    """All but the key's: several times as fast as to keep them row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'witness_entry'"
            " AND indexname <> 'witness_entry_pkey'"
        )
        indexes = cursor.fetchall()
    for name, _ in indexes:
        _execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        _execute(definition)


def _execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
