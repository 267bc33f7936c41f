"""The signed-in part's menu. An app adds its pages when it is loaded; each person sees those that they may open."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from almenara.accounts.models import Grant


@dataclass(frozen=True)
class Page:
    """route: its name; permission: what opens it, empty for everybody who is signed in."""

    route: str
    label: Promise
    permission: str = ""
    position: int = 50


@dataclass(frozen=True)
class Entry:
    address: str
    label: Promise
    current: bool


_PAGES: dict[str, Page] = {}


def add(page: Page) -> None:
    _PAGES[page.route] = page


def entries(request: HttpRequest) -> list[Entry]:
    """One query, whatever the number of pages."""
    held = {
        name
        for names in Grant.objects.in_force()
        .filter(person=request.user.pk)
        .values_list("role__permissions", flat=True)
        for name in names
    }
    match = request.resolver_match
    here = match.view_name if match else ""
    return [
        Entry(reverse(page.route), page.label, page.route == here)
        for page in sorted(_PAGES.values(), key=lambda page: (page.position, page.route))
        if not page.permission or page.permission in held
    ]
