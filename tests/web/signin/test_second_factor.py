"""Codes, recovery codes, who must have a second factor, and what a provider's word is worth."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.test import Client

from almenara.accounts.models import User
from almenara.accounts.second_factor import asserted
from almenara.accounts.second_factor_keys import bring_under_current_key, factors_under_keys
from tests.support.cast import Cast
from tests.support.sign_in import (
    HOME,
    PASSWORD,
    code_now,
    committed,
    has_totp,
    sign_in,
    signed_in,
    type_password,
    with_codes,
    with_password,
)

AUTHENTICATE = "/en/account/2fa/authenticate/"
ACTIVATE = "/en/account/2fa/totp/activate/"
BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


def set_up(client: Client) -> str:
    """Set up an application as the page says; its secret."""
    form = client.get(ACTIVATE)
    assert form.status_code == 200, form.headers
    secret = str(form.context["form"].secret)
    with committed():
        done = client.post(ACTIVATE, {"code": code_now(secret)})
    assert done.headers["Location"] == "/en/account/2fa/recovery-codes/"
    return secret


@pytest.mark.parametrize(
    "name",
    [
        "administrator",
        "coordinator",
        "supervisor",
        "case_worker",
        "link",
        "statistician",
        "auditor",
        "editor",
    ],
)
def test_every_role_sets_up_a_second_factor_before_anything_else(
    client: Client, people: Cast, name: str
) -> None:
    person = with_password(people[name])
    assert type_password(client, person).headers["Location"] == HOME
    assert client.get(HOME).headers["Location"] == "/en/account/2fa/"
    assert client.get("/en/account/sessions/").headers["Location"] == "/en/account/2fa/"
    set_up(client)
    assert client.get(HOME).status_code == 200


def test_from_then_on_the_password_alone_opens_nothing(
    client: Client, supervisor: User, frozen_clock: Any
) -> None:
    type_password(client, supervisor)
    secret = set_up(client)
    frozen_clock.shift(60)
    later = Client()
    assert type_password(later, supervisor).headers["Location"] == AUTHENTICATE
    assert not signed_in(later)
    assert later.get(HOME).status_code == 302
    assert later.post(AUTHENTICATE, {"code": code_now(secret)}).headers["Location"] == HOME
    assert later.get(HOME).status_code == 200


def test_a_code_is_taken_once_even_after_its_half_minute(
    client: Client, supervisor: User, frozen_clock: Any
) -> None:
    secret = with_codes(supervisor)
    code = code_now(secret)
    sign_in(client, supervisor, secret)
    for seconds in (0, 29, 20):
        frozen_clock.shift(seconds)
        thief = Client()
        type_password(thief, supervisor)
        answer = thief.post(AUTHENTICATE, {"code": code})
        assert b"it has been used" in answer.content
        assert not signed_in(thief)


def test_the_code_that_set_it_up_signs_nobody_in(client: Client, supervisor: User, frozen_clock: Any) -> None:
    type_password(client, supervisor)
    secret = set_up(client)
    other = Client()
    type_password(other, supervisor)
    other.post(AUTHENTICATE, {"code": code_now(secret)})
    assert not signed_in(other)


def test_a_code_of_long_ago_or_of_later_is_wrong(client: Client, supervisor: User, frozen_clock: Any) -> None:
    secret = with_codes(supervisor)
    type_password(client, supervisor)
    for steps in (-3, -2, 2, 3):
        client.post(AUTHENTICATE, {"code": code_now(secret, steps)})
        assert not signed_in(client)
    client.post(AUTHENTICATE, {"code": code_now(secret, -1)})
    assert signed_in(client)


def test_codes_are_not_guessed(client: Client, supervisor: User, frozen_clock: Any) -> None:
    secret = with_codes(supervisor)
    type_password(client, supervisor)
    right = code_now(secret)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        assert b"it has been used" in client.post(AUTHENTICATE, {"code": wrong}).content
    assert b"Try again in five minutes" in client.post(AUTHENTICATE, {"code": right}).content
    assert not signed_in(client)
    frozen_clock.shift(301)
    client.post(AUTHENTICATE, {"code": code_now(secret)})
    assert signed_in(client)


def test_a_recovery_code_opens_once(client: Client, supervisor: User, frozen_clock: Any) -> None:
    type_password(client, supervisor)
    set_up(client)
    page = client.get("/en/account/2fa/recovery-codes/")
    codes = page.context["unused_codes"]
    assert len(set(codes)) == 10
    frozen_clock.shift(60)
    for expected in (True, False):
        other = Client()
        type_password(other, supervisor)
        other.post(AUTHENTICATE, {"code": codes[0]})
        assert signed_in(other) is expected
        frozen_clock.shift(301)


def test_what_the_database_holds_does_not_make_codes(supervisor: User) -> None:
    secret = with_codes(supervisor)
    stored = Authenticator.objects.get(user=supervisor).data
    assert secret not in str(stored)
    assert Authenticator.objects.get(user=supervisor).wrap().validate_code(code_now(secret))


def test_a_new_factor_ends_the_sessions_that_have_not_shown_it(client: Client, supervisor: User) -> None:
    elsewhere = Client()
    type_password(elsewhere, supervisor)
    type_password(client, supervisor)
    set_up(client)
    assert signed_in(client)
    assert elsewhere.get("/en/account/2fa/").status_code == 302
    assert client.get(HOME).status_code == 200


def test_whoever_removes_the_last_factor_is_where_they_began(
    client: Client, supervisor: User, frozen_clock: Any
) -> None:
    type_password(client, supervisor)
    set_up(client)
    with committed():
        client.post("/en/account/2fa/totp/deactivate/")
    assert not has_totp(supervisor)
    assert client.get(HOME).headers["Location"] == "/en/account/2fa/"


@pytest.mark.parametrize(
    "path", [ACTIVATE, "/en/account/2fa/webauthn/add/", "/en/account/2fa/totp/deactivate/"]
)
def test_factors_are_changed_only_by_who_has_just_shown_who_they_are(
    client: Client, supervisor: User, frozen_clock: Any, path: str
) -> None:
    if "deactivate" in path:
        sign_in(client, supervisor, with_codes(supervisor))
    else:
        type_password(client, supervisor)
    frozen_clock.shift(301)
    answer = client.get(path)
    assert answer.headers["Location"].startswith("/en/account/reauthenticate/?next="), answer.content
    answer = client.post(path, {"code": "123456"})
    assert answer.headers["Location"].startswith("/en/account/reauthenticate/?next=")


def test_a_provider_s_word_is_worth_what_the_operator_says(settings: Any) -> None:
    settings.OIDC_TRUSTED_FACTORS = ()
    assert not asserted({"amr": ["mfa"], "acr": "high"})
    settings.OIDC_TRUSTED_FACTORS = ("mfa", "urn:high")
    assert asserted({"amr": ["pwd", "mfa"]})
    assert asserted({"acr": "urn:high"})
    assert not asserted({"amr": ["pwd"], "acr": "0"})
    assert not asserted({})
    assert not asserted({"amr": None, "acr": None})


def test_a_password_that_is_right_does_not_stand_for_the_code(client: Client, supervisor: User) -> None:
    with_codes(supervisor)
    type_password(client, supervisor)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    assert client.get(HOME).status_code == 302
    assert not signed_in(client)


def test_factors_follow_the_site_s_keys(supervisor: User, settings: Any) -> None:
    key = {name: base64.b64encode(name.encode() * 32).decode() for name in "ab"}
    settings.ENCRYPTION_KEYS = f"a:{key['a']}"
    secret = with_codes(supervisor)
    assert factors_under_keys() == {"a": 1}
    settings.ENCRYPTION_KEYS = f"b:{key['b']},a:{key['a']}"
    assert bring_under_current_key() == 1
    assert bring_under_current_key() == 0
    assert factors_under_keys() == {"b": 1}
    settings.ENCRYPTION_KEYS = f"b:{key['b']}"
    assert Authenticator.objects.get(user=supervisor).wrap().validate_code(code_now(secret))
