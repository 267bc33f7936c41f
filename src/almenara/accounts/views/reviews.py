from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from almenara.accounts.actions import reviews as acts
from almenara.accounts.forms.base import DeskForm
from almenara.accounts.forms.institutions import ReviewForm
from almenara.accounts.forms.people import ConfirmForm, WhyForm
from almenara.accounts.models import Decision, GrantReview
from almenara.accounts.policies.reviews import can_close_review, can_decide, can_decide_about
from almenara.accounts.presenters.grants import line
from almenara.accounts.queries.institutions import reviews
from almenara.accounts.queries.reviews import never_or_long_ago, reviewed
from almenara.accounts.views.shared import asked, reader
from almenara.common.numbers import count
from almenara.design.pieces import Link

ASKED: dict[Decision, dict[str, Any]] = {
    Decision.KEEP: {
        "title": gettext_lazy("Keep the chosen grants"),
        "intro": gettext_lazy("They stay as they are. What is decided in a review stays decided."),
        "submit": gettext_lazy("Keep them"),
    },
    Decision.END: {
        "title": gettext_lazy("End the chosen grants"),
        "intro": gettext_lazy("They end at once, stay in the record, and are given anew if need be."),
        "submit": gettext_lazy("End them"),
    },
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    me = reader(request)
    context = {
        "reviews": reviews(me),
        "overdue": never_or_long_ago(me),
        "today": timezone.now().date(),
    }
    return render(request, "accounts/reviews.html", context)


def begin(request: HttpRequest) -> HttpResponse:
    me = reader(request)

    def act(form: ReviewForm) -> HttpResponse:
        review = acts.open_review(by=me, **form.cleaned_data)
        return redirect("accounts:review", review.pk)

    chosen = {"institution": request.GET.get("institution", "")}
    return asked(
        request,
        lambda data: ReviewForm(me, data, initial=chosen) if chosen["institution"] else ReviewForm(me, data),
        act,
        back=reverse("accounts:reviews"),
        title=_("Review the grants of an institution"),
        submit=_("Begin"),
    )


def detail(request: HttpRequest, key: int) -> HttpResponse:
    """The review, or what a button of it leads to: the review closed, or a decision about the chosen grants."""
    review = get_object_or_404(GrantReview.objects.select_related("institution"), pk=key)
    match request.POST.get("do"):
        case "close":
            return closed(request, review)
        case Decision.KEEP | Decision.END as wanted:
            return decided(request, review, Decision(wanted))
    me, rows = reader(request), reviewed(review)
    is_open = can_decide(me, review)
    shown = [
        (row, line(row.grant), is_open and not row.decision and can_decide_about(me, row)) for row in rows
    ]
    context = {
        "review": review,
        "rows": shown,
        "open": is_open,
        "actions": buttons() if any(choosable for *_, choosable in shown) else [],
        "can_close": can_close_review(me, review),
        "today": timezone.now().date(),
    }
    return render(request, "accounts/review.html", context)


def buttons() -> list[Link]:
    return [
        Link(_("Keep the chosen ones"), Decision.KEEP.value),
        Link(_("End the chosen ones"), Decision.END.value),
    ]


def closed(request: HttpRequest, review: GrantReview) -> HttpResponse:
    try:
        acts.close_review(by=reader(request), review=review)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The review is closed, and its result is kept."))
    return redirect("accounts:review", review.pk)


def decided(request: HttpRequest, review: GrantReview, decision: Decision) -> HttpResponse:
    """Asks once more, with the chosen ones listed, for what is decided stays so; then all of it is done, or nothing."""
    me, back = reader(request), reverse("accounts:review", args=[review.pk])
    chosen = set(request.POST.getlist("chosen"))
    rows = [row for row in reviewed(review) if not row.decision and str(row.pk) in chosen]
    if not rows:
        messages.error(request, _("Choose the grants that you decide about."))
        return redirect(back)
    make = WhyForm if decision == Decision.END else ConfirmForm

    def act(form: DeskForm) -> None:
        decisions = {row.pk: decision.value for row in rows}
        number = acts.decide(
            by=me, review=review, decisions=decisions, reason=form.cleaned_data.get("reason", "")
        )
        done = ngettext("%(count)s grant was decided.", "%(count)s grants were decided.", number)
        messages.success(request, done % {"count": count(number)})

    return asked(
        request,
        lambda data: make(data if "confirmed" in request.POST else None),
        act,
        back=back,
        template="accounts/decide.html",
        review=review,
        lines=[line(row.grant) for row in rows],
        keys=[str(row.pk) for row in rows],
        decision=decision.value,
        grave=decision == Decision.END,
        **ASKED[decision],
    )
