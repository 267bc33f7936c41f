"""What allauth knows of a person's second factor and of how fresh their sign-in is."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from almenara.accounts.models import Grant, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(person: User) -> bool:
    """Whether any role that the person holds asks for one."""
    return bool(Grant.objects.in_force().filter(person=person, role__needs_second_factor=True).exists())


def has_second_factor(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


def signed_in_just_now(request: HttpRequest) -> bool:
    """Within ACCOUNT_REAUTHENTICATION_TIMEOUT, by any of the person's means."""
    return bool(did_recently_reauthenticate(request))
