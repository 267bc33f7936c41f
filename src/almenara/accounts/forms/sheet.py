from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.accounts import permissions, reach
from almenara.accounts.actions.invitations import Guest
from almenara.accounts.forms.base import DeskForm
from almenara.accounts.models import Institution, Office, User
from almenara.accounts.queries.people import institutions_managed, offices_managed
from almenara.accounts.sheets import Row

LANGUAGES = {code for code, _name in settings.LANGUAGES}


class SheetForm(DeskForm):
    sheet = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy(
            "The first row names the columns: email, name, institution, office, language."
        ),
    )


@dataclass(frozen=True)
class Wrong:
    """column: as the heading names it."""

    row: int
    column: str
    what: str


class Checked:
    """The rows as guests, and everything that is wrong with them. Six queries, whatever the number of rows."""

    def __init__(self, by: User, rows: list[Row]) -> None:
        self.by = by
        manage = permissions.PEOPLE_MANAGE
        self.institutions = {place.name.lower(): place for place in institutions_managed(by, manage)}
        self.offices = {
            (place.institution_id, place.name.lower()): place for place in offices_managed(by, manage)
        }
        self.whole = set(reach.institutions(by, manage).values_list("pk", flat=True))
        typed = [row.cells.get("email", "").lower() for row in rows]
        called = User.objects.filter(email__in=typed)
        self.known = set(called.filter(left_at=None).values_list("email", flat=True))
        beyond = called.exclude(left_at=None).exclude(pk__in=reach.people(by, manage).values("pk"))
        self.elsewhere = set(beyond.values_list("email", flat=True))
        self.wrong: list[Wrong] = []
        self.seen: set[str] = set()
        self.guests = [self._guest(row) for row in rows]

    def _guest(self, row: Row) -> Guest | None:
        before = len(self.wrong)
        cells = {"language": "", "office": "", **row.cells}
        email = self._email(row.number, cells.get("email", "").lower())
        name = cells.get("name", "")
        if not 0 < len(name) <= 150:
            self._say(row.number, "name", _("A name of 1 to 150 characters is needed."))
        language = cells["language"].lower() or "es"
        if language not in LANGUAGES:
            self._say(row.number, "language", _("Write es, pt, en or fr."))
        institution, office = self._place(row.number, cells.get("institution", ""), cells["office"])
        if len(self.wrong) > before or institution is None:
            return None
        return Guest(email, name, institution, office, language)

    def _email(self, row: int, email: str) -> str:
        try:
            validate_email(email)
        except ValidationError:
            self._say(row, "email", _("It is no e-mail address."))
            return email
        if email in self.known:
            self._say(row, "email", _("The address has an account or an invitation already."))
        if email in self.elsewhere:
            self._say(row, "email", _("The address is of somebody who left another institution."))
        if email in self.seen:
            self._say(row, "email", _("The address stands in a row above, too."))
        self.seen.add(email)
        return email

    def _place(self, row: int, name: str, office_name: str) -> tuple[Institution | None, Office | None]:
        institution = self.institutions.get(name.lower())
        if institution is None:
            self._say(row, "institution", _("No open institution within your reach is called so."))
            return None, None
        office = self.offices.get((institution.pk, office_name.lower()))
        if office_name and office is None:
            self._say(row, "office", _("The institution has no open office of this name within your reach."))
            return institution, None
        if office is None and institution.pk not in self.whole:
            self._say(row, "office", _("You reach only offices of this institution: name one."))
        return institution, office

    def _say(self, row: int, column: str, what: str) -> None:
        self.wrong.append(Wrong(row, column, what))
