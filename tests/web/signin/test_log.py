"""What the log says of sign-ins, in whose name, and that it says no address in the clear."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from almenara.accounts.models import User
from almenara.witness.actions import hashed_address
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.sign_in import (
    HOME,
    PASSWORD,
    code_now,
    committed,
    link_in,
    sign_in,
    type_password,
    with_codes,
    with_password,
)

ANOTHER = "siete barcas en el lago azul"
OF_SIGN_IN = (
    "signin", "signin_failed", "signin_refused", "signout", "password_changed", "factor_added", "factor_removed",
    "session_ended", "account_unlocked", "provider_linked",
)  # fmt: skip


def entries() -> list[tuple[str, int | None, str, dict[str, Any]]]:
    """kind, person, object, detail of what this test's transaction has said of sign-ins."""
    import json

    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, person, object_id, detail::text FROM witness_entry WHERE kind = ANY (%s) ORDER BY id",
            [list(OF_SIGN_IN)],
        )
        return [(kind, person, key, json.loads(detail)) for kind, person, key, detail in cursor.fetchall()]


def kinds() -> list[str]:
    return [kind for kind, *_ in entries()]


def test_a_sign_in_is_in_the_name_of_who_signs_in(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    assert entries() == [("signin", nobody.pk, str(nobody.pk), {"by": ["password"], "from": "127.0.0.1"})]


def test_with_a_code_it_says_so(client: Client, supervisor: User) -> None:
    sign_in(client, supervisor, with_codes(supervisor))
    kind, person, _, detail = entries()[-1]
    assert (kind, person, detail["by"]) == ("signin", supervisor.pk, ["password", "totp"])


def test_a_failure_is_nobody_s_and_hides_the_address(client: Client, nobody: User) -> None:
    type_password(client, nobody, "wrong wrong wrong")
    type_password(client, "strangr@ministry.example", "wrong wrong wrong")
    [known, unknown] = entries()
    assert known[:3] == ("signin_failed", None, "")
    assert known[3] == {"address": hashed_address(nobody.email), "from": "127.0.0.1", "locked": False}
    assert unknown[3]["address"] == hashed_address("strangr@ministry.example")
    assert nobody.email not in str(entries())


def test_the_failure_that_locks_says_so(client: Client, nobody: User) -> None:
    for _ in range(6):
        type_password(client, nobody, "wrong wrong wrong")
    assert [detail["locked"] for *_, detail in entries()] == [False] * 4 + [True]


def test_a_wrong_code_is_about_the_person_not_by_them(client: Client, supervisor: User) -> None:
    with_codes(supervisor)
    type_password(client, supervisor)
    client.post("/en/account/2fa/authenticate/", {"code": "000000"})
    kind, person, key, detail = entries()[-1]
    assert (kind, person, key) == ("signin_failed", None, str(supervisor.pk))
    assert detail == {"factor": "totp", "from": "127.0.0.1"}


def test_a_sign_out(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    client.post("/en/account/logout/")
    assert entries()[-1] == ("signout", nobody.pk, str(nobody.pk), {})


def test_a_password_changed_by_the_person_and_by_mail(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    sent = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    client.post("/en/account/password/change/", sent)
    assert ("password_changed", nobody.pk, str(nobody.pk), {"by": "person"}) in entries()
    stranger = Client()
    with committed() as mails:
        stranger.post("/en/account/password/reset/", {"email": nobody.email})
    form = stranger.get(link_in(mails[-1])).headers["Location"]
    stranger.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert ("password_changed", nobody.pk, str(nobody.pk), {"by": "mail"}) in entries()
    assert any(kind == "session_ended" for kind in kinds())


def test_factors_come_and_go(client: Client, supervisor: User, frozen_clock: Any) -> None:
    type_password(client, supervisor)
    secret = str(client.get("/en/account/2fa/totp/activate/").context["form"].secret)
    with committed():
        client.post("/en/account/2fa/totp/activate/", {"code": code_now(secret)})
        client.post("/en/account/2fa/totp/deactivate/")
    said = [(kind, person, detail["factor"]) for kind, person, _, detail in entries() if "factor_" in kind]
    assert said == [
        ("factor_added", supervisor.pk, "totp"),
        ("factor_added", supervisor.pk, "recovery_codes"),
        ("factor_removed", supervisor.pk, "totp"),
        ("factor_removed", supervisor.pk, "recovery_codes"),
    ]


def test_a_session_that_ends_by_itself(client: Client, nobody: User, frozen_clock: Any) -> None:
    sign_in(client, nobody)
    frozen_clock.shift(9 * 3600)
    client.get(HOME)
    assert entries()[-1] == ("session_ended", nobody.pk, str(nobody.pk), {"why": "idle"})
    assert "signout" not in kinds()


def test_sessions_that_a_person_ends(client: Client, nobody: User) -> None:
    sign_in(Client(), nobody)
    sign_in(client, nobody)
    client.post("/en/account/sessions/")
    assert entries()[-1] == ("session_ended", nobody.pk, str(nobody.pk), {"why": "elsewhere", "count": 1})


def test_an_account_that_was_unlocked(client: Client, people: Cast, nobody: User) -> None:
    administrator = people["administrator"]
    with_codes(administrator)
    type_password(Client(), nobody, "wrong wrong wrong")
    client.force_login(administrator, "django.contrib.auth.backends.ModelBackend")
    client.post(f"/en/account/people/{nobody.pk}/unlock/")
    assert entries()[-1] == ("account_unlocked", administrator.pk, str(nobody.pk), {"failures": 1})


def test_an_address_forges_no_entry(client: Client, people: Cast) -> None:
    with_password(people["nobody"])
    forged = 'x@y.zz\r\n2026-03-16 signin person=1", "kind": "signin'
    type_password(client, forged, "wrong wrong wrong")
    assert "signin" not in kinds()


@pytest.mark.parametrize("path", ["/en/account/", "/en/account/sessions/"])
def test_looking_at_a_page_is_no_sign_in(client: Client, nobody: User, path: str) -> None:
    sign_in(client, nobody)
    before = len(entries())
    client.get(path)
    assert len(entries()) == before
