"""Signed documents: looked into, cleaned, encrypted, and read under the eyes of the log."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from almenara.accounts.models import User
from almenara.agreements import policies
from almenara.agreements.models import Agreement, Document, DocumentContent
from almenara.common.errors import Fault, MachineError
from almenara.privacy.uploads import FileType, check_upload
from almenara.privacy.uploads.types import TAKEN
from almenara.witness.actions import record_read

SIGNED_AS = frozenset({FileType.PDF, FileType.JPEG, FileType.PNG})


class DamagedDocumentError(MachineError):
    """The stored bytes are not those that were uploaded."""


@transaction.atomic
def add_document(agreement: Agreement, *, file: File[Any], by: User | None) -> Document:
    """The next version of the signed document. by: nobody if simulated. Raises UploadRefusedError, NotNowError."""
    locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
    policies.check_can_sign(locked)
    checked = check_upload(file, allowed=SIGNED_AS)
    document = Document.objects.create(
        agreement=agreement,
        version=locked.documents.count() + 1,
        name=checked.name,
        media=TAKEN[checked.type].media,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_by=by,
    )
    content = DocumentContent(document=document, public_id=document.public_id, bytes=checked.content)
    content.save(force_insert=True)
    return document


@transaction.atomic
def read_document(document: Document, *, by: User) -> bytes:
    """The bytes, with an entry in the log that they were read. Raises DamagedDocumentError, TamperedValueError."""
    content = DocumentContent.objects.get(document=document)
    if content.public_id != document.public_id or _hash(content.bytes) != document.sha256:
        raise DamagedDocumentError(
            Fault(
                _("The stored document is not the one that was uploaded."),
                document.name,
                _("Tell the operator: the log says who could have changed it. Upload it again meanwhile."),
            )
        )
    record_read(
        document,
        institution=document.agreement.provider_id,
        detail={"agreement": document.agreement_id, "version": document.version, "sha256": document.sha256},
    )
    return content.bytes


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
