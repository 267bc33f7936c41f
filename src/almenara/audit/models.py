"""The log as the witness lays it (its migrations make the tables): read here, written by nobody but the database."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """What somebody did. person, service, institution: keys, whose rows may be gone. origin: the request's id."""

    at = models.DateTimeField()
    kind = models.TextField()
    person = models.BigIntegerField(null=True)
    service = models.BigIntegerField(null=True)
    reason = models.TextField()
    origin = models.TextField()
    object_type = models.TextField()
    object_id = models.TextField()
    country = models.TextField(null=True)  # noqa: DJ001 (the witness's column)
    institution = models.BigIntegerField(null=True)
    detail = models.JSONField()

    class Meta:
        managed = False
        db_table = "witness_entry"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind}"


class Block(models.Model):
    """Entries sealed together."""

    number = models.BigIntegerField(primary_key=True)
    era = models.SmallIntegerField()
    entries = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    key_id = models.TextField()

    class Meta:
        managed = False
        db_table = "witness_block"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.number)
