"""Every table has its class, and what the page promises of a class holds for each table of it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from allauth.socialaccount import app_settings
from django.apps import apps
from django.db import connection, models

from almenara.privacy.blind import KeyedField
from almenara.privacy.fields import EncryptedField
from almenara.witness.history import tracked, untracked
from tests.support.repository import ROOT

PAGE = ROOT / "docs/reference/data-classes.md"
LINE = re.compile(r"\| `([\w.*]+)` \| (\w+) \|")
CLASSES = {"public", "account", "working", "identity", "secret", "evidence", "machinery"}
WORDS = (models.CharField, models.TextField, models.BinaryField, models.JSONField)
SEALED = (EncryptedField, KeyedField)


@cache
def classes() -> dict[str, str]:
    """Of each model; a line of a whole app, "places.*", stands for those that have no line of their own."""
    lines = dict(LINE.findall(PAGE.read_text(encoding="utf-8")))
    labels = [model._meta.label for model in apps.get_models(include_auto_created=True)]
    return {label: lines.get(label) or lines.get(f"{label.split('.')[0]}.*", "") for label in labels}


def of_class(*names: str) -> list[type[models.Model]]:
    return [apps.get_model(label) for label, name in classes().items() if name in names]


def test_every_table_has_a_class_and_every_line_a_table() -> None:
    assert {label: name for label, name in classes().items() if name not in CLASSES} == {}
    written = LINE.findall(PAGE.read_text(encoding="utf-8"))
    known = {*classes(), *(f"{label.split('.')[0]}.*" for label in classes())}
    assert [label for label, _ in written if label not in known] == []
    assert len(written) == len(dict(written))


@pytest.mark.django_db
def test_the_database_itself_shows_rows_to_whom_they_concern() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        guarded = {name for (name,) in cursor.fetchall()}
    asked = of_class("working", "identity")
    assert {model._meta.label for model in asked if model._meta.db_table not in guarded} == set()
    assert len(asked) > 10


def test_every_word_of_identity_is_encrypted_where_it_stands() -> None:
    asked = of_class("identity")
    plain = {
        f"{model._meta.label}.{field.name}"
        for model in asked
        for field in model._meta.concrete_fields
        if isinstance(field, WORDS) and not isinstance(field, SEALED)
    }
    assert plain == set()
    assert all(
        any(isinstance(field, EncryptedField) for field in model._meta.concrete_fields) for model in asked
    )


@pytest.mark.django_db
def test_what_happens_to_accounts_work_and_evidence_is_kept_or_has_a_reason_not_to_be() -> None:
    known = set(tracked())
    reasons = {
        label
        for config in apps.get_app_configs()
        if config.name.startswith("almenara.")
        for label in untracked(config)
    }
    own = [
        model
        for model in of_class("account", "working", "identity")
        if model.__module__.startswith("almenara.")
    ]
    assert {
        m._meta.label for m in own if m._meta.db_table not in known and m._meta.label not in reasons
    } == set()


def test_no_secret_of_a_provider_is_stored() -> None:
    assert app_settings.STORE_TOKENS is False
