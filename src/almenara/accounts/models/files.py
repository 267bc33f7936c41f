from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models.people import User
from almenara.privacy.fields import EncryptedTextField


class PersonalFile(models.Model):
    """What an institution must know of its own people, encrypted and apart from the account."""

    person = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="personal_file")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phone = EncryptedTextField(_("phone"), row="public_id", max_length=40, blank=True, default="")
    document = EncryptedTextField(
        _("number of the identity document"), row="public_id", max_length=40, blank=True, default=""
    )
    emergency_contact = EncryptedTextField(
        _("whom to call in an emergency"), row="public_id", max_length=200, blank=True, default=""
    )
    notes = EncryptedTextField(_("notes"), row="public_id", max_length=2000, blank=True, default="")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"personal file of {self.person_id}"
