"""The page behind an invitation's link: for whoever holds it, before they have an account."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from almenara.accounts import links
from almenara.accounts.actions.invitations import accept, check_works
from almenara.accounts.forms.people import AcceptForm
from almenara.accounts.models import Invitation, User

BACKEND = "django.contrib.auth.backends.ModelBackend"
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
            sign_in(request, person)
            return redirect("accounts:home")
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


def sign_in(request: HttpRequest, person: User) -> None:
    """As if the password had been typed at the door: the second factor comes next, if a role asks for one."""
    login(request, person, BACKEND)
    record_authentication(request, person, method="password", email=person.email)
    user_logged_in.send(sender=User, request=request, response=None, user=person)
