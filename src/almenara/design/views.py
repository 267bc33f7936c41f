from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from almenara.design import presenters


def styleguide(request: HttpRequest) -> HttpResponse:
    """What the site's pages are made of, each part in its states."""
    context = {
        "swatches": presenters.swatches(),
        "measured": presenters.measured(),
        "type_steps": presenters.steps("step"),
        "space_steps": presenters.steps("space"),
    }
    return render(request, "design/styleguide/page.html", context)
