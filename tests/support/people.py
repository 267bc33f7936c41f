"""A model with every privacy field, in a registry of its own: the site does not know it, its migrations neither."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.test.utils import isolate_apps

from almenara.privacy.blind import BlindIndexField
from almenara.privacy.fields import (
    EncryptedBinaryField,
    EncryptedDateField,
    EncryptedJSONField,
    EncryptedTextField,
)
from almenara.privacy.phonetics_fields import PhoneticKeysField

with isolate_apps("almenara.privacy") as registry:

    class Person(models.Model):
        public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
        name = EncryptedTextField(row="public_id", max_length=200)
        alias = EncryptedTextField(row="public_id", blank=True, default="")
        document = EncryptedTextField(row="public_id", null=True, blank=True)
        document_index = BlindIndexField(of="document", kind="document")
        born_on = EncryptedDateField(row="public_id", null=True, blank=True)
        contact = EncryptedJSONField(row="public_id", null=True)
        photograph = EncryptedBinaryField(row="public_id", null=True)
        note = EncryptedTextField(null=True)
        name_keys = PhoneticKeysField(of=("name", "alias"))
        visits = models.IntegerField(default=0)

        class Meta:
            app_label = "privacy"
            db_table = "trial_person"
            indexes: ClassVar[Any] = [GinIndex(fields=["name_keys"], name="trial_person_names")]

        def __str__(self) -> str:
            return str(self.public_id)

    class Registered(Person):
        class Meta:
            app_label = "privacy"
            proxy = True

    class Relative(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
        person = models.ForeignKey(Person, on_delete=models.CASCADE)
        phone = EncryptedTextField(default="")
        phone_index = BlindIndexField(of="phone", kind="phone")
        email = models.TextField(default="")
        email_index = BlindIndexField(of="email", kind="email")

        class Meta:
            app_label = "privacy"
            db_table = "trial_relative"
            default_related_name: ClassVar[Any] = "relatives"

        def __str__(self) -> str:
            return str(self.pk)


def create_tables() -> None:
    """As the site's own are: by their owner."""
    with connection.schema_editor() as editor:
        editor.create_model(Person)
        editor.create_model(Relative)


@contextmanager
def tables() -> Iterator[None]:
    """Not inside a transaction."""
    from almenara.config.database.base import as_owner

    with as_owner():
        create_tables()
    try:
        yield
    finally:
        with as_owner(), connection.schema_editor() as editor:
            editor.delete_model(Relative)
            editor.delete_model(Person)


def stored(person: Person, column: str) -> bytes:
    """What the table holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM trial_person WHERE id = %s", [person.pk])
        return bytes(cursor.fetchone()[0])


def store(person: Person, column: str, value: bytes | None) -> None:
    """Write past the model, as who has the database can."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE trial_person SET {column} = %s WHERE id = %s", [value, person.pk])
