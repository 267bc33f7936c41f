"""After how many wrong passwords nobody may try for a while, and who may go on meanwhile.

Counted apart, the newest failures only: those of one account from one source, those from one network address whatever
the account, and those of one account from everywhere. The last would let a stranger lock out somebody whose address is
known; so a browser in which the person has signed in before ("device cookie", OWASP) is a source of its own, which only
its own failures can lock. An address that nobody has is counted like any other: being locked tells nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from almenara.accounts.models import FailedSignIn
from almenara.witness.actions import hashed_address

COOKIE = f"{settings.COOKIE_PREFIX}almenara_browser"
COOKIE_DAYS = 180
SALT = "almenara.accounts.lockout"
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many failures within the window lock until the oldest of them has left it."""

    failures: int
    window: timedelta


OF_A_SOURCE = Limit(5, timedelta(minutes=15))  # one account from one source
OF_AN_ADDRESS = Limit(50, timedelta(minutes=15))  # one network address, all accounts
OF_AN_ACCOUNT = Limit(30, timedelta(hours=1))  # one account from all sources that do not know it


@dataclass(frozen=True)
class Attempt:
    """account, source: keyed hashes. known: whether the browser has signed in to this account before."""

    account: str
    source: str
    known: bool

    def wait_for_others(self) -> None:
        """Two tries at once are one after the other: else both would be counted from the same number."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [self.account + self.source]
            )

    def locked_until(self) -> datetime | None:
        """When to try again, or None for now."""
        mine = FailedSignIn.objects.filter(account=self.account)
        found = [_full(mine.filter(source=self.source), OF_A_SOURCE)]
        if not self.known:
            found += [
                _full(FailedSignIn.objects.filter(source=self.source), OF_AN_ADDRESS),
                _full(mine.filter(known=False), OF_AN_ACCOUNT),
            ]
        return max((until for until in found if until is not None), default=None)

    def failed(self) -> None:
        FailedSignIn.objects.filter(at__lt=timezone.now() - KEPT).delete()
        FailedSignIn.objects.create(account=self.account, source=self.source, known=self.known)


def attempt(request: HttpRequest, address: str, network_address: str) -> Attempt:
    """address: the e-mail address that was typed. network_address: where the request comes from."""
    account = hashed_address(address)
    browser = _browser_of(request, account)
    return Attempt(account, _hash(browser or network_address), known=bool(browser))


def remember(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """The browser knows the account from now on."""
    account = hashed_address(address)
    if _browser_of(request, account):
        return
    response.set_cookie(
        COOKIE,
        signing.dumps({"account": account, "browser": secrets.token_urlsafe(16)}, salt=SALT),
        max_age=COOKIE_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(address: str) -> int:
    """How many failures of the account were forgotten: it is not locked any more, wherever it was."""
    gone, _ = FailedSignIn.objects.filter(account=hashed_address(address)).delete()
    return gone


def locked_sources(address: str) -> datetime | None:
    """Until when somebody cannot try this account from somewhere, or None."""
    mine = FailedSignIn.objects.filter(account=hashed_address(address))
    sources = mine.values_list("source", flat=True).distinct()
    found = [_full(mine.filter(source=source), OF_A_SOURCE) for source in sources]
    found.append(_full(mine.filter(known=False), OF_AN_ACCOUNT))
    return max((until for until in found if until is not None), default=None)


def _full(failures: QuerySet[FailedSignIn], limit: Limit) -> datetime | None:
    since = timezone.now() - limit.window
    newest = failures.filter(at__gt=since).order_by("-at").values_list("at", flat=True)
    decisive = newest[limit.failures - 1 : limit.failures].first()
    return decisive + limit.window if decisive else None


def _browser_of(request: HttpRequest, account: str) -> str:
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=timedelta(days=COOKIE_DAYS))
    except signing.BadSignature:
        return ""
    return str(said["browser"]) if said["account"] == account else ""


def _hash(source: str) -> str:
    return salted_hmac(SALT, source, algorithm="sha256").hexdigest()
