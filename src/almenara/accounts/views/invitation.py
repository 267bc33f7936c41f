"""The page behind an invitation's link: for whoever holds it, before they have an account."""

from __future__ import annotations

from typing import cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from almenara.accounts import links
from almenara.accounts.actions.invitations import accept, check_works
from almenara.accounts.forms.people import AcceptForm
from almenara.accounts.models import Invitation, User

GONE = 410


@never_cache
@sensitive_post_parameters("password", "again")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    with links.in_hand(token) as invitation:
        said = refusal(invitation)
        if invitation is None or said:
            return render(request, "accounts/invitation_gone.html", {"said": said}, status=GONE)
        person = invitation.person
        initial = {"name": person.name, "language": person.language}
        form = AcceptForm(request.POST or None, initial=initial)
        if form.is_valid() and accepted(invitation, form):
            return sign_in(request, person)
    return render(request, "accounts/invitation.html", {"form": form, "person": person})


def refusal(invitation: Invitation | None) -> str:
    """Why the link does not work, if that is for its bearer to know."""
    if invitation is None:
        return ""
    try:
        check_works(invitation)
    except ValidationError as refused:
        return str(refused.messages[0])
    return ""


def accepted(invitation: Invitation, form: AcceptForm) -> bool:
    words = {name: form.cleaned_data[name] for name in ("name", "language", "password")}
    try:
        accept(invitation=invitation, **words)
    except ValidationError as refused:
        form.add_error("password", refused)
        return False
    return True


def sign_in(request: HttpRequest, person: User) -> HttpResponse:
    """As if the password had been typed at the door: whoever has a second factor already is asked for it."""
    logout(request)  # whoever else was signed in with this browser
    credentials = {"email": person.email}
    door = Login(user=person, email=person.email)
    return cast(HttpResponse, perform_password_login(request, credentials, door))
