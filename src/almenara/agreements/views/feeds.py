from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from almenara.accounts.presenters.filters import chips
from almenara.agreements.presenters.feeds import MEANINGS, feed_map
from almenara.agreements.queries.agreements import Filters
from almenara.agreements.queries.feeds import DRAWN, edges
from almenara.agreements.views.shared import asking, filter_form, today


@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Who feeds whom, drawn, as a table and in sentences."""
    person, filters = asking(request), Filters.read(request.GET.dict())
    form = filter_form(person, filters, [(way.value, MEANINGS[way]) for way in DRAWN])
    context = {"form": form, "chips": chips(form), "map": feed_map(edges(person, filters, today()))}
    return render(request, "agreements/map.html", context)
