"""No link, no former life, no demonstration lets anybody past what the door asks for; and what is refused is noted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client

from almenara.accounts import simulated
from almenara.accounts.actions import files, invitations
from almenara.accounts.actions.invitations import Guest, link, written
from almenara.accounts.actions.people import let_go
from almenara.accounts.models import User
from almenara.common.errors import RefusedError
from almenara.config import simulating
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.sign_in import code_now, committed, with_codes, with_password
from tests.support.sign_in import signed_in as is_signed_in

pytestmark = pytest.mark.django_db
SITE = "https://almenara.example"
WORDS = "a beacon on the watchtower"
ANSWER = {"name": "X", "language": "en", "password": WORDS, "again": WORDS}


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


def refusals() -> list[tuple[int | None, str, str]]:
    """Who, where, and whether the database had to refuse."""
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, detail->>'path', coalesce(detail->>'by', '') FROM witness_entry"
            " WHERE kind = 'refusal' ORDER BY id"
        )
        return cursor.fetchall()


def test_a_link_does_not_stand_for_the_second_factor(people: Cast) -> None:
    """The operator may write another link for who has an account: it sets a password, and no more."""
    person = people["second_administrator"]
    secret = with_codes(person)
    with owner_rights():
        _invitation, token = written(None, person)
    browser = Client()
    answer = browser.post(urlsplit(link(SITE, token, "en")).path, ANSWER)
    assert answer.headers["Location"] == "/en/account/2fa/authenticate/"
    assert not is_signed_in(browser)
    browser.post(answer.headers["Location"], {"code": code_now(secret)})
    assert browser.session["_auth_user_id"] == str(person.pk)


def test_a_link_opened_in_another_s_browser_leaves_nothing_of_theirs(people: Cast) -> None:
    with owner_rights():
        _invitation, token = written(None, people["nobody"])
    browser = signed_in(people["administrator"])
    assert browser.post(urlsplit(link(SITE, token, "en")).path, ANSWER).status_code == 302
    assert browser.session["_auth_user_id"] == str(people["nobody"].pk)
    assert browser.get("/en/account/people/").status_code == 403


def test_who_left_comes_back_with_nothing_that_let_them_in_before(
    people: Cast, mailoutbox: list[Any]
) -> None:
    by, leaver = people["administrator"], with_password(people["colleague"])
    with_codes(leaver)
    SocialAccount.objects.create(user=leaver, provider="ministry", uid="sub-1")
    with acting(by):
        let_go(by=by, person=leaver, reason="A new post")
    leaver.refresh_from_db()
    assert not leaver.has_usable_password()
    assert not Authenticator.objects.filter(user=leaver).exists()
    assert not SocialAccount.objects.filter(user=leaver).exists()
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM witness_entry WHERE object_id = %s", [str(leaver.pk)])
        assert {"factor_removed", "provider_unlinked", "leaving"} <= {kind for (kind,) in cursor.fetchall()}
    guest = Guest(leaver.email, "X", people.institutions["ministry"], people.offices["north"], "en")
    with acting(by), committed():
        invitations.invite(by=by, guest=guest, origin=SITE)
    with owner_rights():
        people.grant("colleague", "case-worker", "ZZ1")
    browser = Client()
    path = urlsplit(next(word for word in mailoutbox[-1].body.split() if word.startswith(SITE))).path
    assert browser.post(path, ANSWER).headers["Location"] == "/en/account/"
    assert browser.get("/en/account/").headers["Location"] == "/en/account/2fa/"


def test_links_in_invitations_carry_the_site_s_own_origin(
    people: Cast, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.SITE_ORIGIN, settings.ALLOWED_HOSTS = SITE, ["almenara.example", "localhost"]
    sent = {"email": "new@x.example", "name": "X", "institution": people.institutions["ministry"].pk,
            "language": "en"}  # fmt: skip
    with committed():
        signed_in(people["administrator"]).post(
            "/en/account/people/invite/", sent, headers={"host": "localhost"}
        )
    assert f"{SITE}/en/account/invitation/" in mailoutbox[-1].body


def test_sending_again_what_was_accepted_meanwhile_says_so(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = people["administrator"]
    guest = Guest("new@ministry.example", "X", people.institutions["ministry"])
    with acting(by):
        invitation = invitations.invite(by=by, guest=guest, origin=SITE)
        invitations.revoke(by=by, invitation=invitation)
    monkeypatch.setattr("almenara.accounts.views.people.people.open_invitation", lambda person: invitation)
    answer = signed_in(by).post(f"/en/account/people/{invitation.person_id}/invite-again/", follow=True)
    assert answer.status_code == 200
    assert b"revoked already" in answer.content


def test_made_up_people_are_nobody_on_a_site_that_is_used(people: Cast, settings: Any) -> None:
    with owner_rights():
        simulated.lay("ZZ")
    person = User.objects.get(email__startswith="national-administrator-0@demo")
    settings.DEMO = True
    browser = signed_in(person)
    assert browser.get("/en/account/people/").status_code == 200
    settings.DEMO = False
    assert browser.get("/en/account/people/").headers["Location"].startswith("/en/account/login/")
    assert not is_signed_in(browser)
    with_password(person, WORDS)
    secret = with_codes_anew(person)
    browser = Client()
    answer = browser.post("/en/account/login/", {"login": person.email, "password": WORDS})
    browser.post(answer.headers["Location"], {"code": code_now(secret)})
    assert browser.get("/en/account/people/").headers["Location"].startswith("/en/account/login/")


def with_codes_anew(person: User) -> str:
    Authenticator.objects.filter(user=person).delete()
    return with_codes(person)


def test_nobody_is_made_up_beside_real_people(people: Cast, settings: Any) -> None:
    settings.DEMO = True
    people["nobody"].simulated = False
    people["nobody"].save()
    with pytest.raises(RefusedError, match="1 people who were not made up"):
        simulating._check_nobody_real()


def test_a_guessed_key_is_noted_as_a_refusal(people: Cast) -> None:
    browser = signed_in(people["administrator"])
    path = f"/en/account/people/{people['foreigner'].pk}/"
    assert browser.get(path).status_code == 404
    assert browser.get("/en/account/no-such-page/").status_code == 404
    assert browser.get(f"/en/account/people/{people['nobody'].pk}/").status_code == 200
    agreement = "/en/agreements/1000000/"
    assert browser.get(agreement).status_code == 404
    me = people["administrator"].pk
    assert refusals() == [(me, path, ""), (me, agreement, "")]  # once each, whoever notes it


def test_what_only_the_database_refuses_is_noted_although_the_rest_is_taken_back(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(*, by: User, words: files.Words) -> None:
        User.objects.filter(pk=by.pk).update(name="Taken back")
        User.objects.filter(pk=people["suspended"].pk).update(is_active=True)

    monkeypatch.setattr(files, "save_own", forgetful)
    person = people["nobody"]
    browser = signed_in(person)
    browser.raise_request_exception = False
    assert browser.post("/en/account/file/", {"phone": "1"}).status_code == 500
    assert refusals() == [(person.pk, "/en/account/file/", "database")]
    person.refresh_from_db()
    assert person.name != "Taken back"


def test_who_manages_people_comes_from_a_person_to_the_unlocking(people: Cast) -> None:
    page, unlock = (f"/en/account/people/{people['nobody'].pk}/{last}" for last in ("", "unlock/"))
    assert f'href="{unlock}"' in signed_in(people["administrator"]).get(page).content.decode()
    assert f'href="{unlock}"' not in signed_in(people["supervisor"]).get(page).content.decode()
