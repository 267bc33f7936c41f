"""Every model of the project has its history, or a reason not to: a new one without either fails here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from almenara.privacy.blind import KeyedField
from almenara.privacy.fields import EncryptedField
from almenara.witness.history import Tracked, tracked, untracked

SECRET = (EncryptedField, KeyedField)


def own_models() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith("almenara."):
            yield from config.get_models(include_auto_created=True)


def excused() -> dict[str, str]:
    return {
        label: reason
        for config in apps.get_app_configs()
        if config.name.startswith("almenara.")
        for label, reason in untracked(config).items()
    }


@pytest.fixture
def known(django_db_setup: None, db: None) -> dict[str, Tracked]:
    return tracked()


def test_every_model_has_its_history_or_a_reason(known: dict[str, Tracked]) -> None:
    reasons = excused()
    with_history = {model._meta.label for model in own_models() if model._meta.db_table in known}
    labels = {model._meta.label for model in own_models()}
    assert labels - with_history - set(reasons) == set(), (
        "say TrackHistory in a migration, or untracked in apps.py"
    )
    assert with_history & set(reasons) == set()
    assert set(reasons) - labels == set(), "no such model any more"
    assert all(len(reason.split()) > 2 for reason in reasons.values())


def test_every_column_that_is_named_exists(known: dict[str, Tracked]) -> None:
    for model in own_models():
        if asked := known.get(model._meta.db_table):
            columns = {field.column for field in model._meta.concrete_fields}
            named = {asked.key, asked.country, asked.institution, *asked.private, *asked.ignored} - {""}
            assert named - columns == set(), model._meta.label


def test_no_encrypted_value_no_index_of_one_and_no_password_is_written(known: dict[str, Tracked]) -> None:
    found = 0
    for model in own_models():
        if asked := known.get(model._meta.db_table):
            secret = {
                field.column
                for field in model._meta.concrete_fields
                if isinstance(field, SECRET) or field.name == "password"
            }
            assert secret - asked.private - asked.ignored == set(), model._meta.label
            found += len(secret)
    assert found > 0
