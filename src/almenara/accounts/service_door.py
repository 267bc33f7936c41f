"""The door of institutions' systems: `Authorization: Bearer KEY`, below /api/ and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from almenara.accounts import links
from almenara.accounts.access import Access
from almenara.common.identity import Identity, identify

GetResponse = Callable[[HttpRequest], HttpResponse]
WHERE = "/api/"
SCHEME = "Bearer"
LONGEST = 200
UNKNOWN, BEYOND = 401, 403


def by_tls_only(get_response: GetResponse) -> GetResponse:
    """Middleware, before any redirection to https: a program would follow it and never learn that its key was read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_TLS and is_service_request(request) and not request.is_secure():
            said = "Call by https, and with another key: whoever stands between has read this one."
            return JsonResponse({"error": said}, status=BEYOND)
        return get_response(request)

    return middleware


@dataclass(frozen=True)
class Caller:
    """key: of the table of keys."""

    key: int
    scopes: frozenset[str]


def is_service_request(request: HttpRequest) -> bool:
    return request.path.startswith(WHERE)


def let_in(request: HttpRequest, origin: str) -> Caller | None:
    """Who calls, by a key that works now; from here on the transaction acts for it, and for no person."""
    identify(Identity(origin=origin))
    secret = _secret(request)
    if not secret:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id FROM almenara_key(%s)", [links.key_digest(secret)])
        row = cursor.fetchone()
        if row is None:
            return None
        identify(Identity(service=row[0], origin=origin))
        cursor.execute("SELECT scopes FROM accounts_servicekey WHERE id = %s", row)
        (scopes,) = cursor.fetchone()
    return Caller(row[0], frozenset(scopes))


def _secret(request: HttpRequest) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip()[:LONGEST] if scheme.lower() == SCHEME.lower() else ""


def refusal(caller: Caller | None, access: Access) -> JsonResponse | None:
    """None for a caller who may call the route."""
    if caller is None:
        answer = JsonResponse(
            {"error": "A key that works is needed: Authorization: Bearer KEY."}, status=UNKNOWN
        )
        answer.headers["WWW-Authenticate"] = SCHEME
        return answer
    if access.permission and access.permission not in caller.scopes:
        return JsonResponse({"error": f"The key has not the scope {access.permission}."}, status=BEYOND)
    return None
