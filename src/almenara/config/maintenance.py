"""What the operator does to the database and the static files; all of it as the database's owner."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import LiteralString

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from almenara.common.errors import CheckFailedError, Fault, MachineError, RefusedError
from almenara.config.database.base import as_owner, role_name
from almenara.config.database.binaries import programs
from almenara.config.database.roles import OWNER, SITE, WITNESS
from almenara.privacy.retention import erase_again
from almenara.witness.eras import begin_era as begin_log_era
from almenara.witness.eras import standing

MANIFEST_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
WRITTEN_BY_MIGRATIONS = ("django_migrations", "django_content_type", "auth_permission")
KEPT_FROM_THE_SITE = (*WRITTEN_BY_MIGRATIONS, "accounts_role", "witness_era", "witness_block")
# What is done to which table's privileges, for which role, after every migration and every restore.
PRIVILEGES: tuple[tuple[LiteralString, str, str], ...] = (
    *(("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}", table, SITE) for table in KEPT_FROM_THE_SITE),
    ("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}", "witness_entry", SITE),
    (
        "GRANT INSERT (kind, object_type, object_id, country, institution, detail) ON {table} TO {role}",
        "witness_entry",
        SITE,
    ),
    ("GRANT SELECT ON {table} TO {role}", "witness_era", WITNESS),
    ("GRANT SELECT, INSERT (kind, detail) ON {table} TO {role}", "witness_entry", WITNESS),
    ("GRANT SELECT, INSERT ON {table} TO {role}", "witness_block", WITNESS),
)
# A server of one's own has its own roles; what they may do is not for a backup to say.
WITHOUT_ROLES = ("--no-owner", "--no-privileges")


def migrate() -> None:
    with as_owner():
        call_command("migrate", interactive=False, verbosity=0)
        keep_from_the_site()
        erase_again()


def keep_from_the_site() -> None:
    """What only migrations write, the site only reads; into the log it says what it must, and changes nothing."""
    if role_name(OWNER) == role_name(SITE):  # a server of one's own with a single role
        return
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for statement, table, role in PRIVILEGES:
            if table in there and role_name(role) != role_name(OWNER):
                names = {"table": sql.Identifier(table), "role": sql.Identifier(role_name(role))}
                cursor.execute(sql.SQL(statement).format(**names))


def check_migrated() -> None:
    """Raises CheckFailedError if the database is not the one this version works on."""
    if pending := _pending():
        raise CheckFailedError(
            Fault(
                "The database is not up to date: migrations are pending.",
                where=str(connection.settings_dict["NAME"]),
                remedy="Run: almenara migrate",
                items=pending,
            )
        )


def _pending() -> tuple[str, ...]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(str(migration) for migration, _ in plan)


def check_role() -> None:
    """Raises CheckFailedError if row-level security does not hold the role that the site connects as."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls,"
            " EXISTS (SELECT FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND pg_has_role(current_user, c.relowner, 'USAGE')) FROM pg_roles WHERE rolname = current_user"
        )
        held = dict(
            zip(("is a superuser", "bypasses row security", "owns tables"), cursor.fetchone(), strict=True)
        )
    if any(held.values()):
        raise CheckFailedError(
            Fault(
                "The site's role may see every row, whoever is signed in.",
                where=str(connection.settings_dict["NAME"]),
                remedy="Let DATABASE_URL name a role that only reads and writes rows, and DATABASE_OWNER_URL the owner"
                " (deploy/README.md).",
                items=tuple(name for name, value in held.items() if value),
            )
        )


def collect_static() -> int:
    """How many files are in place, hashed and compressed."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST_STORAGE}}
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    return sum(1 for path in Path(settings.STATIC_ROOT).rglob("*") if path.is_file())


def backup(file: Path) -> None:
    """Everything the database holds, in PostgreSQL's own format. The file appears when it is whole."""
    if file.exists():
        raise RefusedError(
            Fault("The file exists, and a backup is never written over.", str(file), "Choose another.")
        )
    draft = file.with_name(file.name + ".partial")
    try:
        _run_as_owner("pg_dump", "--format=custom", f"--file={draft}")
        draft.chmod(0o600)
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)


def restore(file: Path) -> None:
    """Replace the database's contents by the backup's, in one transaction; the log begins a new era."""
    if not file.is_file():
        raise RefusedError(Fault("The file does not exist.", str(file), "Correct the path."))
    _check_is_backup(file)
    before = standing()
    roles = WITHOUT_ROLES if settings.DATABASE_URL else ()
    options = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error", *roles)
    _run_as_owner("pg_restore", *options, f"--dbname={connection.settings_dict['NAME']}", str(file))
    with as_owner():
        keep_from_the_site()  # tables made anew have the privileges that new tables have
        try:
            if "witness_block" in connection.introspection.table_names():
                begin_log_era(before=before, why=f"restored from {file.name}")
        finally:
            if not _pending():  # an older database is migrated first, and erases again then
                erase_again()


def begin_era(why: str) -> int:
    """After the database was brought back by other means: the number of the log's new era."""
    check_migrated()
    with as_owner():
        return begin_log_era(before=standing(), why=why)


def _check_is_backup(file: Path) -> None:
    listed = subprocess.run(  # noqa: S603
        [str(programs() / "pg_restore"), "--list", str(file)], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise RefusedError(
            Fault(
                "It is not a backup, or it is damaged.", str(file), "Give a file that almenara backup wrote."
            )
        )


def _run_as_owner(program: str, *arguments: str) -> None:
    with as_owner():
        at = connection.get_connection_params()
    environment = {
        **os.environ,
        "PGHOST": str(at["host"]),
        "PGPORT": str(at.get("port", 5432)),
        "PGUSER": str(at["user"]),
        "PGPASSWORD": str(at.get("password", "")),
        "PGDATABASE": str(connection.settings_dict["NAME"]),
    }
    done = subprocess.run(  # noqa: S603
        [str(programs() / program), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise MachineError(
            Fault(
                f"{program} failed: {done.stderr.strip()}",
                "database",
                "See to what it names, and run it again.",
            )
        )
