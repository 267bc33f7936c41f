"""Territories as such: the region's countries, and each territory with its history and its people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from almenara.observatory.presenters.place import place as present_place
from almenara.observatory.presenters.region import region as present_region
from almenara.observatory.views.shown import page
from almenara.places import queries as places
from almenara.risk import queries


def region(request: HttpRequest) -> HttpResponse:
    return page(request, "pages/region", {"region": present_region()})


def place(request: HttpRequest, country: str, code: str) -> HttpResponse:
    """Also of what no release has a value for: further levels, what no longer exists, countries without a release."""
    found = None if "\0" in request.path else places.named(country, code)
    if found is None:
        raise Http404
    release = queries.current_release(country)
    asked = {name: value.replace("\0", "") for name, value in request.GET.dict().items()}
    return page(request, "pages/place", {"release": release, "place": present_place(found, release, asked)})
