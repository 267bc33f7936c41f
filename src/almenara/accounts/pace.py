"""How fast one person, one institution's system or one network address may ask, and what is costly.

Each has two buckets, one for every page and one for costly pages alone, that fill again evenly within a minute; who
finds theirs empty is told when to come again. The buckets lie in the memory of each process of the site, so that
holding somebody off costs the database nothing: a site with four workers lets up to four times as much through.
Attempts to sign in are counted for themselves (almenara.accounts.lockout), whatever the pace.
"""

from __future__ import annotations

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import ngettext

from almenara.accounts.doorkeeper import only_reads, routes
from almenara.accounts.models import User
from almenara.accounts.service_door import is_service_request
from almenara.witness.actions import record

MINUTE = 60.0
TOO_MANY = 429
GetResponse = Callable[[HttpRequest], HttpResponse]
SOURCES = 20_000  # that a process remembers; the one that was quiet longest is forgotten first

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Requests a minute, as many of them at once as one likes."""

    all: int
    costly: int


OF_ONE = Pace(all=300, costly=60)  # a person, or a system by its key
OF_AN_ADDRESS = Pace(all=1200, costly=240)  # whoever is not signed in: an office may be behind one address


@dataclass
class Bucket:
    left: float
    at: float
    told: bool = False  # that it is empty, since it was last not


class Buckets:
    """Of all sources. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: OrderedDict[tuple[str, bool], Bucket] = OrderedDict()

    def take(self, source: str, *, costly: bool, size: float) -> tuple[float, bool]:
        """Seconds until there is something to take, 0 if it was taken; and whether it has become empty just now."""
        now = time.monotonic()
        with self._lock:
            bucket = self._of.setdefault((source, costly), Bucket(size, now))
            self._of.move_to_end((source, costly))
            while len(self._of) > SOURCES:
                self._of.popitem(last=False)
            bucket.left = min(size, bucket.left + max(0.0, now - bucket.at) * size / MINUTE)
            bucket.at = now
            if bucket.left >= 1:
                bucket.left -= 1
                bucket.told = False
                return 0.0, False
            news, bucket.told = not bucket.told, True
            return (1 - bucket.left) * MINUTE / size, news

    def clear(self) -> None:
        with self._lock:
            self._of.clear()


BUCKETS = Buckets()


class Pacing:
    """Middleware, around the doorkeeper: it asks where the view is known, within the doorkeeper's transaction."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """An answer that says when to come again, or None for who keeps the pace or asks for what is not declared."""
        match = request.resolver_match
        access = routes().get(match.view_name if match else "")
        if access is None or not settings.PACE:
            return None
        source, pace = _source(request)
        for costly in (False, True) if access.costly else (False,):
            size = max(1.0, (pace.costly if costly else pace.all) * settings.PACE)
            wait, news = BUCKETS.take(source, costly=costly, size=size)
            if wait:
                if news:
                    _say(request)
                return _answer(request, math.ceil(round(wait, 3)))
        return None


def _say(request: HttpRequest) -> None:
    """Once, when somebody is held off who was not a moment ago: a flood must not fill the log."""
    log.warning("held off after too many requests: %s", ascii(request.path))
    if is_service_request(request) or not only_reads(request):
        record(kind="refusal", detail={"path": request.path, "method": request.method, "pace": True})


def _source(request: HttpRequest) -> tuple[str, Pace]:
    caller = getattr(request, "caller", None)
    if caller is not None:
        return f"key {caller.key}", OF_ONE
    if isinstance(request.user, User) and not is_service_request(request):
        return f"person {request.user.pk}", OF_ONE
    return f"address {get_client_ip(request)}", OF_AN_ADDRESS


def _answer(request: HttpRequest, seconds: int) -> HttpResponse:
    said = ngettext(
        "These are too many requests in a short time. Try again in %(seconds)s second.",
        "These are too many requests in a short time. Try again in %(seconds)s seconds.",
        seconds,
    ) % {"seconds": seconds}
    answer: HttpResponse
    if is_service_request(request):
        answer = JsonResponse({"error": said}, status=TOO_MANY)
    else:
        answer = HttpResponse(said, status=TOO_MANY, content_type="text/plain; charset=utf-8")
    answer.headers["Retry-After"] = str(seconds)
    return answer
