from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from almenara.agreements import policies
from almenara.agreements.actions import documents as actions
from almenara.agreements.forms import DocumentForm
from almenara.agreements.queries import scope
from almenara.agreements.views.shared import asking, done, kept, one, tell, to_agreement, unless_refused
from almenara.privacy.uploads import UploadRefusedError
from almenara.privacy.uploads.types import TAKEN

SIGNED = {
    "kinds": ", ".join(sorted(kind.name for kind in actions.SIGNED_AS)),
    "most": max(TAKEN[kind].limit for kind in actions.SIGNED_AS),
}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: int) -> HttpResponse:
    """Upload the next version of the signed document."""
    agreement = kept(request, key)
    if not unless_refused(request, agreement, lambda: policies.check_can_sign(agreement)):
        return to_agreement(agreement)
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_document(agreement, file=form.cleaned_data["file"], by=asking(request))
        except UploadRefusedError as refusal:
            form.add_error("file", f"{refusal.found} {refusal.remedy}")
        except policies.NotNowError as refusal:
            tell(request, refusal)
            return to_agreement(agreement)
        else:
            return done(request, agreement, _("The signed document is kept, encrypted."))
    context = {"form": form, "title": _("Signed document"), "agreement": agreement, "upload": SIGNED}
    return render(request, "agreements/form.html", context, status=422 if form.errors else 200)


@require_GET
def download(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Always a file to keep, never a page to show; every reading is in the log."""
    person = asking(request)
    document = one(scope.documents(person).select_related("agreement"), request, public_id=public_id)
    response = HttpResponse(actions.read_document(document, by=person), content_type=document.media)
    response.headers["Content-Disposition"] = content_disposition_header(True, document.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
