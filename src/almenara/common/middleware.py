from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def security_headers(get_response: GetResponse) -> GetResponse:
    """The headers Django does not set by itself; static files get them too (it sits above whitenoise)."""
    policy = "; ".join(f"{name} {sources}" for name, sources in settings.CONTENT_SECURITY_POLICY.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", policy)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_signed_in(request):
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def is_signed_in(request: HttpRequest) -> bool:
    """False too for what is answered before anybody asked who it is."""
    person = getattr(request, "user", None)
    return person is not None and bool(person.is_authenticated)
