from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from almenara.accounts.presenters.filters import chips
from almenara.agreements import policies
from almenara.agreements.actions import agreements as actions
from almenara.agreements.forms import AgreementForm, MoveForm, RenewForm, ResponsibleForm
from almenara.agreements.models import Agreement, Status
from almenara.agreements.presenters import agreements as present
from almenara.agreements.queries import agreements as queries
from almenara.agreements.queries import scope
from almenara.agreements.standing import STANDING_NAMES, TRANSITIONS
from almenara.agreements.views.shared import (
    around,
    asking,
    done,
    filter_form,
    kept,
    own,
    posted,
    tell,
    to_agreement,
    today,
    unless_refused,
)

REFUSED = 422


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    person, filters = asking(request), queries.Filters.read(request.GET.dict())
    page = queries.listed(person, filters, today(), **around(request.GET.dict()))
    total = queries.found(person, filters, today()).count()
    form = filter_form(person, filters, [(stands.value, name) for stands, name in STANDING_NAMES.items()])
    context = {
        "form": form,
        "chips": chips(form),
        "rows": present.rows(page.rows, today()),
        "page": page,
        "total": present.found_in_words(total),
        "keeps": scope.keeps(person),
    }
    return render(request, "agreements/list.html", context)


@require_safe
def detail(request: HttpRequest, key: int) -> HttpResponse:
    person = asking(request)
    agreement = own(queries.whole(scope.agreements(person), key), request, Agreement, key)
    keeps = scope.managed(person).filter(pk=key).exists()
    context = {
        "agreement": agreement,
        "tag": present.tag(agreement, today()),
        "term": present.term(agreement),
        "left": present.left(agreement, today()),
        "events": present.timeline(agreement),
        "can": present.Abilities.of(agreement) if keeps else None,
        "opens": scope.documents(person).filter(agreement=agreement).exists(),
    }
    return render(request, "agreements/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    person = asking(request)
    form = AgreementForm(posted(request), by=person)
    if request.method == "POST" and form.is_valid():
        agreement = actions.create(form.save(commit=False), by=person)
        return done(request, agreement, _("The draft is kept. Now say what is given: add its items."))
    return _form(request, form, _("New agreement"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponse:
    agreement = kept(request, key)
    if not policies.can_edit(agreement):
        unless_refused(request, agreement, partial(policies.check_can_edit, agreement))
        return to_agreement(agreement)
    form = AgreementForm(posted(request), instance=agreement, by=asking(request))
    if request.method == "POST" and form.is_valid():
        act = partial(actions.edit, agreement, by=asking(request))
        if unless_refused(request, agreement, act):
            return done(request, agreement, _("The draft is kept."))
        return to_agreement(agreement)
    return _form(request, form, _("Change the draft"), agreement)


@require_http_methods(["GET", "HEAD", "POST"])
def responsible(request: HttpRequest, key: int) -> HttpResponse:
    agreement = kept(request, key)
    form = ResponsibleForm(posted(request), agreement=agreement)
    if request.method == "POST" and form.is_valid():
        actions.put_responsible(
            agreement,
            provider_person=form.cleaned_data["provider_address"],
            receiver_person=form.cleaned_data["receiver_address"],
            by=asking(request),
        )
        return done(request, agreement, _("The responsible persons are kept."))
    return _form(request, form, _("Responsible persons"), agreement)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, key: int, status: str) -> HttpResponse:
    """A page that says what follows, then the change of status."""
    agreement, to = kept(request, key), _status(status)
    if to not in TRANSITIONS[Status(agreement.status)]:
        unless_refused(request, agreement, partial(policies.check_can_move, agreement, to, ""))
        return to_agreement(agreement)
    label, form = present.move_label(Status(agreement.status), to), MoveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.move(agreement, to=to, reason=form.cleaned_data["reason"], by=asking(request))
        except policies.NotNowError as refusal:
            if present.needs_reason(agreement, to) and not form.cleaned_data["reason"].strip():
                form.add_error("reason", _("Write why, in a sentence."))
            else:
                tell(request, refusal)
                return to_agreement(agreement)
        else:
            return done(request, agreement, _("The agreement is now: %(status)s.") % {"status": to.label})
    context = {
        "agreement": agreement,
        "form": form,
        "label": label,
        "consequence": present.move_consequence(to),
        "needs_reason": present.needs_reason(agreement, to),
        "reason_is_optional": not present.needs_reason(agreement, to),
        "grave": to == Status.ENDED,
        "notice_kind": "caution" if to == Status.ENDED else "",
    }
    return render(request, "agreements/move.html", context, status=REFUSED if form.errors else 200)


def _status(text: str) -> Status:
    if text not in Status.values:
        raise Http404
    return Status(text)


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, key: int) -> HttpResponse:
    agreement = kept(request, key)
    if not policies.can_renew(agreement):
        unless_refused(request, agreement, partial(policies.check_can_renew, agreement))
        return to_agreement(agreement)
    form = RenewForm(posted(request), initial={"since": present.next_day(agreement)})
    if request.method == "POST" and form.is_valid():
        try:
            renewal = actions.renew(agreement, terms=form.terms, by=asking(request))
        except policies.NotNowError as refusal:
            tell(request, refusal)
            return to_agreement(agreement)
        return done(request, renewal, _("The renewal is a draft with the same items: look them over."))
    return _form(request, form, _("Renew the agreement"), agreement)


def _form(request: HttpRequest, form: object, title: str, agreement: Agreement | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "agreement": agreement}
    refused = bool(getattr(form, "errors", None))
    return render(request, "agreements/form.html", context, status=REFUSED if refused else 200)
