"""What the state of an agreement allows. Whose it is, the scoped querysets say before."""

from __future__ import annotations

from django.utils.translation import gettext as _

from almenara.agreements.models import Agreement, Document, Status
from almenara.agreements.standing import NEED_A_REASON, TRANSITIONS
from almenara.common.errors import Fault, RefusedError

SIGNABLE = (Status.SENT, Status.IN_FORCE, Status.SUSPENDED)


class NotNowError(RefusedError):
    """The agreement's state does not allow it; what and remedy are in the reader's language."""


def check_can_edit(agreement: Agreement) -> None:
    if agreement.status != Status.DRAFT:
        raise _not_now(
            agreement,
            _("What was sent for signature is not changed any more."),
            _("While it is unsigned, bring it back to draft; afterwards, renew it with other terms."),
        )


def can_edit(agreement: Agreement) -> bool:
    return agreement.status == Status.DRAFT


def check_can_move(agreement: Agreement, to: Status, reason: str) -> None:
    """Raises NotNowError if the status may not follow, if the signed document or a reason is missing."""
    former = Status(agreement.status)
    if to not in TRANSITIONS[former]:
        raise _not_now(
            agreement,
            _("It does not go from “%(former)s” to “%(latter)s”.")
            % {"former": former.label, "latter": to.label},
            _("Somebody may have changed it meanwhile: look at it again."),
        )
    if to == Status.SENT and not agreement.items.exists():
        raise _not_now(
            agreement,
            _("It does not say yet what is given."),
            _("Add at least one item before it is sent for signature."),
        )
    if former == Status.SENT and to == Status.IN_FORCE and not _is_signed(agreement):
        raise _not_now(
            agreement,
            _("It has no signed document yet."),
            _("Upload the signed document; then it can be put in force."),
        )
    if (former, to) in NEED_A_REASON and not reason.strip():
        raise _not_now(agreement, _("The reason is missing."), _("Write why, in a sentence."))


def check_can_sign(agreement: Agreement) -> None:
    """A signed document may be added."""
    if not can_sign(agreement):
        raise _not_now(
            agreement,
            _("A signed document is added once it was sent for signature, and until it is ended."),
            _("Send the draft for signature first."),
        )


def can_sign(agreement: Agreement) -> bool:
    return agreement.status in SIGNABLE


def check_can_renew(agreement: Agreement) -> None:
    if not can_renew(agreement):
        raise _not_now(
            agreement,
            _("Only what was in force is renewed, and once only."),
            _("Change the draft itself, or look for the agreement that renews this one."),
        )


def can_renew(agreement: Agreement) -> bool:
    """It was in force once, and no renewal of it is under way."""
    was_in_force = agreement.transitions.filter(latter=Status.IN_FORCE).exists()
    return was_in_force and not agreement.renewals.exclude(status=Status.ENDED).exists()


def _is_signed(agreement: Agreement) -> bool:
    return Document.objects.filter(agreement=agreement).exists()


def _not_now(agreement: Agreement, what: str, remedy: str) -> NotNowError:
    return NotNowError(Fault(what, agreement.name, remedy))
