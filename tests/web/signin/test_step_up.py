"""Sensitive acts ask for a fresh proof, and nothing that was sent before it is done behind the doorkeeper's back."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.test import Client

from almenara.accounts.access import Access
from almenara.accounts.models import User
from almenara.accounts.stepup import PROVIDER
from almenara.config.access import ROUTES
from tests.support.sign_in import (
    HOME,
    PASSWORD,
    code_now,
    committed,
    has_totp,
    sign_in,
    type_password,
    with_codes,
)

REAUTHENTICATE = "/en/account/reauthenticate/"
SESSIONS = "/en/account/sessions/"
ACTIVATE = "/en/account/2fa/totp/activate/"


@pytest.fixture
def sensitive(monkeypatch: pytest.MonkeyPatch) -> str:
    """A route of the site that asks for a fresh proof."""
    declared = ROUTES["usersessions_list"]
    monkeypatch.setitem(ROUTES, "usersessions_list", Access(declared.door, declared.permission, step_up=True))
    return SESSIONS


def test_five_minutes_after_signing_in_it_asks_again(
    client: Client, nobody: User, sensitive: str, frozen_clock: Any
) -> None:
    sign_in(client, nobody)
    frozen_clock.shift(299)
    assert client.get(sensitive).status_code == 200
    frozen_clock.shift(1)
    asked = client.get(f"{sensitive}?x=1").headers["Location"]
    assert asked == f"{REAUTHENTICATE}?next={sensitive}%3Fx%3D1"
    assert client.post(asked, {"password": "wrong wrong wrong"}).status_code == 200
    assert client.get(sensitive).status_code == 302
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == f"{sensitive}?x=1"
    assert client.get(sensitive).status_code == 200
    frozen_clock.shift(300)
    assert client.get(sensitive).status_code == 302


def test_what_was_sent_is_not_done_after_the_proof(
    client: Client, nobody: User, sensitive: str, frozen_clock: Any
) -> None:
    elsewhere = Client()
    sign_in(elsewhere, nobody)
    sign_in(client, nobody)
    frozen_clock.shift(300)
    asked = client.post(sensitive).headers["Location"]
    assert asked == f"{REAUTHENTICATE}?next={HOME}"
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == HOME
    assert elsewhere.get(HOME).status_code == 200


def test_allauth_keeps_no_form_for_later_either(client: Client, nobody: User, frozen_clock: Any) -> None:
    sign_in(client, nobody)
    secret = str(client.get(ACTIVATE).context["form"].secret)
    frozen_clock.shift(300)
    asked = client.post(ACTIVATE, {"code": code_now(secret)}).headers["Location"]
    assert STATE_SESSION_KEY not in client.session
    with (
        committed(),
        mock.patch("allauth.account.internal.flows.reauthentication.deserialize_request") as resumed,
    ):
        answer = client.post(asked, {"password": PASSWORD})
    assert answer.headers["Location"] == ACTIVATE
    assert not resumed.called
    assert not has_totp(nobody)


def test_a_code_is_a_proof_too(client: Client, supervisor: User, sensitive: str, frozen_clock: Any) -> None:
    secret = with_codes(supervisor)
    sign_in(client, supervisor, secret)
    frozen_clock.shift(300)
    path = f"/en/account/2fa/reauthenticate/?next={sensitive}"
    assert client.post(path, {"code": "000000"}).status_code == 200
    assert client.get(sensitive).status_code == 302
    assert client.post(path, {"code": code_now(secret)}).headers["Location"] == sensitive
    assert client.get(sensitive).status_code == 200


def test_the_proof_never_leads_elsewhere(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = client.post(REAUTHENTICATE, {"password": PASSWORD, "next": elsewhere})
        assert answer.headers["Location"] == HOME


def test_wrong_passwords_are_counted_here_as_at_the_door(
    client: Client, nobody: User, frozen_clock: Any
) -> None:
    sign_in(client, nobody)
    for _ in range(5):
        client.post(REAUTHENTICATE, {"password": "wrong wrong wrong"})
    assert b"Try again in 15 minutes." in client.post(REAUTHENTICATE, {"password": PASSWORD}).content


@pytest.mark.parametrize(
    ("said", "fresh"), [({}, False), ({"auth_time": 0}, False), ({"auth_time": "now"}, True)]
)
def test_a_provider_s_sign_in_counts_from_when_something_was_typed_there(
    client: Client, nobody: User, sensitive: str, frozen_clock: Any, said: dict[str, Any], fresh: bool
) -> None:
    import time

    sign_in(client, nobody)
    session = client.session
    [record] = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "method": "socialaccount"}]
    session[PROVIDER] = {name: time.time() if value == "now" else value for name, value in said.items()}
    session.save()
    assert (client.get(sensitive).status_code == 200) is fresh


def test_whoever_has_only_the_provider_is_sent_there(
    client: Client, nobody: User, sensitive: str, settings: Any, frozen_clock: Any
) -> None:
    settings.OIDC_PROVIDER = "ministry"
    sign_in(client, nobody)
    nobody.set_unusable_password()
    nobody.save()
    client.force_login(nobody, "django.contrib.auth.backends.ModelBackend")
    answer = client.get(client.get(sensitive).headers["Location"])
    assert answer.headers["Location"].startswith("/en/account/oidc/ministry/login/?auth_params=max_age%3D0")
    assert f"next={sensitive}".replace("/", "%2F") in answer.headers["Location"]
    assert type_password(Client(), nobody).status_code == 200
