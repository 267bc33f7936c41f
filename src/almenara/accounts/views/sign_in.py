from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from almenara.accounts import lockout, permissions, reach
from almenara.accounts.actions import sign_in as actions
from almenara.accounts.models import User


def unlock(request: HttpRequest, person: int) -> HttpResponse:
    """An account that wrong passwords have locked: until when, and a button to open it at once."""
    by = request.user
    assert isinstance(by, User)  # noqa: S101  (the doorkeeper has seen to it)
    found = get_object_or_404(reach.people(by, permissions.PEOPLE_MANAGE), pk=person)
    if request.method == "POST":
        actions.unlock(by=by, person=found)
        messages.success(request, _("The account can be used again at once."))
        return redirect("accounts:unlock", person=found.pk)
    until = lockout.locked_sources(found.email)
    return render(request, "account/unlock.html", {"person": found, "until": until})
