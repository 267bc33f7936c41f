from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from almenara.accounts import handover, permissions
from almenara.accounts.actions import invitations
from almenara.accounts.actions import people as acts
from almenara.accounts.actions.handover import hand_over
from almenara.accounts.forms.filters import STANDINGS, PeopleFilter
from almenara.accounts.forms.people import HandOverForm, InviteForm, WhyForm
from almenara.accounts.models import User
from almenara.accounts.policies.files import can_break_glass, can_open
from almenara.accounts.policies.grants import can_give_to
from almenara.accounts.policies.people import (
    can_be_suspended,
    can_bring_back,
    can_leave,
    can_manage,
    check_can_manage,
)
from almenara.accounts.presenters.filters import chips
from almenara.accounts.presenters.grants import lines
from almenara.accounts.queries import people
from almenara.accounts.role_names import ROLE_NAMES
from almenara.accounts.views.shared import asked, looked_for, origin, reader
from almenara.places.queries import alphabetical

MOST_SHOWN = 20


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    me = reader(request)
    wanted = looked_for(request, people.Wanted)
    page = people.listed(me, wanted)
    institutions = people.institutions_managed(me, permissions.PEOPLE_VIEW).order_by(alphabetical())
    form = PeopleFilter(
        vars(wanted),
        institution=[(str(found.pk), found.name) for found in institutions],
        role=ROLE_NAMES.items(),
        standing=STANDINGS,
    )
    context = {
        "form": form,
        "chips": chips(form),
        "page": page,
        "rows": [(person, people.standing(person), _roles(person)) for person in page.rows],
        "may_invite": people.institutions_managed(me, permissions.PEOPLE_MANAGE).exists(),
        "unsent": people.unsent(me)[:MOST_SHOWN],
    }
    return render(request, "accounts/people.html", context)


def _roles(person: User) -> list[str]:
    return [str(ROLE_NAMES[grant.role_id]) for grant in person.held]  # type: ignore[attr-defined]


def shown_to(me: User, key: int) -> User:
    """Raises Http404 for whom the reader may not see."""
    return get_object_or_404(
        people.visible(me).select_related("institution__seat", "office__territory"), pk=key
    )


@require_safe
def detail(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = shown_to(me, key)
    manages = can_manage(me, person)
    invitation = people.open_invitation(person) if manages else None
    context = {
        "person": person,
        "standing": people.standing(person),
        "lines": lines(people.grants_of(person), me),
        "invitation": invitation,
        "letter": people.letter_of(invitation) if invitation else None,
        "manages": manages,
        "can_give": can_give_to(me, person),
        "can_suspend": can_be_suspended(me, person),
        "can_bring_back": can_bring_back(me, person),
        "can_let_go": can_leave(me, person),
        "can_open_file": can_open(me, person),
        "can_break_glass": can_break_glass(me, person),
        "work": handover.remaining(person) if manages else [],
    }
    return render(request, "accounts/person.html", context)


def invite(request: HttpRequest) -> HttpResponse:
    me = reader(request)

    def act(form: InviteForm) -> HttpResponse:
        invitation = invitations.invite(by=me, guest=form.guest(), origin=origin(request))
        messages.success(
            request,
            _("The invitation is being sent; this page says when it was. You can prepare grants now."),
        )
        return redirect("accounts:person", invitation.person_id)

    return asked(
        request,
        lambda data: InviteForm(me, data),
        act,
        back=reverse("accounts:people"),
        title=_("Invite somebody"),
        submit=_("Send the invitation"),
        other=(reverse("accounts:invite-sheet"), _("Invite many from a spreadsheet")),
    )


@require_POST
def invite_again(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    invitation = people.open_invitation(shown_to(me, key))
    if invitation is None:
        messages.error(request, _("No invitation is open for this person."))
        return redirect("accounts:person", key)
    try:
        invitations.send_again(by=me, invitation=invitation, origin=origin(request))
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("A new link is being sent; the one before works no more."))
    return redirect("accounts:person", key)


def invite_revoke(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = shown_to(me, key)

    def act(_form: WhyForm) -> None:
        invitation = people.open_invitation(person)
        if invitation is None:
            raise ValidationError(_("No invitation is open for this person."))
        invitations.revoke(by=me, invitation=invitation)

    return _why(request, person, act, _("Revoke the invitation of %(name)s"), _("The invitation is revoked."))


def suspend(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = shown_to(me, key)
    return _why(
        request,
        person,
        lambda form: acts.suspend(by=me, person=person, reason=form.cleaned_data["reason"]),
        _("Suspend %(name)s"),
        _("They are signed out everywhere and cannot come back."),
        intro=_(
            "They are signed out everywhere at once, and their grants do not count until you bring them back."
        ),
    )


def bring_back(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = shown_to(me, key)
    return _why(
        request,
        person,
        lambda form: acts.bring_back(by=me, person=person, reason=form.cleaned_data["reason"]),
        _("Bring %(name)s back"),
        _("They can sign in again."),
    )


def let_go(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = shown_to(me, key)
    return _why(
        request,
        person,
        lambda form: acts.let_go(by=me, person=person, reason=form.cleaned_data["reason"]),
        _("%(name)s leaves"),
        _("Their grants have ended and they cannot sign in any more."),
        intro=_(
            "All their grants end, and this cannot be undone: who comes back is invited and given grants anew."
        ),
        work=handover.remaining(person),
        hand_over=reverse("accounts:hand-over", args=[key]),
    )


def _why(
    request: HttpRequest,
    person: User,
    act: Callable[[WhyForm], None],
    titled: str,
    done: str,
    **words: Any,
) -> HttpResponse:
    """A reason is asked before something that is done to a person."""
    check_can_manage(reader(request), person)
    title = titled % {"name": person.name}
    back = reverse("accounts:person", args=[person.pk])
    return asked(
        request,
        WhyForm,
        act,
        back=back,
        done=done,
        **{"title": title, "submit": title, "grave": True, **words},
    )


def pass_on(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = shown_to(me, key)
    check_can_manage(me, person)
    work = handover.remaining(person)

    def act(form: HandOverForm) -> None:
        count = hand_over(by=me, person=person, successors=form.successors())
        messages.success(request, _("%(count)s pieces of work were handed over.") % {"count": count})

    return asked(
        request,
        lambda data: HandOverForm(me, person, work, data),
        act,
        back=reverse("accounts:person", args=[key]),
        title=_("Hand over the work of %(name)s") % {"name": person.name},
        submit=_("Hand over"),
        intro="" if work else _("Nothing is in this person's hands."),
    )
