"""Which release a request is about, and pages that say so in its words."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from almenara.observatory.presenters.words import words
from almenara.places.models import Territory
from almenara.risk import queries
from almenara.risk.facts import FactSheet, fact_sheet
from almenara.risk.models import Release


def release_for(request: HttpRequest, country: str) -> Release:
    """The release named in the address, or the country's current one; 404 if there is neither."""
    wanted = request.GET.get("release", "")
    if "\0" in wanted + request.path:  # PostgreSQL's text knows no NUL
        raise Http404
    release = queries.release(wanted) if wanted else queries.current_release(country)
    if release is None or release.country.code != country:
        raise Http404
    return release


def facts_for(release: Release, country: str, code: str) -> FactSheet:
    """What the release says of a territory; 404 if it says nothing."""
    place = (
        Territory.objects.select_related("tier", "listed_in", "listed_in__listed_in")
        .filter(country=country, code=code)
        .first()
    )
    facts = fact_sheet(release, place) if place else None
    if facts is None:
        raise Http404
    return facts


def page(request: HttpRequest, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
    """The template of that name; `words` in it are what the measure of the context's release is called."""
    known = context or {}
    release = known.get("release")
    said = {"words": words(release) if isinstance(release, Release) else None}
    return render(request, f"observatory/{template}.html", known | said)
