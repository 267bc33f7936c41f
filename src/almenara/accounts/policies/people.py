"""The rules of inviting, suspending and leaving."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from almenara.accounts import permissions, reach
from almenara.accounts.models import Institution, Invitation, Office, User
from almenara.accounts.policies import answering
from almenara.accounts.policies.grants import check_not_the_last


def check_can_manage(by: User, person: User) -> None:
    if not reach.people(by, permissions.PEOPLE_MANAGE).filter(pk=person.pk).exists():
        raise PermissionDenied("person")


def check_can_invite_to(by: User, institution: Institution, office: Office | None) -> None:
    manage = permissions.PEOPLE_MANAGE
    if office is not None and office.institution_id != institution.pk:
        raise ValidationError(
            _("The office belongs to another institution: choose one of its own."), "office"
        )
    within = (
        reach.offices(by, manage).filter(pk=office.pk)
        if office is not None
        else reach.institutions(by, manage).filter(pk=institution.pk)
    )
    if not within.exists():
        raise PermissionDenied("institution")
    if institution.closed_on is not None or (office is not None and office.closed_on is not None):
        raise ValidationError(_("It is closed: nobody is invited there any more."), "closed")


def check_can_revoke(by: User, invitation: Invitation) -> None:
    """Sending again is held to the same."""
    check_can_manage(by, invitation.person)
    if invitation.accepted_at is not None:
        raise ValidationError(_("This invitation has been accepted already."), "accepted")
    if invitation.revoked_at is not None:
        raise ValidationError(_("This invitation has been revoked already."), "revoked")


def check_can_suspend(by: User, person: User) -> None:
    """Waits for whoever is about to take an administrator away: for what is done, not for what is shown."""
    check_can_be_suspended(by, person)
    check_not_the_last(person)


def check_can_be_suspended(by: User, person: User) -> None:
    check_can_manage(by, person)
    if by == person:
        raise ValidationError(_("Nobody suspends themselves: ask another administrator."), "own")
    if not person.is_active:
        raise ValidationError(_("This person cannot sign in as it is."), "inactive")


def check_can_bring_back(by: User, person: User) -> None:
    check_can_manage(by, person)
    if person.suspended_at is None or person.left_at is not None:
        raise ValidationError(_("This person is not suspended."), "not_suspended")


def check_can_let_go(by: User, person: User) -> None:
    """Whether the person's leaving may be noted. Waits as check_can_suspend does."""
    check_can_leave(by, person)
    check_not_the_last(person)


def check_can_leave(by: User, person: User) -> None:
    """Who was suspended or only invited may leave, too."""
    check_can_manage(by, person)
    if by == person:
        raise ValidationError(_("Another administrator notes that you leave."), "own")
    if person.left_at is not None:
        raise ValidationError(_("This person has left already."), "left")


can_manage = answering(check_can_manage)
can_invite_to = answering(check_can_invite_to)
can_revoke = answering(check_can_revoke)
can_suspend = answering(check_can_suspend)
can_bring_back = answering(check_can_bring_back)
can_let_go = answering(check_can_let_go)
can_be_suspended = answering(check_can_be_suspended)
can_leave = answering(check_can_leave)
