"""Many invitations at once: a spreadsheet, everything wrong with it, a preview, and then the letters."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from almenara.accounts.actions.invitations import invite_all
from almenara.accounts.forms.sheet import Checked, SheetForm
from almenara.accounts.models import User
from almenara.accounts.sheets import LARGEST, Row, rows_of
from almenara.accounts.views.shared import origin, reader

SALT = "almenara.accounts.sheet"
HELD = 3600  # seconds that a preview waits


def upload(request: HttpRequest) -> HttpResponse:
    me = reader(request)
    if request.method == "POST" and "confirmed" in request.POST:
        return confirmed(request, me, request.POST["confirmed"])
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = read(form.cleaned_data["sheet"])
        except ValidationError as refused:
            form.add_error("sheet", refused)
        else:
            return preview(request, me, rows)
    return render(request, "accounts/sheet.html", {"form": form, "most": LARGEST})


def read(sheet: Any) -> list[Row]:
    return rows_of(sheet.name or "", sheet.read(LARGEST + 1))


def preview(request: HttpRequest, me: User, rows: list[Row]) -> HttpResponse:
    """Nothing is sent yet; what is confirmed is what was shown, signed, and checked again."""
    checked = Checked(me, rows)
    packed = signing.dumps([me.pk, [[row.number, row.cells] for row in rows]], salt=SALT, compress=True)
    context = {"guests": checked.guests, "wrong": checked.wrong, "packed": packed, "count": len(rows)}
    return render(request, "accounts/sheet_preview.html", context)


def confirmed(request: HttpRequest, me: User, packed: str) -> HttpResponse:
    try:
        person, table = signing.loads(packed, salt=SALT, max_age=HELD)
    except signing.BadSignature:
        person, table = None, []
    if person != me.pk:
        messages.error(request, _("The preview is too old or not yours: send the spreadsheet again."))
        return redirect("accounts:invite-sheet")
    rows = [Row(number, cells) for number, cells in table]
    checked = Checked(me, rows)
    guests = [guest for guest in checked.guests if guest is not None]
    if checked.wrong or len(guests) < len(rows):
        return preview(request, me, rows)
    sent = invite_all(by=me, guests=guests, origin=origin(request))
    messages.success(
        request,
        _("%(count)s invitations are being sent. If one cannot be, this page says so.")
        % {"count": len(sent)},
    )
    return redirect("accounts:people")
