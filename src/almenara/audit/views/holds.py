"""Legal holds: which records wait for a trial or an inquiry; placed and lifted by whoever may, with a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from almenara.accounts.models import User
from almenara.accounts.views.shared import asked, reader
from almenara.audit import holdable, policies, queries
from almenara.audit.actions import holds as actions
from almenara.audit.forms import HoldForm, LiftForm
from almenara.audit.presenters.holds import Row, row
from almenara.privacy.models import LegalHold


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Those in force, or with ?lifted=1 those that were lifted."""
    lifted = request.GET.get("lifted") == "1"
    page = queries.holds(
        lifted=lifted, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    context = {"rows": _rows(reader(request), page.rows), "page": page, "lifted": lifted}
    return render(request, "audit/holds.html", context)


def _rows(me: User, holds: Iterable[LegalHold]) -> list[Row]:
    """With the names of the records, one question a kind."""
    listed = list(holds)
    keys: defaultdict[str, set[UUID]] = defaultdict(set)
    for hold in listed:
        keys[hold.record_type].add(hold.record_key)
    kinds = {kind.model: kind for kind in holdable.kinds()}
    names = {model: kinds[model].names(me, found) for model, found in keys.items() if model in kinds}
    return [
        row(hold, kinds.get(hold.record_type), names.get(hold.record_type, {}).get(hold.record_key))
        for hold in listed
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    me = reader(request)

    def act(form: HoldForm) -> None:
        said = form.cleaned_data
        kind = holdable.kind(said["kind"])
        actions.place(by=me, kind=kind, which=said["which"], reason=said["reason"])

    return asked(
        request,
        HoldForm,
        act,
        back=reverse("audit:holds"),
        done=_("The record is held: it is not erased until the hold is lifted."),
        title=_("Hold a record back from erasure"),
        submit=_("Hold it"),
        intro=_(
            "For a trial, a complaint or an inquiry. Your name and the reason stay with it and in the log."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, key: int) -> HttpResponse:
    """What lies beyond the database's policies does not exist, nor is what was lifted lifted again."""
    me = reader(request)
    hold = LegalHold.objects.select_related("placed_by").filter(pk=key).first()
    if hold is None or not policies.can_lift(hold):
        raise Http404
    [shown] = _rows(me, [hold])

    def act(form: LiftForm) -> None:
        actions.lift(by=me, hold=hold, reason=form.cleaned_data["reason"])

    return asked(
        request,
        LiftForm,
        act,
        back=reverse("audit:holds"),
        done=_("The hold is lifted. If the record's term has ended, it is erased in the coming night."),
        title=_("Lift the hold on %(record)s") % {"record": shown.record},
        submit=_("Lift the hold"),
        intro=_("It was placed by %(name)s: %(reason)s") % {"name": shown.placed_by, "reason": hold.reason},
        grave=True,
    )
