"""Who comes through which door; that every route has one; and in whose name the database acts behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from almenara.accounts.access import Access, Door
from almenara.config.access import ROUTES
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db


def named(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{prefix}{entry.name}"


def test_every_route_is_declared_and_every_declaration_has_its_route() -> None:
    assert set(named(get_resolver())) == set(ROUTES)


def test_a_route_without_a_declaration_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ROUTES, "observatory:home")
    assert client.get("/es/").status_code == 403


def test_a_stranger_is_sent_to_sign_in_and_comes_back(client: Client) -> None:
    answer = client.get("/es/account/?x=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/es/account/login/?next=/es/account/%3Fx%3D1"


@pytest.fixture
def people() -> Cast:
    return cast()


def test_who_needs_a_second_factor_is_sent_to_set_it_up_first(client: Client, people: Cast) -> None:
    client.force_login(people["supervisor"], "django.contrib.auth.backends.ModelBackend")
    assert client.get("/es/account/").headers["Location"] == "/es/account/2fa/"


def test_a_suspended_person_is_a_stranger_at_once(client: Client, people: Cast) -> None:
    client.force_login(people["nobody"], "django.contrib.auth.backends.ModelBackend")
    assert client.get("/es/account/").status_code == 200
    people["nobody"].is_active = False
    with owner_rights():
        people["nobody"].save()
    assert client.get("/es/account/").status_code == 302


def test_a_declaration_names_a_permission_exactly_where_it_needs_one() -> None:
    for name, access in ROUTES.items():
        assert isinstance(access, Access)
        if access.door != Door.SERVICE:  # a scope, or any key that works
            assert bool(access.permission) == (access.door == Door.PERMITTED), name
