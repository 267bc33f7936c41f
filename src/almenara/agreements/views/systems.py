from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from almenara.accounts.models import Kind
from almenara.accounts.presenters.filters import chips
from almenara.agreements.actions.importing import Imported, columns, import_systems
from almenara.agreements.actions.sheets import TABLES
from almenara.agreements.actions.systems import put_system
from almenara.agreements.forms import ImportForm, SystemForm
from almenara.agreements.forms.filters import SystemFilter
from almenara.agreements.models import Format, Frequency, Sameness, System
from almenara.agreements.presenters import systems as present
from almenara.agreements.queries import scope
from almenara.agreements.queries import systems as queries
from almenara.agreements.views.shared import around, asking, own, posted
from almenara.privacy.uploads import UploadRefusedError
from almenara.privacy.uploads.types import TAKEN


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    person, filters = asking(request), queries.SystemFilters.read(request.GET.dict())
    page, concepts = queries.listed(person, filters, **around(request.GET.dict())), queries.concepts()
    total = queries.found(person, filters).count()
    form = SystemFilter(
        filters.query,
        kind=Kind.choices,
        concept=[(concept.code, concept.name) for concept in concepts],
        sameness=Sameness.choices,
    )
    context = {
        "form": form,
        "chips": chips(form),
        "rows": present.rows(page.rows, concepts),
        "page": page,
        "total": present.found_in_words(total),
        "keeps": scope.keeps(person),
    }
    return render(request, "agreements/systems.html", context)


@require_safe
def detail(request: HttpRequest, key: int) -> HttpResponse:
    person = asking(request)
    system = own(queries.whole(scope.systems(person), key), request, System, key)
    concepts = queries.concepts()
    context = {
        "system": system,
        "judged": present.judged(system, concepts),
        "complete": present.complete(present.completeness_of(system, concepts)),
        "same": present.same(system, concepts),
        "keeps": scope.managed_systems(person).filter(pk=key).exists(),
    }
    return render(request, "agreements/system.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _put(request, System(), _("New system"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponse:
    found = queries.whole(scope.managed_systems(asking(request)), key)
    return _put(request, own(found, request, System, key), _("Change the entry"))


def _put(request: HttpRequest, system: System, title: str) -> HttpResponse:
    person = asking(request)
    form = SystemForm(posted(request), instance=system, by=person)
    if request.method == "POST" and form.is_valid():
        saved = put_system(
            form.save(commit=False),
            judgements=form.judgements,
            receivers=form.cleaned_data["receivers"],
            by=person,
        )
        messages.success(request, _("The entry is kept."))
        return HttpResponseRedirect(reverse("agreements:system", args=[saved.pk]))
    context = {"form": form, "title": title, "system": system}
    return render(request, "agreements/system_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """Systems from a spreadsheet: all of it or nothing, with every fault by its row."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    imported = Imported()
    if request.method == "POST" and form.is_valid():
        try:
            imported = import_systems(form.cleaned_data["file"], by=asking(request))
        except UploadRefusedError as refusal:
            form.add_error("file", f"{refusal.found} {refusal.remedy}")
    if imported.added:
        said = ngettext("%(count)d system was added.", "%(count)d systems were added.", imported.added)
        messages.success(request, said % {"count": imported.added})
        return HttpResponseRedirect(reverse("agreements:systems"))
    context = {
        "form": form,
        "faults": imported.faults,
        "most": max(TAKEN[kind].limit for kind in TABLES),
        "columns": columns(),
        "choices": [("format", Format.choices), ("frequency", Frequency.choices), ("…", Sameness.choices)],
    }
    refused = bool(form.errors or imported.faults)
    return render(request, "agreements/import.html", context, status=422 if refused else 200)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty table: the names of the columns."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="systems.csv"'
    csv.writer(response).writerow(columns())
    return response
