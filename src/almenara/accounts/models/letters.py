from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from almenara.accounts.models.invitations import Invitation
from almenara.privacy.fields import EncryptedTextField


class Letter(models.Model):
    """An e-mail that waits to be sent. Sealed, for its links open accounts; without its words once it has ended.

    recipient: empty for a letter that nobody gets, written so that a stranger cannot tell by the work done whether an
    address is known. good_until: when its link ends, after which it is not sent any more. A letter that was sent is
    deleted, unless it is an invitation's, of which the page says when. failed_at: of the last try; given_up: it was the
    last.
    """

    public_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="letters")
    recipient = EncryptedTextField(row="public_id", max_length=254, blank=True, default="")
    subject = EncryptedTextField(row="public_id", max_length=300, blank=True, default="")
    body = EncryptedTextField(row="public_id", max_length=20_000, blank=True, default="")
    written_at = models.DateTimeField(default=timezone.now)
    good_until = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    given_up = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["invitation", "written_at"], name="letters_of_invitation")]

    def __str__(self) -> str:
        return f"letter {self.public_id}"
