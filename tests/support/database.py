"""One embedded PostgreSQL for a test session: quick to make, nothing of it is kept.

The database is made and migrated by its owner; the tests then run as the site does, so that a missing privilege shows.
Nothing starts before the first test that asks for the database.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

# Durability is of no use to a database that dies with the session.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "30"}
TEARDOWN = "_fixture_teardown"


@pytest.fixture(scope="session")
def platform_data() -> Iterator[Path]:
    """The platform's data folder of this session: the settings point to it."""
    from django.conf import settings

    folder = Path(tempfile.mkdtemp(prefix="almenara-test-"))
    folder.chmod(0o711)
    settings.DATA = folder
    settings.POSTGRES_OPTIONS = dict(QUICK)
    settings.STATIC_ROOT = folder / "static"
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(platform_data: Path) -> Iterator[None]:
    from almenara.config.database.base import cluster_at

    yield
    cluster_at(platform_data).release()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from almenara.config.database.base import as_owner
    from almenara.config.maintenance import keep_from_the_site

    with django_db_blocker.unblock(), as_owner():
        databases = setup_databases(verbosity=0, interactive=False)
        keep_from_the_site()
    _let_tests_become_the_owner()
    _let_roles_come_back()
    with _flushed_by_the_owner():
        yield
    with django_db_blocker.unblock():
        connection.close()
        with as_owner():
            teardown_databases(databases, verbosity=0)


def _let_tests_become_the_owner() -> None:
    """Only in the tests' own server: what row-level security keeps from the site must be laid before it is tried."""
    from psycopg import connect, sql

    from almenara.config.database.base import embedded_cluster
    from almenara.config.database.cluster import ADMIN
    from almenara.config.database.roles import OWNER, SITE

    at = embedded_cluster().address(ADMIN)
    with connect(host=at.host, port=at.port, user=at.user, password=at.password, dbname="postgres") as admin:
        statement = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
        admin.execute(statement.format(sql.Identifier(OWNER), sql.Identifier(SITE)))


def _let_roles_come_back() -> None:
    """A flush empties what a migration filled, too; the tests after it need it."""
    from django.apps import apps
    from django.db.models.signals import post_migrate

    from almenara.accounts.models import Role
    from almenara.agreements.models import Concept
    from almenara.content.models import Entry

    fill = import_module("almenara.accounts.migrations.0003_roles_and_reach").fill
    fill_concepts = import_module("almenara.agreements.migrations.0002_access_and_history").fill

    fill_texts = import_module("almenara.content.migrations.0002_first_texts").fill

    def fill_if_empty(**_more: Any) -> None:
        if not Role.objects.exists():
            fill(apps, None)

    def fill_concepts_if_empty(**_more: Any) -> None:
        if not Concept.objects.exists():
            fill_concepts(apps, None)

    def fill_texts_if_empty(**_more: Any) -> None:
        if not Entry.objects.exists():
            fill_texts(apps, None)

    post_migrate.connect(
        fill_if_empty, sender=apps.get_app_config("accounts"), weak=False, dispatch_uid="roles of the tests"
    )
    post_migrate.connect(
        fill_concepts_if_empty,
        sender=apps.get_app_config("agreements"),
        weak=False,
        dispatch_uid="concepts of the tests",
    )
    post_migrate.connect(
        fill_texts_if_empty,
        sender=apps.get_app_config("content"),
        weak=False,
        dispatch_uid="texts of the tests",
    )


@contextmanager
def owner_rights() -> Iterator[None]:
    """Within a test's transaction: rows are written as the owner, whom no policy holds; then as the site again."""
    from django.db import connection

    from almenara.config.database.roles import OWNER

    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {OWNER}")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("RESET ROLE")


@contextmanager
def _flushed_by_the_owner() -> Iterator[None]:
    """A test with real transactions is cleaned up by TRUNCATE, which the site's role may not do."""
    from django.test import TransactionTestCase as Case

    from almenara.config.database.base import as_owner

    original: Callable[[Any], None] = getattr(Case, TEARDOWN)

    def teardown(case: Any) -> None:
        with as_owner():
            original(case)

    setattr(Case, TEARDOWN, teardown)
    try:
        yield
    finally:
        setattr(Case, TEARDOWN, original)
