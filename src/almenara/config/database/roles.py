"""The roles of the site's database: an owner who migrates, the site, and the witness.

The site can only read and write rows. The witness reads the log and writes its seals, which the site cannot.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from almenara.config.database.cluster import ADMIN, Cluster

OWNER = "almenara_owner"
SITE = "almenara_site"
WITNESS = "almenara_witness"
DATABASE = "almenara"
PREPARING = 0x616C6D  # the advisory lock of whoever prepares

_LOGIN = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
_DEFAULT_PRIVILEGES = (
    "GRANT USAGE ON SCHEMA public TO {site}, {witness}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {site}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {site}",
    "ALTER SCHEMA public OWNER TO {owner}",
)


def prepare(cluster: Cluster, *, may_create_databases: bool = False) -> None:
    """Make the roles and the database where they are missing. Databases made later inherit the privileges.

    Processes that start together take turns: PostgreSQL refuses two who grant on the same schema at once.
    """
    with _admin(cluster, "template1") as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        _make_role(connection, cluster, OWNER, "CREATEDB" if may_create_databases else "NOCREATEDB")
        _make_role(connection, cluster, SITE, "NOCREATEDB")
        _make_role(connection, cluster, WITNESS, "NOCREATEDB")
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            _grant(connection)
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )
        with _admin(cluster, DATABASE) as inside:
            _grant(inside)


def _admin(cluster: Cluster, database: str) -> psycopg.Connection[tuple[object, ...]]:
    at = cluster.address(ADMIN)
    return psycopg.connect(
        host=at.host, port=at.port, user=at.user, password=at.password, dbname=database, autocommit=True
    )


def _make_role(
    connection: psycopg.Connection[tuple[object, ...]], cluster: Cluster, role: str, more: str
) -> None:
    if _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        return
    connection.execute(
        sql.SQL("CREATE ROLE {} " + _LOGIN + " " + more + " PASSWORD {}").format(
            sql.Identifier(role), sql.Literal(cluster.password(role))
        )
    )


def _grant(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    names = {
        name: sql.Identifier(role) for name, role in (("site", SITE), ("owner", OWNER), ("witness", WITNESS))
    }
    for statement in _DEFAULT_PRIVILEGES:
        connection.execute(sql.SQL(statement).format(**names))


def _exists(connection: psycopg.Connection[tuple[object, ...]], query: str, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None
