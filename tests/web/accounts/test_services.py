"""Systems' keys: shown once, scoped, expiring, and an identity of their own in the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from almenara.accounts.access import Access, Door
from almenara.accounts.actions import services
from almenara.accounts.models import ServiceAccount, ServiceKey
from almenara.common.identity import Identity, acting_as
from almenara.config.access import ROUTES
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.services import SCOPE, issued_key

pytestmark = pytest.mark.django_db
WHOAMI = "/api/v1/whoami"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


@pytest.fixture
def issued(people: Cast) -> tuple[ServiceKey, str]:
    return issued_key(people)


def ask(secret: str = "", **headers: str) -> tuple[int, dict[str, object]]:
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    answer = Client().get(WHOAMI, headers=headers)
    return answer.status_code, answer.json()


def test_a_key_says_whose_it_is_and_notes_its_use(issued: tuple[ServiceKey, str], people: Cast) -> None:
    key, secret = issued
    status, said = ask(secret)
    assert (status, said["system"], said["scopes"]) == (200, "Register", [SCOPE])
    assert said["institution"] == {"id": people.institutions["police"].pk, "name": "Police"}
    with owner_rights():
        key.refresh_from_db()
        assert key.last_used_at is not None
        assert secret not in str(ServiceKey.objects.values().get(pk=key.pk))


def test_without_a_key_that_works_nothing_is_said(issued: tuple[ServiceKey, str], people: Cast) -> None:
    key, secret = issued
    assert ask()[0] == ask("x")[0] == ask(secret[:-1])[0] == ask(secret + "x")[0] == 401
    assert ask(Authorization=f"Basic {secret}")[0] == 401
    assert signed_in(people["administrator"]).get(WHOAMI).status_code == 401  # a person is no system
    with owner_rights():
        ServiceKey.objects.filter(pk=key.pk).update(
            expires_at=timezone.now() - dt.timedelta(hours=1),
            created_at=timezone.now() - dt.timedelta(days=9),
        )
    assert ask(secret)[0] == 401
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM witness_entry WHERE kind = 'refusal' AND detail->>'path' = %s", [WHOAMI]
        )
        assert cursor.fetchone()[0] >= 6


def test_a_route_asks_for_its_scope(issued: tuple[ServiceKey, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROUTES, "accounts-api:whoami", Access(Door.SERVICE, "documents.view"))
    status, said = ask(issued[1])
    assert (status, "documents.view" in str(said["error"])) == (403, True)
    monkeypatch.setitem(ROUTES, "accounts-api:whoami", Access(Door.SERVICE, SCOPE))
    assert ask(issued[1])[0] == 200


def test_a_key_opens_no_page_of_people(issued: tuple[ServiceKey, str]) -> None:
    answer = Client().get("/es/account/people/", headers={"Authorization": f"Bearer {issued[1]}"})
    assert answer.status_code == 302
    with acting_as(Identity(service=issued[0].pk)):
        assert ServiceKey.objects.count() == ServiceAccount.objects.count() == 1


def test_a_revoked_key_works_no_more_and_a_renewed_one_overlaps(
    issued: tuple[ServiceKey, str], people: Cast
) -> None:
    by, (key, secret) = people["administrator"], issued
    with acting(by):
        newer, other = services.renew_key(by=by, key=key, days=90)
        key.refresh_from_db()
    assert ask(secret)[0] == ask(other)[0] == 200
    assert dt.timedelta(days=6) < key.expires_at - timezone.now() <= dt.timedelta(days=7)
    with acting(by):
        services.revoke_key(by=by, key=newer)
    assert (ask(secret)[0], ask(other)[0]) == (200, 401)


def test_a_key_is_made_within_reach_and_within_the_scopes(
    issued: tuple[ServiceKey, str], people: Cast
) -> None:
    account = issued[0].account
    for name in ("foreign_administrator", "coordinator", "link"):
        with acting(people[name]), pytest.raises(PermissionDenied):
            services.issue_key(by=people[name], account=account, scopes=[SCOPE], days=30)
    by = people["administrator"]
    for scopes, days in ((["people.view"], 30), ([SCOPE], 0), ([SCOPE], 1000)):
        with acting(by), pytest.raises(ValidationError):
            services.issue_key(by=by, account=account, scopes=scopes, days=days)
    with acting(people["foreign_administrator"]):
        assert ServiceKey.objects.count() == 0


def test_the_page_shows_a_key_once(issued: tuple[ServiceKey, str], people: Cast) -> None:
    client = signed_in(people["administrator"])
    account = issued[0].account_id
    page = client.post(f"/en/account/systems/{account}/key/", {"scopes": [SCOPE], "days": 10})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    listed = client.get(f"/en/account/systems/{account}/").content.decode()
    assert secret.split(".")[0] in listed
    assert secret not in listed
    assert ask(secret)[0] == 200
    assert (
        signed_in(people["foreign_administrator"]).get(f"/en/account/systems/{account}/").status_code == 404
    )
