"""The menu of the signed-in part: what stands in it for whom, and where it says the reader is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import translation

from almenara.accounts import menu
from tests.support.acting import signed_in
from tests.support.cast import Cast, cast
from tests.support.sign_in import with_password

pytestmark = pytest.mark.django_db
HOME = "/en/account/"
OK, REFUSED = 200, 403
OF_ONESELF = {
    "/en/account/emergencies/"
}  # opens for everybody; the menu offers it to who watches over others


@pytest.fixture
def people() -> Cast:
    return cast()


@dataclass(frozen=True)
class Shown:
    """titles: of the groups; addresses: of the entries; marked: which are current, and how."""

    titles: list[str]
    addresses: list[str]
    marked: list[tuple[str, str]]


def menu_at(client: Client, address: str) -> Shown:
    page = client.get(address).content.decode()
    found = re.search(r'<nav class="side".*?</nav>', page, re.DOTALL)
    assert found
    return Shown(
        re.findall(r'class="side__title"[^>]*>([^<]*)<', found[0]),
        re.findall(r'href="([^"]*)"', found[0]),
        re.findall(r'href="([^"]*)" aria-current="([a-z]*)"', found[0]),
    )


@pytest.mark.parametrize(
    "name", ["administrator", "coordinator", "auditor", "case_worker", "officer", "nobody"]
)
def test_every_entry_opens_and_every_page_that_opens_is_an_entry(people: Cast, name: str) -> None:
    client = signed_in(with_password(people[name]))
    shown = menu_at(client, HOME).addresses
    with translation.override("en"):
        everything = {page: menu.reverse(page.route) for page in menu._PAGES.values()}
    assert set(shown) <= set(everything.values())
    answers = {address: client.get(address).status_code for address in everything.values()}
    opened = {address for address, status in answers.items() if status == OK}
    assert set(shown) <= opened
    assert opened - set(shown) <= OF_ONESELF
    assert {status for address, status in answers.items() if address not in opened} <= {REFUSED}


def test_a_group_stands_where_it_holds_something_for_whoever_reads(people: Cast) -> None:
    titles = {
        name: menu_at(signed_in(people[name]), HOME).titles for name in ("coordinator", "auditor", "nobody")
    }
    assert titles["nobody"] == ["People and access", "Your account"]
    assert titles["coordinator"] == ["People and access", "Agreements and systems", "Your account"]
    assert "Log and oversight" in titles["auditor"]
    assert "/en/account/people/" not in menu_at(signed_in(people["nobody"]), HOME).addresses


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        (HOME, [(HOME, "page")]),
        ("/en/account/people/", [("/en/account/people/", "page")]),
        ("/en/account/people/?text=ana", [("/en/account/people/", "page")]),
        ("/en/account/people/invite/", [("/en/account/people/", "true")]),
        ("/en/account/logout/", []),
    ],
)
def test_it_says_where_the_reader_is(people: Cast, address: str, marked: list[tuple[str, str]]) -> None:
    assert menu_at(signed_in(people["administrator"]), address).marked == marked


def test_the_part_of_the_site_is_the_one_with_the_longest_address() -> None:
    assert menu.section_of("/a/systems/3/", ["/a/", "/a/systems/", "/b/"]) == "/a/systems/"
    assert menu.section_of("/c/", ["/a/", "/b/"]) == ""


def test_before_the_second_factor_only_what_sets_it_up_is_offered(people: Cast) -> None:
    client = Client()
    client.force_login(with_password(people["administrator"]), "django.contrib.auth.backends.ModelBackend")
    Authenticator.objects.filter(user=people["administrator"]).delete()
    shown = menu_at(client, "/en/account/2fa/")
    assert shown.addresses == ["/en/account/2fa/", "/en/account/password/change/"]
    assert {client.get(address).status_code for address in shown.addresses} == {OK}


def test_a_stranger_has_no_menu(client: Client) -> None:
    page = client.get("/en/account/login/").content.decode()
    assert 'class="side"' not in page
    assert page.count('<a class="skip" href="#main">') == 1
