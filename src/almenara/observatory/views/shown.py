"""Which release a request is about."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from almenara.places.models import Territory
from almenara.risk import queries
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


def facts_for(release: Release, country: str, code: str) -> queries.FactSheet:
    """What the release says of a territory; 404 if it says nothing."""
    place = (
        Territory.objects.select_related("parent", "parent__parent")
        .filter(country=country, code=code)
        .first()
    )
    facts = queries.fact_sheet(release, place) if place else None
    if facts is None:
        raise Http404
    return facts
