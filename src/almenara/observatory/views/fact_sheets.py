from __future__ import annotations

import csv
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.utils.text import slugify

from almenara.observatory.binding import Shelf
from almenara.observatory.pdf.naming import file_name
from almenara.observatory.pdf.render import fact_sheet_pdf
from almenara.observatory.presenters.bundles import Bundle, bundles
from almenara.observatory.presenters.sheet import sheet as present_sheet
from almenara.observatory.views.shown import facts_for, page, release_for
from almenara.privacy.writer import defused

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
        return _progress(request, next((bundle for bundle in found if bundle.language == wanted), None))
    goes_on = any(bundle.job and bundle.job.goes_on for bundle in found)
    response = page(request, "pages/sheets", {"release": release, "bundles": found, "goes_on": goes_on})
    patch_vary_headers(response, ["HX-Request"])
    return response


def _progress(request: HttpRequest, bundle: Bundle | None) -> HttpResponse:
    """How far one language is; once all of it is there the whole page is read anew, for its list has grown."""
    if bundle is None:
        raise Http404
    if bundle.job is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "observatory/sheet/job.html", {"job": bundle.job})


def sheets_index(request: HttpRequest, country: str, language: str) -> HttpResponse:
    """Which archives there are, with their digests."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerow(("code", "name", "sheets", "bytes", "sha256"))
    for archive in _shelf(request, country, language).archives():
        row = (archive.code, archive.name, archive.sheets, archive.size, archive.sha256)
        writer.writerow(map(defused, row))
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
