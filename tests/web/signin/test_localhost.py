"""No passkey belongs to an IP address: tried on one's own machine, sign-in happens at localhost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from almenara.accounts.localhost import SIGN_IN
from almenara.config.access import ROUTES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
@pytest.mark.parametrize(
    "path",
    [
        "/es/account/login/?next=/es/account/%3Fx%3D1",
        "/en/account/2fa/?a=b&c",
        "/pt/account/2fa/webauthn/add/",
    ],
)
def test_pages_of_the_sign_in_go_to_localhost_with_all_that_was_asked(
    client: Client, host: str, path: str
) -> None:
    answer = client.get(path, headers={"host": host})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"http://localhost:8000{path}")


def test_without_a_port_there_is_none(client: Client) -> None:
    answer = client.get("/es/account/login/", headers={"host": "127.0.0.1"})
    assert answer.headers["Location"] == "http://localhost/es/account/login/"


def test_other_pages_and_other_hosts_stay(client: Client) -> None:
    assert client.get("/health", headers={"host": "127.0.0.1:8000"}).status_code != 302
    assert client.get("/en/account/login/", headers={"host": "localhost:8000"}).status_code == 200
    assert client.get("/en/account/login/").status_code == 200
    assert client.post("/en/account/login/", headers={"host": "127.0.0.1:8000"}).status_code == 200


def test_behind_tls_nothing_is_moved(client: Client, settings: Any) -> None:
    settings.BEHIND_TLS = True
    assert client.get("/en/account/login/", headers={"host": "127.0.0.1:8000"}).status_code == 200


def test_every_route_of_allauth_counts_as_sign_in() -> None:
    ours = {name for name in ROUTES if name.startswith(SIGN_IN)}
    assert {"account_login", "mfa_authenticate", "mfa_add_webauthn", "mfa_login_webauthn"} <= ours
    without_namespace = {name for name in ROUTES if ":" not in name}
    assert {
        name for name in without_namespace - ours if name.startswith(("mfa", "account", "user", "social"))
    } == set()
