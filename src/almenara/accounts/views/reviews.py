from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from almenara.accounts.actions import reviews as acts
from almenara.accounts.forms.institutions import ReviewForm
from almenara.accounts.models import Decision, GrantReview
from almenara.accounts.policies.reviews import can_close_review, can_decide
from almenara.accounts.presenters.grants import line
from almenara.accounts.queries.institutions import reviews
from almenara.accounts.queries.reviews import never_or_long_ago
from almenara.accounts.views.shared import asked, reader
from almenara.places.queries import alphabetical


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
    me = reader(request)
    review = get_object_or_404(GrantReview.objects.select_related("institution"), pk=key)
    if request.method == "POST":
        try:
            decided(request, review)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        return redirect("accounts:review", key)
    rows = review.grants.select_related(
        "grant__person",
        "grant__role",
        "grant__institution",
        "grant__office",
        "grant__territory",
        "decided_by",
    ).order_by("-dormant", f"grant__person__{alphabetical()}", "pk")
    context = {
        "review": review,
        "rows": [(row, line(row.grant)) for row in rows],
        "open": can_decide(me, review),
        "can_close": can_close_review(me, review),
        "today": timezone.now().date(),
    }
    return render(request, "accounts/review.html", context)


def decided(request: HttpRequest, review: GrantReview) -> None:
    """What the buttons say: a decision for the ticked ones, for all that are left, or that the review is closed."""
    me, said = reader(request), request.POST.get("said", "")
    if said == "close":
        acts.close_review(by=me, review=review)
        messages.success(request, _("The review is closed, and its result is kept."))
        return
    if said not in Decision.values:
        raise ValidationError(_("Say what is to be done: keep or end."))
    ticked = [int(key) for key in request.POST.getlist("grant") if key.isdecimal()]
    if not ticked:
        raise ValidationError(_("Tick the grants that you decide about."))
    count = acts.decide(
        by=me, review=review, decisions=dict.fromkeys(ticked, said), reason=request.POST.get("reason", "")
    )
    messages.success(request, _("%(count)s grants were decided.") % {"count": count})
