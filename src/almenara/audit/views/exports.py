"""Taking a part of the log away: asked for with a purpose, written by a job, downloaded by the asker for a day."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from almenara.accounts.models import User
from almenara.audit.exporting import NAME
from almenara.audit.forms import PurposeForm
from almenara.audit.views.asking import asked_filters
from almenara.common.errors import RefusedError
from almenara.common.identity import identified
from almenara.common.jobs import later
from almenara.privacy.exports.running import ask_export, open_export
from almenara.privacy.models import Export
from almenara.privacy.tasks import run_export

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """What the address asks for, as a file; and the asker's own exports of the log."""
    auditor = cast(User, request.user)
    filters = asked_filters(request, auditor)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if filters is not None and form.is_valid():
        _ask(auditor, filters.texts(), form.cleaned_data)
        return HttpResponseRedirect(reverse("audit:export"))
    own = Export.objects.filter(person=auditor, exporter=NAME).order_by("-created")[:SHOWN]
    context = {"form": form, "filters": filters, "exports": own, "ready": Export.State.DONE}
    return render(request, "audit/export.html", context, status=422 if form.errors else 200)


def _ask(auditor: User, arguments: dict[str, str], asked: dict[str, Any]) -> None:
    made = ask_export(
        by=auditor.pk,
        what=NAME,
        purpose=asked["purpose"],
        arguments=arguments,
        file_format=Export.Format(asked["file_format"]),
    )
    later(run_export, by=identified(), public_id=str(made.public_id))


@require_GET
def download(request: HttpRequest, public_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """The file, for whoever asked for it; anybody else finds nothing here."""
    try:
        opened = open_export(public_id=public_id)
    except (Export.DoesNotExist, RefusedError):
        raise Http404 from None
    response = StreamingHttpResponse(opened.chunks, content_type=opened.media)
    response.headers["Content-Disposition"] = content_disposition_header(True, opened.name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response
