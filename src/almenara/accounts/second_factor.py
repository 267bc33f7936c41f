"""What allauth knows of a person's second factor, and whether their institution's provider has asked for it."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models import Grant, User
from almenara.accounts.stepup import PROVIDER, signed_in_just_now
from almenara.privacy.sealing import seal, unseal

__all__ = ["has_second_factor", "needs_second_factor", "signed_in_just_now"]

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
COLUMN = "mfa_authenticator.data"
CODE_SECONDS = 120  # longer than any one-time code is accepted, clocks apart included


def needs_second_factor(person: User) -> bool:
    """Whether any role that the person holds asks for one."""
    return bool(Grant.objects.in_force().filter(person=person, role__needs_second_factor=True).exists())


def has_second_factor(person: User, request: HttpRequest | None = None) -> bool:
    """One of theirs here, which every sign-in asks for, or one that a trusted provider asked for at this sign-in."""
    if request is not None and request.session.get(PROVIDER, {}).get("second_factor"):
        return True
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


def asserted(claims: dict[str, Any]) -> bool:
    """Whether a provider says that it asked for a second factor, in words that the operator trusts."""
    said = {str(claims.get("acr", "")), *map(str, claims.get("amr") or ())}
    return bool(said & set(settings.OIDC_TRUSTED_FACTORS))


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """The step of signing in that asks for the person's own factor, unless a trusted provider has asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        sociallogin = (self.login.signal_kwargs or {}).get("sociallogin")
        if sociallogin is not None and asserted(sociallogin.account.extra_data):
            return False
        return bool(super()._should_handle(request))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of one-time codes and the seed of recovery codes are stored encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is wrong, or it has been used."),
        "unverified_email": _("Open the link that was sent to your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), COLUMN)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), COLUMN).decode()

    def _get_site_name(self) -> str:
        return "Almenara"


class OneUse:
    """A form's code counts once, for as long as it could be accepted anywhere."""

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        key = f"one-time-code:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(key, True, CODE_SECONDS):
            raise MFAAdapter().validation_error("incorrect_code")
        return code


class OneUseAuthenticateForm(OneUse, AuthenticateForm): ...  # type: ignore[misc]


class OneUseReauthenticateForm(OneUse, ReauthenticateForm): ...  # type: ignore[misc]


class OneUseActivateForm(OneUse, ActivateTOTPForm): ...  # type: ignore[misc]


def shown(request: HttpRequest, person: User) -> list[str]:
    """The means by which this session was signed in, for the log."""
    records = get_authentication_records(request, person)
    return [str(record.get("type") or record["method"]) for record in records]
