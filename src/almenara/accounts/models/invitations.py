from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from almenara.accounts.models.institutions import Institution
from almenara.accounts.models.people import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Those that nobody has accepted or revoked, expired or not."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A link sent to a person who has not signed in yet: it works once, until it expires or is revoked.

    The person's row is there, not active, so that grants can be prepared. nonce_digest: of what the link carries;
    sending again replaces it, and the former link ends.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="invitations_sent")
    nonce_digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="invitations_revoked"
    )

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_a_person",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="accepted_or_revoked_not_both"
            ),
            models.CheckConstraint(
                condition=Q(invited_by=None) | ~Q(invited_by=F("person")), name="nobody_invites_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.person_id}"

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()
