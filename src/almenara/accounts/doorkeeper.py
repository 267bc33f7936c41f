"""Stands before every view: who is it, may they call this route, and in whose name does the database act.

The request's transaction is opened here, the identity set in it, and everything that the view writes, its history and
the log entries with it, is committed together when the answer is ready, or not at all if the view fails.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string

from almenara.accounts import reach
from almenara.accounts.access import Access, Door
from almenara.accounts.models import User
from almenara.accounts.second_factor import has_second_factor, needs_second_factor
from almenara.accounts.service_door import UNKNOWN, is_service_request, let_in, refusal
from almenara.accounts.sessions import end_if_over
from almenara.accounts.simulated import of_demonstration
from almenara.accounts.stepup import signed_in_just_now
from almenara.common.identity import Identity, identify, new_origin
from almenara.witness.actions import record

GetResponse = Callable[[HttpRequest], HttpResponse]
READING = ("GET", "HEAD", "OPTIONS")
REFUSED = 403
HIDDEN = 404  # what is beyond somebody's reach is not there
INSUFFICIENT_PRIVILEGE = "42501"  # SQLSTATE of a policy, a privilege or a trigger that refuses
FAILED = 500
SIGNS_IN_BY_READING = "/login/callback/"  # where an identity provider sends people back to


@cache
def routes() -> dict[str, Access]:
    declared: dict[str, Access] = import_string(settings.ACCESS_ROUTES)
    return declared


class Doorkeeper:
    """Middleware, after Django's authentication."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.origin = new_origin()  # type: ignore[attr-defined]
        send_away_who_is_made_up(request)
        if only_reads(request) and not is_service_request(request):
            return self.get_response(request)  # nobody's identity, nothing to keep together
        with transaction.atomic():
            if is_service_request(request):
                request.caller = let_in(request, request.origin)  # type: ignore[attr-defined]
            else:
                identify(identity_of(request))
                if isinstance(request.user, User):
                    end_if_over(request, request.user)
            response = self.get_response(request)
            if response.status_code >= FAILED:
                transaction.set_rollback(True)
            elif refused(request, response):
                note_refusal(request)
        if getattr(request, "refused_by_database", False):
            with transaction.atomic():
                identify(identity_of(request))
                note_refusal(request, by="database")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What the database refuses is a failure of the site, and all of the request is taken back: not that it was."""
        if getattr(exception.__cause__, "sqlstate", "") == INSUFFICIENT_PRIVILEGE:
            request.refused_by_database = True  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """An answer instead of the view's, or None if the view may be called. Raises PermissionDenied."""
        match = request.resolver_match
        access = routes().get(match.view_name if match else "")
        if access is None:
            raise PermissionDenied("undeclared route")
        if access.door == Door.SERVICE:
            return refusal(getattr(request, "caller", None), access)
        if access.door == Door.PUBLIC:
            return None
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return admitted(request, request.user, access)


def only_reads(request: HttpRequest) -> bool:
    """A stranger who asks for a page."""
    stranger = not isinstance(request.user, User)
    return stranger and request.method in READING and not request.path.endswith(SIGNS_IN_BY_READING)


def refused(request: HttpRequest, response: HttpResponse) -> bool:
    """A record that is not there, for somebody signed in, is a guess at one as long as the address itself exists."""
    if getattr(request, "refusal_noted", False):
        return False
    if response.status_code == HIDDEN:
        return isinstance(request.user, User) and request.resolver_match is not None
    return response.status_code in (UNKNOWN, REFUSED)


def note_refusal(request: HttpRequest, **more: str) -> None:
    record(kind="refusal", detail={"path": request.path, "method": request.method, **more})


def send_away_who_is_made_up(request: HttpRequest) -> None:
    """People of a demonstration are nobody on a site that is used, whatever session or password they came by."""
    if isinstance(request.user, User) and of_demonstration(request.user) and not settings.DEMO:
        request.session.flush()
        request.user = AnonymousUser()


def identity_of(request: HttpRequest) -> Identity:
    person = request.user.pk if isinstance(request.user, User) else None
    return Identity(person=person, origin=request.origin)  # type: ignore[attr-defined]


def admitted(request: HttpRequest, person: User, access: Access) -> HttpResponseBase | None:
    """None for a person who may call the route; where they are sent first; or PermissionDenied."""
    if access.door == Door.SETTING_UP:
        return None
    if needs_second_factor(person) and not has_second_factor(person, request):
        return HttpResponseRedirect(reverse("mfa_index"))
    if access.door == Door.PERMITTED and not reach.may(person, access.permission):
        raise PermissionDenied(access.permission)
    if access.step_up and not signed_in_just_now(request):
        # Never allauth's own resumption of a suspended POST: it would call the view past this door.
        page = request.get_full_path() if request.method == "GET" else reverse("accounts:home")
        return redirect_to_login(page, reverse("account_reauthenticate"))
    return None
