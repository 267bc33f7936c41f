"""Where a sign-in at the identity provider begins and comes back, with our own checks of what it says."""

from __future__ import annotations

from typing import cast

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from almenara.accounts.provider import CheckedAdapter


@login_not_required  # type: ignore[untyped-decorator]
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: type[OAuth2View], request: HttpRequest, provider_id: str) -> HttpResponse:
    """Raises Http404 for another provider than the configured one; of one that is away, the person is told."""
    adapter = CheckedAdapter(request, provider_id)
    try:
        return cast(HttpResponse, view.adapter_view(adapter)(request))
    except SocialApp.DoesNotExist as unknown:
        raise Http404 from unknown
    except (OAuth2Error, RequestException) as failed:
        return cast(
            HttpResponse, render_authentication_error(request, adapter.get_provider(), exception=failed)
        )
