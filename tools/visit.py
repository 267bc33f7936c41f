"""Visit a running site as a stranger would: from its front door, by every link, and look at what comes back.

Pages are sorted by the route that serves them. Of each route a few pages are visited in each language; a route that no
page leads to is a fault, unless it is one that a browser never opens by itself.
"""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation

from almenara.accounts.access import Door
from almenara.config.access import ROUTES

LANGUAGES = ("es", "pt", "en", "fr")
PAGES_OF_A_KIND = 2  # one, where only the query differs
SECRET_COLUMNS = ("sample_n", "direct_se", "direct", "sample_share")  # of an area, never public
SENT_TO = ("action", "data-draft")  # addresses of a form that take a POST
PLACEHOLDER = "/CODE/"  # in an address that a script completes
NOT_VISITED = {
    "health": "asked before the visit starts",
    "accounts:invitation": "opened by a link in a letter",
    "design:draft": "sent to by a script",
    **dict.fromkeys(
        ("observatory:sheets-index", "observatory:sheets-zip"), "there once an operator has ordered all fact sheets"
    ),
    **dict.fromkeys(
        (
            "account_signup", "account_inactive", "account_confirm_email", "account_confirm_login_code",
            "account_email_verification_sent", "account_reset_password_done", "account_reset_password_from_key",
            "account_reset_password_from_key_done", "account_logout", "mfa_authenticate", "mfa_login_webauthn",
            "openid_connect_login", "openid_connect_callback", "socialaccount_signup",
            "socialaccount_login_cancelled", "socialaccount_login_error",
        ),
        "a step of signing in or out that no page leads a stranger to",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What makes two addresses the same kind of page: route, language, shape of its arguments, names in its query."""

    route: str
    language: str
    shape: tuple[int, ...]
    query: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    status: int
    type: str
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Visit:
    address: str
    kind: Kind
    answer: Answer
    title: str
    faults: tuple[str, ...]

    def __str__(self) -> str:
        answer = self.answer
        line = f"{answer.status} {len(answer.body) / 1024:8.1f} kB {answer.seconds * 1000:6.0f} ms  {self.address}"
        said = f"  “{self.title}”" if self.title else f"  {answer.type}"
        return line + said + "".join(f"\n    ✗ {fault}" for fault in self.faults)


class Page(HTMLParser):
    """A page's title, language and every address on this site that it names, in whatever attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.language, self._in_title = "", "", False
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title" and not self.title
        values = dict(attrs)
        if tag == "html":
            self.language = values.get("lang") or ""
        sent = tag == "form" and (values.get("method") or "get").lower() == "post"
        for name, value in attrs:
            local = value and (value.startswith("/") or name in ("href", "src"))
            if local and not (sent and name in SENT_TO) and PLACEHOLDER not in (value or ""):
                self.addresses.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data.strip()


@dataclass
class Tour:
    """origin: scheme, host and port. visits: in the order made."""

    origin: str
    visits: list[Visit] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    of_kind: Counter[Kind] = field(default_factory=Counter)

    def take(self, start: Iterable[str]) -> Iterator[Visit]:
        waiting = deque(start)
        while waiting:
            address = waiting.popleft()
            kind = self._wanted(address)
            if kind:
                visit, found = look(self.origin, address, kind)
                self.visits.append(visit)
                waiting.extend(found)
                yield visit

    def _wanted(self, address: str) -> Kind | None:
        if address in self.seen:
            return None
        self.seen.add(address)
        kind = kind_of(address)
        self.of_kind[kind] += 1
        most = 1 if kind.query else PAGES_OF_A_KIND
        return kind if self.of_kind[kind] <= most or kind.route == "static" else None

    def missed(self) -> list[str]:
        """Routes of the site that the tour did not meet, by language where they have one."""
        met = {(visit.kind.route, visit.kind.language) for visit in self.visits}
        public = {name for name, access in ROUTES.items() if access.door == Door.PUBLIC}
        wanted = {(route, language) for route, language in routes() if route in public - NOT_VISITED.keys()}
        return [f"{route} ({language or 'any language'})" for route, language in sorted(wanted - met)]


def routes(
    resolver: URLResolver | None = None, prefix: str = "", local: bool = False
) -> Iterator[tuple[str, str]]:
    """Every named route of the site, once a language where its address starts with one."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from routes(entry, inner, local or isinstance(entry.pattern, LocalePrefixPattern))
        elif isinstance(entry, URLPattern) and entry.name:
            yield from ((f"{prefix}{entry.name}", language) for language in (LANGUAGES if local else ("",)))


def kind_of(address: str) -> Kind:
    parts = urlsplit(address)
    first = parts.path.split("/")[1] if "/" in parts.path else ""
    language = first if first in LANGUAGES else ""
    query = tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    if parts.path.startswith("/static/"):
        return Kind("static", "", (), ())
    with translation.override(language or "es"):
        try:
            match = resolve(parts.path)
        except Resolver404:
            return Kind("no such route", language, (len(parts.path),), query)
    shape = tuple(len(str(value)) for value in (*match.args, *match.kwargs.values()))
    return Kind(match.view_name or parts.path, language, shape, query)


def look(origin: str, address: str, kind: Kind) -> tuple[Visit, list[str]]:
    answer = get(origin + address)
    page = Page()
    if answer.type == "text/html":
        page.feed(answer.body.decode("utf-8", errors="replace"))
    found = [local for link in (*page.addresses, *listed(answer)) if (local := inside(origin, address, link))]
    return Visit(address, kind, answer, page.title, tuple(faults(answer, page, kind))), found


def get(address: str) -> Answer:
    started = time.monotonic()
    request = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})  # noqa: S310 (our own site)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            body, status, headers = response.read(), response.status, response.headers
    except urllib.error.HTTPError as refused:
        body, status, headers = refused.read(), refused.code, refused.headers
    return Answer(status, headers.get_content_type(), body, time.monotonic() - started)


def listed(answer: Answer) -> list[str]:
    """Addresses in a sitemap."""
    if not answer.type.endswith("xml"):
        return []
    return re.findall(r"<loc>\s*([^<\s]+)\s*</loc>", answer.body.decode("utf-8", errors="replace"))


def inside(origin: str, address: str, link: str) -> str | None:
    """The link as an address on this site, without fragment; None if it leads elsewhere."""
    whole = urljoin(origin + address, link)
    parts = urlsplit(whole)
    if f"{parts.scheme}://{parts.netloc}" != origin:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def faults(answer: Answer, page: Page, kind: Kind) -> Iterator[str]:
    if answer.status != 200:
        yield f"status {answer.status}"
    elif not answer.body:
        yield "empty"
    elif answer.type == "text/html":
        yield from page_faults(page, kind)
    elif answer.type == "application/pdf":
        yield from pdf_faults(answer.body)
    elif kind.route != "static":
        yield from data_faults(answer)


def page_faults(page: Page, kind: Kind) -> Iterator[str]:
    if not page.title:
        yield "no title"
    if kind.language and not page.language.startswith(kind.language):
        yield f"the page says it is in {page.language!r}"


def pdf_faults(body: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    pages = len(PdfReader(BytesIO(body)).pages)
    if pages != 2:
        yield f"{pages} pages, a fact sheet has two"


def data_faults(answer: Answer) -> Iterator[str]:
    text = answer.body.decode("utf-8", errors="replace")
    for column in SECRET_COLUMNS:
        if re.search(rf"(?<![\w-]){column}(?![\w-])", text):
            yield f"holds {column!r}, which is never public"
