"""Sign in at a running demonstration as each role, by its own page, and visit what each role's menu leads to."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar

from tools.visit import Page

DESKS = ("/en/account/", "/en/agreements/", "/en/audit/", "/en/content/")
DOOR, HOME = "/en/demo/", "/en/account/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PERSON = re.compile(r'name="person"\s+value="(\d+)"[^>]*>([^<]+)</button>')


@dataclass(frozen=True)
class RoleVisit:
    role: str
    address: str
    status: int
    title: str

    @property
    def faulty(self) -> bool:
        """Whoever is sent to sign in has lost the session."""
        return self.status != 200 or not self.title or self.title.startswith("Sign in")

    def __str__(self) -> str:
        mark = "  ✗ " if self.faulty else ""
        return f"{mark}{self.status}  {self.role}: {self.address}  “{' '.join(self.title.split())}”"


def visits(origin: str) -> Iterator[RoleVisit]:
    """As every role: its own page and each page of its menu. None if the demonstration offers nobody."""
    seen: set[str] = set()
    for person, role in people(Browser(origin).read(DOOR)[1]):
        if role not in seen:
            seen.add(role)
            yield from as_person(Browser(origin), person, role)


def people(door: str) -> list[tuple[str, str]]:
    return [(key, role.strip()) for key, role in PERSON.findall(door)]


def as_person(browser: Browser, person: str, role: str) -> Iterator[RoleVisit]:
    token = TOKEN.search(browser.read(DOOR)[1])
    browser.read(DOOR, {"person": person, "csrfmiddlewaretoken": token[1] if token else ""})
    status, text = browser.read(HOME)
    home = parsed(text)
    yield RoleVisit(role, HOME, status, home.title)
    own = {address for address in home.addresses if address.startswith(DESKS)}
    for address in sorted(own - {HOME, "/en/account/logout/"}):
        status, text = browser.read(address)
        yield RoleVisit(role, address, status, parsed(text).title)


def parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


class Browser:
    """Keeps its cookies, follows redirects."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def read(self, address: str, sent: dict[str, str] | None = None) -> tuple[int, str]:
        request = urllib.request.Request(  # noqa: S310 (our own site)
            self.origin + address,
            data=urllib.parse.urlencode(sent).encode() if sent else None,
            headers={"Referer": self.origin + address},
        )
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode("utf-8", errors="replace")
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode("utf-8", errors="replace")
