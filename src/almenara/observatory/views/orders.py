"""Asking for all fact sheets of a release, and stopping the work: for who edits the country's public content."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from almenara.accounts.models import User
from almenara.common.identity import identified
from almenara.observatory import queries
from almenara.observatory.orders import order, stop_all
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.bundles import ORDER, STOP
from almenara.observatory.presenters.bundles import orders as present
from almenara.risk.models import Release


@require_http_methods(["GET", "HEAD", "POST"])
def orders(request: HttpRequest) -> HttpResponse:
    """Of every country in reach the release that it shows; 404 for any other."""
    releases = queries.edited_releases(cast(User, request.user))
    if request.method == "POST":
        return _act(request, {release.release_id: release for release in releases})
    shown = [(wording.country_name(release), release, present(release)) for release in releases]
    goes_on = any(item.job and item.job.goes_on for _name, _release, items in shown for item in items)
    return render(request, "observatory/orders.html", {"shown": shown, "goes_on": goes_on})


def _act(request: HttpRequest, known: dict[str, Release]) -> HttpResponse:
    release, language, act = (request.POST.get(name, "") for name in ("release", "language", "act"))
    if release not in known or language not in dict(settings.LANGUAGES) or act not in (ORDER, STOP):
        raise Http404
    if act == ORDER:
        order(release, [language], by=identified())
        messages.success(
            request, _("The sheets are asked for. They are made in turns beside the other work.")
        )
    else:
        stop_all(release, [language])
        messages.success(request, _("The work stops after the sheets under way. What is there stays."))
    return redirect("observatory:orders")
