from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from almenara.agreements.models.agreements import Agreement
from almenara.privacy.fields import EncryptedBinaryField


class Document(models.Model):
    """A version of an agreement's signed document. Never changed: a better one is the next version.

    size (bytes) and sha256 are those of the stored file before it is encrypted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="documents")
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    media = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "version"], name="one_document_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.version}"


class DocumentContent(models.Model):
    """The bytes, encrypted and bound to their document: apart, so that no list reads them."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="content")
    public_id = models.UUIDField(unique=True)
    bytes = EncryptedBinaryField(row="public_id")

    def __str__(self) -> str:
        return str(self.public_id)
