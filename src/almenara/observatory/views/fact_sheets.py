from __future__ import annotations

import csv
import re
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.utils.text import slugify

from almenara.observatory.binding import Shelf
from almenara.observatory.pdf.naming import file_name
from almenara.observatory.pdf.render import fact_sheet_pdf
from almenara.observatory.presenters.bundles import bundles
from almenara.observatory.presenters.sheet import sheet as present_sheet
from almenara.observatory.views.shown import facts_for, page, release_for

YEAR = 365 * 86_400


def territory_pdf(request: HttpRequest, country: str, code: str) -> HttpResponse:
    """The two pages to print and hand over."""
    release = release_for(request, country)
    brief = present_sheet(facts_for(release, country, code))
    response = HttpResponse(
        fact_sheet_pdf(brief, published=release.published_at), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{file_name(brief.name, code)}"'
    return response


def sheets(request: HttpRequest, country: str) -> HttpResponse:
    """All sheets to take away, by department and language; how far the work is, where it goes on."""
    release = release_for(request, country)
    address = reverse("observatory:sheets", args=[country]) + f"?release={release.release_id}"
    found = bundles(release, address)
    wanted = request.GET.get("job", "")
    if request.headers.get("HX-Request") and wanted:
        job = next((bundle.job for bundle in found if bundle.language == wanted), None)
        return render(request, "observatory/sheet/job.html", {"job": job}) if job else _nothing()
    return page(request, "pages/sheets", {"release": release, "bundles": found})


def sheets_index(request: HttpRequest, country: str, language: str) -> HttpResponse:
    """Which archives there are, with their digests."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerow(("code", "name", "sheets", "bytes", "sha256"))
    for archive in _shelf(request, country, language).archives():
        writer.writerow(
            (_plain(archive.code), _plain(archive.name), archive.sheets, archive.size, archive.sha256)
        )
    response["Content-Disposition"] = f'attachment; filename="{slugify(country)}-{language}.csv"'
    patch_cache_control(response, public=True, max_age=300)
    return response


def sheets_zip(request: HttpRequest, country: str, language: str, part: str) -> Any:
    """An archive; of a release that is named in the address it never changes, and is kept for good."""
    shelf = _shelf(request, country, language)
    archive = shelf.archive(part)
    if archive is None:
        raise Http404
    etag = quote_etag(archive.sha256)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: Any = HttpResponseNotModified()
    else:
        name = f"{slugify(archive.name)[:60] or 'x'}-{slugify(part) or 'x'}-{language}.zip"
        response = FileResponse(
            shelf.path(part).open("rb"), as_attachment=True, filename=name, content_type="application/zip"
        )
    response["ETag"] = etag
    if request.GET.get("release"):
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=300)
    return response


def _shelf(request: HttpRequest, country: str, language: str) -> Shelf:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return Shelf(release_for(request, country).release_id, language)


def _nothing() -> HttpResponse:
    raise Http404


def _plain(text: str) -> str:
    """No formula for whoever opens it in a spreadsheet."""
    return f"'{text}" if re.match(r"[=+\-@\t\r]", text) else text
