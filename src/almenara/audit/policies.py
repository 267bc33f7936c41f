"""What the state of a legal hold allows. Whose holds one sees, the database's policies say before."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from almenara.privacy.models import LegalHold


def check_can_lift(hold: LegalHold) -> None:
    if not can_lift(hold):
        raise ValidationError(_("This hold has been lifted already."), "lifted")


def can_lift(hold: LegalHold) -> bool:
    return hold.lifted_at is None
