"""What an address holds: keys of rows and words of the program. What opens something comes by mail and serves once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from almenara.accounts.access import Door
from almenara.config.access import ROUTES

KEYS = {"IntConverter", "UUIDConverter", "SlugConverter"}
# By text: the key of the record that the page is about, whatever kind of record it is.
BY_TEXT = {"accounts:who-sees": {"key"}}
SENT_BY_MAIL = {"accounts:invitation", "account_confirm_email", "account_reset_password_from_key"}
OF_SIGN_IN = "password", "secret", "code", "token", "session", "key"


def arguments(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Of each named route what its address holds, and of what kind."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from arguments(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            kinds = {name: type(kind).__name__ for name, kind in entry.pattern.converters.items()}
            groups = set(re.compile(str(entry.pattern.regex.pattern)).groupindex)
            yield f"{prefix}{entry.name}", {**dict.fromkeys(groups, "regex"), **kinds}


def test_no_address_of_the_signed_in_part_holds_more_than_keys_of_rows() -> None:
    found = {
        (route, name)
        for route, held in arguments(get_resolver())
        if ROUTES[route].door != Door.PUBLIC
        for name, kind in held.items()
        if kind not in KEYS and name not in BY_TEXT.get(route, ())
    }
    assert found == set()


def test_links_that_open_something_are_those_that_mails_carry() -> None:
    opening = {
        route
        for route, held in arguments(get_resolver())
        if ROUTES[route].door == Door.PUBLIC and {"token", "key", "uidb36", "secret"} & set(held)
    }
    assert opening == SENT_BY_MAIL


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/en/account/login/", "/en/account/password/reset/", "/en/account/2fa/webauthn/login/"]
)
def test_no_form_of_the_sign_in_puts_what_is_typed_into_an_address(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    for form in re.findall(r"<form[^>]*>.*?</form>", page, flags=re.DOTALL):
        if any(f'name="{name}"' in form for name in OF_SIGN_IN):
            assert re.search(r'<form[^>]*method="post"', form), form
    answer = client.get(address, {"login": "a@b.example", "password": "siete barcas en el lago"})
    assert "siete barcas" not in answer.content.decode()
    assert "_auth_user_id" not in client.session
