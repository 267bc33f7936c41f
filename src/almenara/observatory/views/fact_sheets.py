from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from almenara.observatory.pdf.render import fact_sheet_pdf
from almenara.observatory.presenters.sheet import sheet as present_sheet
from almenara.observatory.views.shown import facts_for, release_for


def territory_pdf(request: HttpRequest, country: str, code: str) -> HttpResponse:
    """The two pages to print and hand over."""
    release = release_for(request, country)
    brief = present_sheet(facts_for(release, country, code))
    response = HttpResponse(
        fact_sheet_pdf(brief, published=release.published_at), content_type="application/pdf"
    )
    name = f"{slugify(_('fact sheet'))}-{slugify(brief.name)[:60]}-{code}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
