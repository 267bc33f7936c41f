from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor

from almenara.common.errors import CheckFailedError
from almenara.config import maintenance


@pytest.mark.django_db
def test_the_migrations_make_the_models_as_they_are() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, stdout=io.StringIO())
    maintenance.check_migrated()


@pytest.mark.django_db
def test_pending_migrations_are_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = [(type("Pending", (), {"__str__": lambda self: "risk.0999_next"})(), False)]
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: plan)
    with pytest.raises(CheckFailedError, match=r"risk\.0999_next[^→]*→ Run: almenara migrate"):
        maintenance.check_migrated()
