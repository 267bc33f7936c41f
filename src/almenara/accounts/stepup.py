"""Sensitive acts ask the person to have shown just now that it is them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

PROVIDER = "almenara_provider"  # what the identity provider said at this session's sign-in
GetResponse = Callable[[HttpRequest], HttpResponse]


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether the session's newest proof, at its sign-in or since, is at most ACCOUNT_REAUTHENTICATION_TIMEOUT old."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return False
    proofs = [_at(record, request) for record in get_authentication_records(request, user)]
    return any(0 <= time.time() - at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for at in proofs)


def _at(record: dict[str, Any], request: HttpRequest) -> float:
    """A provider may let in who signed in there this morning: it counts when it says that they typed something."""
    if record["method"] != "socialaccount":
        return float(record["at"])
    said = request.session.get(PROVIDER, {})
    return min(float(record["at"]), float(said.get("auth_time") or 0))


class StepUp:
    """Middleware, after the doorkeeper: where allauth's own views ask for a fresh proof.

    allauth would keep the form that was sent and, after the proof, call the view with it: past every middleware, the
    doorkeeper with them. Here nothing is kept; the person sends the form again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ReauthenticationRequired):
            return None
        query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{query}")
