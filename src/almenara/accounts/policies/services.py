"""Who keeps the keys of institutions' systems, and what a key may be for."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from almenara.accounts import permissions, reach
from almenara.accounts.models import Institution, ServiceAccount, ServiceKey, User
from almenara.accounts.policies import answering

# What a system may be let do: read what its institution shares. Nobody's file, no grant, no log.
SCOPES = (permissions.AGREEMENTS_VIEW, permissions.DOCUMENTS_VIEW)
LONGEST_DAYS = 366


def check_can_keep_services(by: User, institution: Institution) -> None:
    if not reach.institutions(by, permissions.SERVICES_MANAGE).filter(pk=institution.pk).exists():
        raise PermissionDenied("institution")


def check_can_issue(by: User, account: ServiceAccount, scopes: Collection[str], days: int) -> None:
    check_can_keep_services(by, account.institution)
    if account.closed_at is not None:
        raise ValidationError(_("This system's account is closed."), "closed")
    if not set(scopes) <= set(SCOPES):
        raise ValidationError(_("A system's key cannot have that scope."), "scope")
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError(_("A key lasts from 1 to %(days)s days."), "days", {"days": LONGEST_DAYS})


def check_can_revoke_key(by: User, key: ServiceKey) -> None:
    check_can_keep_services(by, key.account.institution)
    if key.revoked_at is not None:
        raise ValidationError(_("This key has been revoked already."), "revoked")


can_keep_services = answering(check_can_keep_services)
can_issue = answering(check_can_issue)
can_revoke_key = answering(check_can_revoke_key)
