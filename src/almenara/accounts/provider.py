"""What the identity provider says is believed if its own key signed it, for this site, this sign-in and this person.

allauth leaves the signature of an ID token that came over TLS unchecked, takes the issuer from the metadata, asks for
no nonce, and adds to the request to the provider whatever the link of the sign-in carries. OpenID Connect Core 1.0,
sections 2, 3.1.2.1, 3.1.3.7 and 5.3.2; Discovery 1.0, section 4.3.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

# Only what is signed with a key of the provider's own: not "none", not HMAC with a secret that the site shares.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NEEDED = ("iss", "sub", "aud", "exp", "iat", "nonce")
LEEWAY = 60  # seconds that the clocks may differ
AGAIN = "max_age=0"  # the one thing that a link of ours may ask for: that the person types something there


class ProviderFaultError(OAuth2Error):  # type: ignore[misc]
    """The provider's answer is not to be believed. Its words hold nothing of a person, and go to the log."""


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != self.get_provider().app.settings["issuer"]:
            raise ProviderFaultError("the metadata name another issuer")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **more: Any) -> SocialLogin:
        if not more["response"].get("id_token"):
            raise ProviderFaultError("no ID token")
        return super().complete_login(request, app, token, **more)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            key = self._key_of(jwt.get_unverified_header(id_token))
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=[key.algorithm_name],
                issuer=app.settings["issuer"],
                audience=app.client_id,
                leeway=LEEWAY,
                options={"require": list(NEEDED)},
            )
        except jwt.PyJWTError as error:
            raise ProviderFaultError(f"ID token: {type(error).__name__}") from error
        if not isinstance(claims["aud"], str) and len(claims["aud"]) > 1 and "azp" not in claims:
            raise ProviderFaultError("the ID token is for several and names none")
        if claims.get("azp", app.client_id) != app.client_id:
            raise ProviderFaultError("the ID token was given to another")
        return claims

    def _key_of(self, header: dict[str, Any]) -> jwt.PyJWK:
        """The provider's own key of that name, for the algorithm that the token names, if it is one of those taken."""
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise ProviderFaultError("ID token: an algorithm that is not taken")
        found = [
            key
            for key in self._keys()
            if key.get("kid") == header.get("kid")
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
        ]
        if len(found) != 1:
            raise ProviderFaultError("ID token: no key of that name")
        return jwt.PyJWK(found[0], algorithm=algorithm)

    def _keys(self) -> list[dict[str, Any]]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys: list[dict[str, Any]] = answer.json()["keys"]
        return keys


class CheckedProvider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = CheckedAdapter

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return list(self.get_scope())

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        asked = {"max_age": "0"} if request.GET.get("auth_params") == AGAIN else {}
        return {**self.get_auth_params(), **asked}

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """With a nonce, which the ID token must bring back; kept in the session with the rest of the state."""
        kwargs: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        nonce = secrets.token_urlsafe(32)
        return {**kwargs, "auth_params": {**kwargs["auth_params"], "nonce": nonce}, "nonce": nonce}


def why_not(sociallogin: SocialLogin) -> str:
    """What of the answer does not belong to this sign-in or to one person; empty if all does."""
    told = sociallogin.account.extra_data
    claims, more = told.get("id_token") or {}, told.get("userinfo") or {}
    if not secrets.compare_digest(str(claims.get("nonce", "")), str(sociallogin.state.get("nonce", "-"))):
        return "the nonce is another"
    if more and more.get("sub") != claims.get("sub"):
        return "the user information is of another person"
    return "" if sociallogin.account.uid == claims.get("sub") else "the key is of another person"
