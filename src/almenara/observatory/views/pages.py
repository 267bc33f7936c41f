from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.text import capfirst

from almenara.observatory import queries
from almenara.observatory.presenters import layers, riskmap
from almenara.observatory.presenters.classes import legend
from almenara.observatory.presenters.columns import columns
from almenara.observatory.presenters.crumbs import crumbs
from almenara.observatory.presenters.first_map import first_map, lines
from almenara.observatory.presenters.home import home as present_home
from almenara.observatory.presenters.home import in_order
from almenara.observatory.presenters.method import method as present_method
from almenara.observatory.presenters.ranking import Filters, department_choices
from almenara.observatory.presenters.ranking import ranking as present_ranking
from almenara.observatory.presenters.releases import releases as present_releases
from almenara.observatory.presenters.scenarios import labels
from almenara.observatory.presenters.scenarios import scenarios as present_scenarios
from almenara.observatory.presenters.search import search as present_search
from almenara.observatory.presenters.sheet import sheet as present_sheet
from almenara.observatory.presenters.tree import tree as present_tree
from almenara.observatory.presenters.wording import interval_holds
from almenara.observatory.views.shown import facts_for, page, release_for
from almenara.risk.models import Release


def home(request: HttpRequest) -> HttpResponse:
    """The only country's front page, a list of countries, or what to do while nothing is published."""
    releases = queries.current_releases()
    if len(releases) == 1:
        return _country(request, releases[0].country.code)
    if not releases:
        return page(request, "pages/empty")
    return page(request, "pages/countries", {"countries": [present_home(r) for r in in_order(releases)]})


def country(request: HttpRequest, country: str) -> HttpResponse:
    return _country(request, country)


def _country(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    return page(request, "pages/home", {"release": release, "home": present_home(release)})


def risk_map(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    filters = Filters.read(request.GET.dict())
    layer = layers.layer(release, filters.layer)
    context = _list(request, release, filters, layer)
    context["lede"] = f"{release.title}. {capfirst(release.outcome_label)}."
    context["map"] = first_map(release, legend(release), layer, filters)
    if not _wants_results(request):
        context |= riskmap.context(release, queries.extent(country), layer)
        context["lines"] = lines(legend(release), layer, filters)
        context["ranking_query"] = replace(filters, view="").address()
    return _page_or_part(request, "map", context)


def ranking(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    filters = Filters.read(request.GET.dict())
    context = _list(request, release, filters, layers.layer(release, filters.layer))
    return _page_or_part(request, "ranking", context | {"columns": columns(release)})


def _list(
    request: HttpRequest, release: Release, filters: Filters, layer: layers.Layer | None
) -> dict[str, object]:
    shown = legend(release)
    departments = department_choices(release)
    return {
        "release": release,
        "crumbs": crumbs(release, filters, departments),
        "legend": shown,
        "layer": layer,
        "layers": [(name, layers.title(name)) for name in layers.available(release)],
        "ranking": present_ranking(release, filters, request.GET.dict(), shown, departments, layer),
        "departments": departments,
        "interval_holds": interval_holds(release.interval_kind),
    }


def _wants_results(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "results"


def _page_or_part(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    """htmx asks for the results alone; everyone else gets the page."""
    is_part = _wants_results(request)
    template = "partials/results" if is_part else f"pages/{name}"
    response = page(request, template, context | {"is_part": is_part})
    patch_vary_headers(response, ["HX-Target"])
    return response


def territories(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    context = {"release": release, "tree": present_tree(release, request.GET.get("department", ""))}
    return page(request, "pages/territories", context)


def territory(request: HttpRequest, country: str, code: str) -> HttpResponse:
    release = release_for(request, country)
    place = queries.without_estimate(release).filter(code=code).first()
    if place is not None:
        return page(request, "pages/unestimated", {"release": release, "place": place})
    context = {"release": release, "sheet": present_sheet(facts_for(release, country, code))}
    return page(request, "pages/territory", context)


def scenarios(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    wanted = request.GET.get("scenario", "").replace("\0", "")
    shown = present_scenarios(release, wanted, request.GET.get("page"))
    if shown is None:
        raise Http404
    return page(request, "pages/scenarios", {"release": release, "scenarios": shown})


def method(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    context = {"release": release, "method": present_method(release), "legend": legend(release)}
    return page(request, "pages/method", context)


def data(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    context = {
        "release": release,
        "releases": present_releases(country),
        "columns": columns(release),
        "scenarios": bool(labels(release)),
        "interval_holds": interval_holds(release.interval_kind),
    }
    return page(request, "pages/data", context)


def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = present_search(text)
    if len(found.hits) == 1:
        return redirect(found.hits[0].address)
    context = {"text": text, "found": found, "release": _only_release()}
    return page(request, "pages/search", context)


def _only_release() -> Release | None:
    """The release that the navigation leads to where the site shows one country."""
    releases = queries.current_releases()
    return releases[0] if len(releases) == 1 else None
