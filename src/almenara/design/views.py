"""The living page. Nothing that is sent to it is kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from almenara.design import examples, presenters
from almenara.design.catalogue import FAMILIES


def styleguide(request: HttpRequest) -> HttpResponse:
    """What the site's pages are made of: colours, letters, spaces, and the way to each family of parts."""
    context = {
        "families": presenters.menu(),
        "swatches": presenters.swatches(),
        "measured": presenters.measured(),
        "type_steps": presenters.steps("step"),
        "space_steps": presenters.steps("space"),
    }
    return render(request, "design/styleguide/tokens.html", context)


def family(request: HttpRequest, family: str) -> HttpResponse:
    """One family of parts, each in its states."""
    if family not in FAMILIES:
        raise Http404
    shown = examples.OF_FAMILY.get(family, dict)()
    context = {"families": presenters.menu(family), "family": FAMILIES[family], **shown}
    return render(request, f"design/styleguide/{family}.html", context)


def confirm(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return HttpResponseRedirect(reverse("design:family", args=["panels"]))
    return render(request, "design/styleguide/confirm.html", {"families": presenters.menu("panels")})


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Answers as an app would that had kept the draft."""
    return HttpResponse(status=204)


def job(request: HttpRequest, done: int) -> HttpResponse:
    """A job as it is after so many looks: the part alone for htmx, a page for everybody else."""
    template = "part" if request.headers.get("HX-Request") else "page"
    context = {"families": presenters.menu("process"), "job": examples.job(done)}
    response = render(request, f"design/styleguide/job_{template}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
