from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from almenara.agreements import policies
from almenara.agreements.actions import agreements as actions
from almenara.agreements.forms import ItemForm
from almenara.agreements.models import Agreement, Item
from almenara.agreements.views.shared import asking, done, kept, one, posted, to_agreement, unless_refused


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: int) -> HttpResponse:
    agreement = kept(request, key)
    return _put(request, agreement, Item(agreement=agreement), _("New item"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: int, item: int) -> HttpResponse:
    agreement = kept(request, key)
    found = one(agreement.items.all(), request, pk=item)
    found.agreement = agreement
    return _put(request, agreement, found, _("Change the item"))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, key: int, item: int) -> HttpResponse:
    agreement = kept(request, key)
    found = one(agreement.items.all(), request, pk=item)
    if not unless_refused(request, agreement, partial(policies.check_can_edit, agreement)):
        return to_agreement(agreement)
    if request.method == "POST":
        if unless_refused(request, agreement, partial(actions.remove_item, found, by=asking(request))):
            return done(request, agreement, _("The item is removed."))
        return to_agreement(agreement)
    return render(request, "agreements/remove_item.html", {"agreement": agreement, "item": found})


def _put(request: HttpRequest, agreement: Agreement, item: Item, title: str) -> HttpResponse:
    if not unless_refused(request, agreement, partial(policies.check_can_edit, agreement)):
        return to_agreement(agreement)
    form = ItemForm(posted(request), instance=item)
    if request.method == "POST" and form.is_valid():
        put = partial(actions.put_item, form.save(commit=False), by=asking(request))
        if unless_refused(request, agreement, put):
            return done(request, agreement, _("The item is kept."))
        return to_agreement(agreement)
    context = {"form": form, "title": title, "agreement": agreement}
    return render(request, "agreements/form.html", context, status=422 if form.errors else 200)
