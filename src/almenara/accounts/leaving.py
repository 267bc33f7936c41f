"""What a browser is told when somebody stops being signed in in it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from almenara.accounts.models import User

HEADER = "Clear-Site-Data"
# Not its cookies: the session's is ended with the session, and the others (the language, the mark by which a stranger's
# wrong passwords do not lock this browser) are no data of the person's.
FORGOTTEN = '"cache", "storage"'
GetResponse = Callable[[HttpRequest], HttpResponse]


def leaves_nothing(get_response: GetResponse) -> GetResponse:
    """Middleware, after authentication: signing out, or a session that is over, empties what the browser has kept."""

    def middleware(request: HttpRequest) -> HttpResponse:
        came_in = isinstance(request.user, User)
        response = get_response(request)
        if came_in and not isinstance(request.user, User):
            response.headers[HEADER] = FORGOTTEN
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware
