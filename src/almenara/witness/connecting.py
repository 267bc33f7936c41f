"""A connection of the witness's own: the one role that reads the log to seal it and writes the seals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

ROLE = "almenara_witness"
NEEDED = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")
# What the text of a row depends on: the digest of a block must not.
TEXT_FORM = "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET client_encoding = 'UTF8'"

Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def as_witness() -> Iterator[Connection]:
    """Commits each statement by itself outside `connection.transaction()`. Raises psycopg.OperationalError."""
    wrapper = connection.copy()
    wrapper.settings_dict["ROLE"] = ROLE
    given = wrapper.get_connection_params()
    named = {name: given[name] for name in NEEDED if name in given}
    with psycopg.connect(**named, autocommit=True, application_name="almenara witness") as made:
        made.execute(TEXT_FORM)
        yield made
