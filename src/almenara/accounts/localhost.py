"""Where the site is tried on one's own machine, sign-in is at localhost: no passkey belongs to an IP address."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.urls import Resolver404, resolve

LOOPBACK = ("127.0.0.1", "[::1]")
SIGN_IN = ("account_", "mfa_", "openid_connect_", "socialaccount_", "usersessions_")
GetResponse = Callable[[HttpRequest], HttpResponse]


def to_localhost(get_response: GetResponse) -> GetResponse:
    """Middleware: sends who asks for a page of the sign-in by a loopback address, without TLS, to localhost."""

    def middleware(request: HttpRequest) -> HttpResponse:
        host, port = split_domain_port(request.get_host())
        plainly_here = host in LOOPBACK and not settings.BEHIND_TLS
        if plainly_here and request.method in ("GET", "HEAD") and _signs_in(request):
            at = f"localhost:{port}" if port else "localhost"
            return HttpResponseRedirect(f"http://{at}{request.get_full_path()}")
        return get_response(request)

    return middleware


def _signs_in(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name.startswith(SIGN_IN)
    except Resolver404:
        return False
