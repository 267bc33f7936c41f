from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.utils.text import slugify
from django.views.decorators.gzip import gzip_page

from almenara.observatory import downloads
from almenara.observatory.presenters import riskmap
from almenara.observatory.presenters.ranking import Filters, select
from almenara.observatory.views.shown import release_for
from almenara.risk.models import Release

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON = "application/geo+json"
Layer = Callable[[Release], tuple[str, str]]
Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)


def _layer(make: Layer) -> Callable[[HttpRequest, str], HttpResponse]:
    @gzip_page
    @wraps(make)
    def view(request: HttpRequest, country: str) -> HttpResponse:
        text, digest = make(release_for(request, country))
        etag = quote_etag(digest)
        known = parse_etags(request.headers.get("If-None-Match", ""))
        fresh = etag in {tag.removeprefix("W/") for tag in known}
        response = HttpResponseNotModified() if fresh else HttpResponse(text, content_type=GEOJSON)
        response["ETag"] = etag
        patch_cache_control(response, public=True, max_age=300)
        return response

    return view


areas_layer = _layer(riskmap.areas_geojson)
departments_layer = _layer(riskmap.departments_geojson)


def download_csv(request: HttpRequest, country: str) -> StreamingHttpResponse:
    release = release_for(request, country)
    rows = select(release, Filters.read(request.GET.dict()))
    response = StreamingHttpResponse(downloads.as_csv(release, rows), content_type="text/csv; charset=utf-8")
    return _attached(response, release, "csv")


def download_columns(request: HttpRequest, country: str) -> HttpResponse:
    release = release_for(request, country)
    response = HttpResponse(downloads.columns_csv(), content_type="text/csv; charset=utf-8")
    return _attached(response, release, "columns.csv")


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
