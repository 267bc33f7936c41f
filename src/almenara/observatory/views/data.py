from __future__ import annotations

from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.utils.text import slugify

from almenara.observatory import downloads
from almenara.observatory.presenters import layers, mapdata, picture
from almenara.observatory.presenters.mapdata import Sent
from almenara.observatory.presenters.ranking import Filters, select
from almenara.observatory.presenters.scenarios import labels
from almenara.observatory.views.shown import release_for
from almenara.risk.models import Release

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON = "application/geo+json"
ARCS = "application/octet-stream"  # observatory.arcs
SVG = "image/svg+xml"
YEAR = 365 * 86_400
Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)


def map_values(request: HttpRequest, country: str) -> HttpResponse:
    return _sent(request, mapdata.values(release_for(request, country)), "application/json")


def map_boundaries(request: HttpRequest, country: str, level: int) -> HttpResponse:
    levels = mapdata.boundaries(release_for(request, country)).levels
    if level >= len(levels):
        raise Http404
    return _sent(request, levels[level], ARCS)


def map_picture(request: HttpRequest, country: str) -> HttpResponse:
    release, filters = release_for(request, country), Filters.read(request.GET.dict())
    layer = layers.layer(release, filters.layer)
    drawn = picture.picture(release, layer, filters.shown_in(layer))
    if drawn is None:
        raise Http404
    response = _sent(request, drawn.sent, SVG)
    response["Content-Security-Policy"] = picture.POLICY
    return response


def _sent(request: HttpRequest, sent: Sent, kind: str) -> HttpResponse:
    """Kept for good by whoever asks for this very content (?v=), asked for anew in five minutes by others."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    fresh = quote_etag(sent.digest) in {tag.removeprefix("W/") for tag in known}
    response = HttpResponseNotModified() if fresh else _encoded(request, sent, kind)
    response["ETag"] = f"W/{quote_etag(sent.digest)}"  # weak: the same for both encodings
    patch_vary_headers(response, ["Accept-Encoding"])
    if request.GET.get("v") == sent.digest:
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=300)
    return response


def _encoded(request: HttpRequest, sent: Sent, kind: str) -> HttpResponse:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(sent.plain, content_type=kind)
    return HttpResponse(sent.compressed, content_type=kind, headers={"Content-Encoding": "gzip"})


def download_csv(request: HttpRequest, country: str) -> StreamingHttpResponse:
    release = release_for(request, country)
    rows = select(release, Filters.read(request.GET.dict()))
    response = StreamingHttpResponse(downloads.as_csv(release, rows), content_type="text/csv; charset=utf-8")
    return _attached(response, release, "csv")


def download_columns(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    response = HttpResponse(downloads.columns_csv(release), content_type="text/csv; charset=utf-8")
    return _attached(response, release, "columns.csv")


def download_scenarios(request: HttpRequest, country: str) -> StreamingHttpResponse:
    release = release_for(request, country)
    if not labels(release):
        raise Http404
    rows = downloads.scenarios_csv(release)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    return _attached(response, release, "scenarios.csv")


def download_geojson(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    rows = select(release, Filters.read(request.GET.dict()))
    return _attached(
        HttpResponse(downloads.as_geojson(release, rows), content_type=GEOJSON), release, "geojson"
    )


def download_excel(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    rows = select(release, Filters.read(request.GET.dict()))
    return _attached(HttpResponse(downloads.as_workbook(release, rows), content_type=EXCEL), release, "xlsx")


def _attached(response: Response, release: Release, ending: str) -> Response:
    name = slugify(release.release_id) or "release"
    response["Content-Disposition"] = f'attachment; filename="almenara-{name}.{ending}"'
    return response
