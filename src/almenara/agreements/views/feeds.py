from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from almenara.accounts.models import Kind
from almenara.agreements.presenters.feeds import MEANINGS, feed_map
from almenara.agreements.queries.agreements import Filters, institutions_of
from almenara.agreements.queries.feeds import DRAWN, edges
from almenara.agreements.views.shared import asking, today


@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Who feeds whom, drawn, as a table and in sentences."""
    person, filters = asking(request), Filters.read(request.GET.dict())
    context = {
        "filters": filters,
        "map": feed_map(edges(person, filters, today())),
        "standings": [(way, MEANINGS[way]) for way in DRAWN],
        "kinds": Kind.choices,
        "institutions": institutions_of(person),
    }
    return render(request, "agreements/map.html", context)
