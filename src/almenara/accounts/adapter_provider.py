"""Signing in at the ministry's identity provider: into an account that is here already, or not at all."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from almenara.accounts.adapter import verified_address
from almenara.accounts.models import User
from almenara.accounts.provider import CheckedProvider, ProviderFaultError, why_not
from almenara.witness.actions import hashed_address, record

KEPT = ("acr", "amr", "auth_time")  # of what the provider says of a person: nothing else is stored


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        found = super().get_provider(request, provider, client_id)
        return CheckedProvider(request, app=found.app) if isinstance(found, OpenIDConnectProvider) else found

    def get_requests_session(self) -> Any:
        """Calls go to the addresses that are configured, or that the provider names; no answer sends them elsewhere."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link to the active account that has the verified address, or refuse; every refusal looks the same."""
        claims = said(sociallogin.account.extra_data)
        if foreign := why_not(sociallogin):
            refuse(request, foreign, claims)
        if sociallogin.state.get("process") != "login":
            refuse(request, "only to sign in", claims)
        sociallogin.account.extra_data = {name: claims[name] for name in KEPT if name in claims}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
            if not sociallogin.user.is_active:
                refuse(request, "not active", claims)
            return
        if claims.get("email_verified") is not True:
            refuse(request, "address not verified", claims)
        person = User.objects.filter(email=str(claims.get("email", "")).strip().lower()).first()
        if person is None or not person.is_active:
            refuse(request, "no active account", claims)
        verified_address(person)
        sociallogin.connect(request, person)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **more: Any
    ) -> None:
        if error != AuthError.CANCELLED:
            why = str(exception) if isinstance(exception, ProviderFaultError) else type(exception).__name__
            record(kind="signin_refused", detail={"why": why if exception else str(error)})


def said(extra_data: dict[str, Any]) -> dict[str, Any]:
    """The claims: of the ID token, which is signed, before those of the user information."""
    return {**(extra_data.get("userinfo") or {}), **(extra_data.get("id_token") or {})}


def refuse(request: HttpRequest, why: str, claims: dict[str, Any]) -> NoReturn:
    record(
        kind="signin_refused",
        detail={"why": why, "address": hashed_address(str(claims.get("email", "")))},
    )
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("socialaccount_login_error")))
