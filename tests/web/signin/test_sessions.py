"""When sessions end, and that what ended stays ended."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from almenara.accounts.actions import people as actions
from almenara.accounts.models import User
from almenara.accounts.sessions import HOUR, IDLE, IDLE_NEAR_CASES, LONGEST, Clock, Ended, end_sessions_of
from almenara.common.identity import Identity, acting_as
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.sign_in import HOME, PASSWORD, sign_in, signed_in, with_codes

SESSIONS = "/en/account/sessions/"
ANOTHER = "siete barcas en el lago azul"


@pytest.mark.parametrize(
    ("age", "quiet", "idle", "expected"),
    [
        (0, 0, IDLE_NEAR_CASES, None),
        (LONGEST - 1, 0, IDLE_NEAR_CASES, None),
        (LONGEST, 0, IDLE, Ended.LONGEST),
        (IDLE_NEAR_CASES, IDLE_NEAR_CASES - 1, IDLE_NEAR_CASES, None),
        (IDLE_NEAR_CASES, IDLE_NEAR_CASES, IDLE_NEAR_CASES, Ended.IDLE),
        (IDLE_NEAR_CASES, IDLE_NEAR_CASES, IDLE, None),
        (LONGEST, LONGEST, IDLE, Ended.LONGEST),
    ],
)
def test_the_clock(age: int, quiet: int, idle: int, expected: Ended | None) -> None:
    now = 1_000_000.0
    assert Clock(now - age, now - quiet).over(now, idle) == expected


def test_who_can_see_a_case_is_signed_out_after_half_an_hour_of_nothing(
    client: Client, supervisor: User, frozen_clock: Any
) -> None:
    sign_in(client, supervisor, with_codes(supervisor))
    for _ in range(3):
        frozen_clock.shift(IDLE_NEAR_CASES - 60)
        assert client.get(HOME).status_code == 200
    frozen_clock.shift(IDLE_NEAR_CASES)
    answer = client.get(f"{HOME}?x=1", follow=True)
    assert answer.redirect_chain == [("/en/account/login/?next=/en/account/%3Fx%3D1", 302)]
    assert b"Your session has ended. Sign in again." in answer.content
    assert not UserSession.objects.filter(user=supervisor).exists()


def test_others_after_eight_hours(client: Client, nobody: User, frozen_clock: Any) -> None:
    sign_in(client, nobody)
    frozen_clock.shift(IDLE - 60)
    assert client.get(HOME).status_code == 200
    frozen_clock.shift(3 * HOUR)
    assert client.get(HOME).status_code == 200
    frozen_clock.shift(2 * HOUR)
    assert client.get(HOME).status_code == 302


def test_nobody_stays_twelve_hours_however_busy(client: Client, supervisor: User, frozen_clock: Any) -> None:
    sign_in(client, supervisor, with_codes(supervisor))
    for _ in range(LONGEST // 1200 - 1):
        frozen_clock.shift(1200)
        assert client.get(HOME).status_code == 200
    frozen_clock.shift(1200)
    assert client.get(HOME).status_code == 302
    assert not signed_in(client)


def test_a_public_page_is_still_read_by_who_was_signed_out(
    client: Client, nobody: User, frozen_clock: Any
) -> None:
    sign_in(client, nobody)
    frozen_clock.shift(LONGEST)
    assert client.get("/health").status_code in (200, 503)
    assert not signed_in(client)


def test_the_cookie_dies_with_the_browser_and_no_script_reads_it(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    cookie = client.cookies["sessionid"]
    assert cookie["expires"] == ""
    assert cookie["max-age"] == ""
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_a_person_sees_their_sessions_and_ends_the_others(client: Client, nobody: User) -> None:
    elsewhere = Client(headers={"user-agent": "Somewhere else"})
    sign_in(elsewhere, nobody)
    sign_in(client, nobody)
    page = client.get(SESSIONS).content
    assert b"Somewhere else" in page
    client.post(SESSIONS)
    assert client.get(HOME).status_code == 200
    assert elsewhere.get(HOME).status_code == 302
    assert b"Somewhere else" not in client.get(SESSIONS).content


def test_a_name_of_a_browser_is_text(client: Client, nobody: User) -> None:
    sign_in(Client(headers={"user-agent": "<script>alert(1)</script>"}), nobody)
    sign_in(client, nobody)
    assert b"<script>alert" not in client.get(SESSIONS).content


def test_nobody_sees_or_ends_another_person_s(client: Client, nobody: User, supervisor: User) -> None:
    other = Client(headers={"user-agent": "Of the supervisor"})
    sign_in(other, supervisor, with_codes(supervisor))
    sign_in(client, nobody)
    assert b"Of the supervisor" not in client.get(SESSIONS).content
    client.post(SESSIONS)
    assert other.get(HOME).status_code == 200


def test_a_changed_password_ends_the_others(client: Client, nobody: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere, nobody)
    sign_in(client, nobody)
    answer = client.post(
        "/en/account/password/change/",
        {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER},
    )
    assert answer.status_code == 302
    assert client.get(HOME).status_code == 200
    assert elsewhere.get(HOME).status_code == 302
    assert UserSession.objects.filter(user=nobody).count() == 1


def test_suspension_ends_them_and_they_do_not_come_back_with_the_person(
    client: Client, people: Cast, nobody: User
) -> None:
    sign_in(client, nobody)
    administrator = people["administrator"]
    with acting_as(Identity(person=administrator.pk)):
        actions.suspend(by=administrator, person=nobody, reason="left the keys in the door")
    assert client.get(HOME).status_code == 302
    with acting_as(Identity(person=administrator.pk)):
        actions.bring_back(by=administrator, person=nobody, reason="keys are found")
    assert client.get(HOME).status_code == 302
    assert not signed_in(client)


def test_sessions_end_whoever_suspends_and_however(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    with owner_rights():
        nobody.is_active = False
        nobody.save()
    assert not UserSession.objects.filter(user=nobody).exists()
    with owner_rights():
        nobody.is_active = True
        nobody.save()
    assert client.get(HOME).status_code == 302


def test_how_many_ended_is_said(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    sign_in(Client(), nobody)
    kept = client.session.session_key
    assert end_sessions_of(nobody, why=Ended.ELSEWHERE, but=kept) == 1
    assert client.get(HOME).status_code == 200
    assert end_sessions_of(nobody, why=Ended.ELSEWHERE) == 1
    assert client.get(HOME).status_code == 302
