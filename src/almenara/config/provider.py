"""The ministry's identity provider (OpenID Connect), from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from almenara.common.errors import Fault, RefusedError
from almenara.config.mail import is_loopback

ID = "ministry"
NEEDED = ("ALMENARA_OIDC_ISSUER", "ALMENARA_OIDC_CLIENT_ID", "ALMENARA_OIDC_CLIENT_SECRET")


@dataclass(frozen=True)
class ProviderSettings:
    """id: of its routes, empty without one. origins: where its sign-in page is, for the form-action of the CSP."""

    id: str
    trusted_factors: tuple[str, ...]
    origins: tuple[str, ...]
    allauth: dict[str, Any]


def provider(environ: Mapping[str, str]) -> ProviderSettings:
    """Nothing said: no provider. Raises RefusedError if it is said by half, or reached without TLS."""
    said = {name: environ.get(name, "").strip() for name in NEEDED}
    if not any(said.values()):
        return ProviderSettings("", (), (), {})
    missing = tuple(name for name, value in said.items() if not value)
    if missing:
        raise RefusedError(
            Fault("The identity provider is named by half.", "ALMENARA_OIDC_…", "Set all, or none.", missing)
        )
    issuer, client, secret = (said[name] for name in NEEDED)
    parts = urlsplit(issuer)
    if not parts.hostname or (parts.scheme != "https" and not is_loopback(parts.hostname)):
        raise RefusedError(
            Fault(
                "The issuer is not an https address.",
                "ALMENARA_OIDC_ISSUER",
                "Give it as the provider states it.",
            )
        )
    origins = environ.get("ALMENARA_OIDC_ORIGINS", "").split() or [f"{parts.scheme}://{parts.netloc}"]
    app = {
        "provider_id": ID,
        "name": environ.get("ALMENARA_OIDC_NAME", "").strip() or parts.hostname,
        "client_id": client,
        "secret": secret,
        "settings": {
            "server_url": issuer.rstrip("/"),
            "issuer": issuer,  # to the letter, as the provider must say it
            "oauth_pkce_enabled": True,
            "scope": ["openid", "email"],
        },
    }
    factors = tuple(environ.get("ALMENARA_OIDC_TRUSTED_FACTORS", "").split())
    return ProviderSettings(ID, factors, tuple(origins), {"openid_connect": {"APPS": [app]}})
