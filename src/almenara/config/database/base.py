from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.models.expressions import OrderBy
from psycopg.conninfo import conninfo_to_dict

from almenara.config.database.cluster import Cluster
from almenara.config.database.roles import OWNER, SITE, WITNESS, prepare


class DatabaseOperations(PostgresOperations):
    def check_expression_support(self, expression: Any) -> None:
        """A column that has no order (it is encrypted) refuses to be ordered by."""
        super().check_expression_support(expression)
        if isinstance(expression, OrderBy):
            column = getattr(expression.expression, "source", expression.expression)
            refuse = getattr(getattr(column, "target", None), "refuse_to_order", None)
            if refuse is not None:
                refuse()


class DatabaseWrapper(PostgresWrapper):
    """Connects as the site; between as_owner() and its end, as the owner, who alone may migrate."""

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        role = self.settings_dict.get("ROLE", SITE)
        own = super().get_connection_params()
        return {**own, **(_from_url(role) if settings.DATABASE_URL else _embedded(role))}


def role_name(role: str) -> str:
    """The server's name for one of the site's roles."""
    return str(_from_url(role)["user"]) if settings.DATABASE_URL else role


@contextmanager
def as_owner(alias: str = "default") -> Iterator[None]:
    """Within it the connection is the owner's. Not inside a transaction."""
    connection = connections[alias]
    connection.close()
    before = connection.settings_dict.get("ROLE", SITE)
    connection.settings_dict["ROLE"] = OWNER
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["ROLE"] = before


@lru_cache
def cluster_at(data: Path) -> Cluster:
    return Cluster(data, dict(settings.POSTGRES_OPTIONS))


def embedded_cluster() -> Cluster:
    """The embedded server of these settings, running."""
    cluster = cluster_at(Path(settings.DATA))
    if cluster.ensure_running():
        prepare(cluster, may_create_databases=bool(cluster.options))
    return cluster


def _embedded(role: str) -> dict[str, Any]:
    at = embedded_cluster().address(role)
    return {"host": at.host, "port": at.port, "user": at.user, "password": at.password}


def _from_url(role: str) -> dict[str, Any]:
    urls = {
        OWNER: settings.DATABASE_OWNER_URL,
        WITNESS: settings.DATABASE_WITNESS_URL or settings.DATABASE_OWNER_URL,
    }
    url = urls.get(role) or settings.DATABASE_URL
    return {name: value for name, value in conninfo_to_dict(url).items() if name != "dbname"}
