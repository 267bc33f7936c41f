"""The signed-in part's menu. An app adds its pages when it is loaded; each person sees those that they may open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from almenara.accounts.access import Door
from almenara.accounts.doorkeeper import routes
from almenara.accounts.models import Grant, User
from almenara.accounts.second_factor import has_second_factor, needs_second_factor
from almenara.design.pieces import Entry, MenuGroup

HOME = "accounts:home"  # every address of the desk begins as its own does


class Group(StrEnum):
    WORK = "work"
    PEOPLE = "people"
    AGREEMENTS = "agreements"
    PUBLISHING = "publishing"
    WITNESS = "witness"
    ACCOUNT = "account"


# In the order of the menu. The first has no title: it is the work itself.
TITLES: dict[Group, str | Promise] = {
    Group.WORK: "",
    Group.PEOPLE: _("People and access"),
    Group.AGREEMENTS: _("Agreements and systems"),
    Group.PUBLISHING: _("Publishing"),
    Group.WITNESS: _("Log and oversight"),
    Group.ACCOUNT: _("Your account"),
}


@dataclass(frozen=True)
class Page:
    """route: its name; permission: what opens it, empty for everybody who is signed in."""

    route: str
    label: Promise
    permission: str = ""
    position: int = 50
    group: Group = Group.WORK


_PAGES: dict[str, Page] = {}


def add(page: Page) -> None:
    _PAGES[page.route] = page


def groups(request: HttpRequest) -> list[MenuGroup]:
    """Those that hold something for whoever reads. One query, whatever the number of pages."""
    pages = _open_to(request)
    addresses = {page.route: reverse(page.route) for page in pages}
    here = section_of(request.path, (address for route, address in addresses.items() if route != HOME))
    found = [
        MenuGroup(
            title,
            [
                _entry(page, addresses[page.route], request.path, here)
                for page in pages
                if page.group == group
            ],
        )
        for group, title in TITLES.items()
    ]
    return [group for group in found if group.entries]


def section_of(path: str, addresses: Iterable[str]) -> str:
    """The longest address that the path begins with, empty where there is none."""
    return max((address for address in addresses if path.startswith(address)), key=len, default="")


def _entry(page: Page, address: str, path: str, here: str) -> Entry:
    if address == path:
        return Entry(page.label, address, "page")
    return Entry(page.label, address, "true" if address == here else "")


def _open_to(request: HttpRequest) -> list[Page]:
    held = {
        name
        for names in Grant.objects.in_force()
        .filter(person=request.user.pk)
        .values_list("role__permissions", flat=True)
        for name in names
    }
    ready = _ready(request)
    return [
        page
        for page in sorted(_PAGES.values(), key=lambda page: (page.position, page.route))
        if (not page.permission or page.permission in held)
        and (ready or routes()[page.route].door == Door.SETTING_UP)
    ]


def _ready(request: HttpRequest) -> bool:
    """Whether they have the second factor that their roles ask for; behind a door that asks for it they have."""
    match = request.resolver_match
    access = routes().get(match.view_name) if match else None
    if access is not None and access.door in (Door.SIGNED_IN, Door.PERMITTED):
        return True
    person = request.user
    return isinstance(person, User) and (
        not needs_second_factor(person) or has_second_factor(person, request)
    )
