from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from almenara.accounts.actions import grants
from almenara.accounts.forms.people import ConfirmForm, GrantForm, WhyForm
from almenara.accounts.models import Grant
from almenara.accounts.policies.grants import can_give_to, check_may_end
from almenara.accounts.presenters.grants import line, lines
from almenara.accounts.queries import people
from almenara.accounts.views.people import shown_to
from almenara.accounts.views.shared import asked, reader


def give(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = shown_to(me, key)
    if not can_give_to(me, person):
        raise PermissionDenied("person")

    def act(form: GrantForm) -> None:
        grants.give(by=me, draft=form.draft(), reason=form.cleaned_data["reason"])

    return asked(
        request,
        lambda data: GrantForm(me, person, data),
        act,
        back=reverse("accounts:person", args=[key]),
        done=_("The grant is given."),
        title=_("Give %(name)s a role") % {"name": person.name},
        submit=_("Give the role"),
        intro=_(
            "A role reaches from where it is given. An administrator counts when a second one has confirmed it."
        ),
    )


def end(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    grant = seen(key)
    check_may_end(me, grant)
    said = line(grant)
    return asked(
        request,
        WhyForm,
        lambda form: grants.end(by=me, grant=grant, reason=form.cleaned_data["reason"]),
        back=reverse("accounts:person", args=[grant.person_id]),
        done=_("The grant has ended."),
        title=_("End a role of %(name)s") % {"name": grant.person.name},
        intro=_("%(role)s: %(where)s. It ends at once, stays in the record, and is given anew if need be.")
        % {"role": said.role, "where": said.where},
        submit=_("End the role"),
        grave=True,
    )


def seen(key: int) -> Grant:
    """Raises Http404 for a grant that the database does not show to who asks."""
    return get_object_or_404(
        Grant.objects.select_related("person", "role", "institution", "office", "territory", "given_by"),
        pk=key,
    )


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    me = reader(request)
    return render(request, "accounts/waiting.html", {"lines": lines(people.waiting_grants(me), me)})


def confirm(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    grant = seen(key)
    said = line(grant)
    return asked(
        request,
        ConfirmForm,
        lambda _form: grants.confirm(by=me, grant=grant),
        back=reverse("accounts:grants-waiting"),
        done=_("The grant counts from now on."),
        title=_("Confirm a role of %(name)s") % {"name": grant.person.name},
        intro=_("%(role)s: %(where)s. Whoever holds it gives roles to others.")
        % {"role": said.role, "where": said.where},
        submit=_("Confirm"),
        grave=True,
    )


def refuse(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    grant = seen(key)
    return asked(
        request,
        WhyForm,
        lambda form: grants.refuse(by=me, grant=grant, reason=form.cleaned_data["reason"]),
        back=reverse("accounts:grants-waiting"),
        done=_("The grant is refused and will not count."),
        title=_("Refuse a role of %(name)s") % {"name": grant.person.name},
        submit=_("Refuse"),
        grave=True,
    )
