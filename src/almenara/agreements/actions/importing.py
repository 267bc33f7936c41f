"""The inventory from a spreadsheet: every fault by its row, and nothing kept until there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from almenara.accounts import reach
from almenara.accounts.models import Institution, User
from almenara.accounts.permissions import AGREEMENTS_MANAGE
from almenara.agreements.actions.sheets import read_sheet
from almenara.agreements.actions.systems import Judgement, put_system
from almenara.agreements.models import Format, Frequency, Sameness, System
from almenara.agreements.queries.systems import concepts
from almenara.places.names import folded

MOST_ROWS = 2000
TEXTS = ("content", "population", "responsible_role", "technical_contact")
REQUIRED = ("owner", "name")
OWN_COLUMNS = (
    *REQUIRED,
    "content",
    "population",
    "format",
    "frequency",
    "responsible_role",
    "since",
    "technical_contact",
)
Choices = type[Format] | type[Frequency] | type[Sameness]


@dataclass(frozen=True)
class RowFault:
    """row: as the spreadsheet counts them, 0 of the file as a whole. column: "" of the row as a whole."""

    row: int
    column: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Entry:
    """A row that was understood."""

    system: System
    judgements: Mapping[str, Judgement]


@dataclass
class Imported:
    """Either how many systems were added, or the faults, and then nothing was."""

    added: int = 0
    faults: list[RowFault] = field(default_factory=list)


def columns() -> list[str]:
    """The columns that a spreadsheet may have, by their code."""
    return [*OWN_COLUMNS, *(concept.code for concept in concepts())]


@transaction.atomic
def import_systems(file: File[Any], *, by: User) -> Imported:
    """Add the systems of a CSV or XLSX table, all or none. Raises UploadRefusedError."""
    header, rows = read_sheet(file)
    faults = _faults_of_header(header)
    if not rows:
        faults.append(
            RowFault(
                0, "", _("The table has no row."), _("Write one system a row below the names of the columns.")
            )
        )
    if len(rows) > MOST_ROWS:
        faults.append(
            RowFault(
                0,
                "",
                _("The table has too many rows."),
                _("Split it: at most %(most)d rows a file.") % {"most": MOST_ROWS},
            )
        )
    if faults:
        return Imported(faults=faults)
    reader = _Reader(by)
    entries = [reader.entry(number, row) for number, row in rows]
    if reader.faults:
        return Imported(faults=reader.faults)
    for entry in entries:
        if entry is not None:
            put_system(entry.system, judgements=entry.judgements, receivers=(), by=by)
    return Imported(added=len(entries))


def _faults_of_header(header: Iterable[str]) -> list[RowFault]:
    known, names = set(columns()), [name for name in header if name]
    faults = [
        RowFault(
            1,
            name,
            _("The column is not known."),
            _("Take it out, or give it one of the names of the template."),
        )
        for name in names
        if name not in known
    ]
    faults += [
        RowFault(1, name, _("The column is there twice."), _("Keep one of them."))
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    faults += [
        RowFault(1, name, _("The column is missing."), _("Add it: no system can be kept without it."))
        for name in REQUIRED
        if name not in names
    ]
    return faults


class _Reader:
    """Reads rows with what it has to look up once."""

    def __init__(self, by: User) -> None:
        self.faults: list[RowFault] = []
        self.codes = [concept.code for concept in concepts()]
        self.owners: dict[str, Institution | None] = {}
        for institution in reach.institutions(by, AGREEMENTS_MANAGE).filter(closed_on=None):
            for name in {institution.search_name, folded(institution.short_name)} - {""}:
                self.owners[name] = None if name in self.owners else institution
        self.taken = set(System.objects.values_list("owner_id", "name"))

    def entry(self, row: int, cells: Mapping[str, str]) -> Entry | None:
        before = len(self.faults)
        owner = self._owner(row, cells.get("owner", ""))
        name = self._text(row, "name", cells)
        if not name:
            self._fault(row, "name", _("The cell is empty."), _("Write the system's name."))
        system = System(
            name=name,
            **{column: self._text(row, column, cells) for column in TEXTS},
            format=self._choice(row, "format", cells, Format),
            frequency=self._choice(row, "frequency", cells, Frequency),
            since=self._day(row, cells.get("since", "")),
        )
        judgements = {
            code: Judgement(Sameness(value))
            for code in self.codes
            if (value := self._choice(row, code, cells, Sameness))
        }
        if owner is None or len(self.faults) > before or self._is_taken(row, owner, name):
            return None
        system.owner = owner
        return Entry(system, judgements)

    def _fault(self, row: int, column: str, what: str, remedy: str) -> None:
        self.faults.append(RowFault(row, column, what, remedy))

    def _owner(self, row: int, text: str) -> Institution | None:
        key = folded(text)
        if self.owners.get(key) is None:
            what = (
                _("Two institutions go by the name “%(name)s”.")
                if key in self.owners
                else _("No institution that you keep goes by the name “%(name)s”.")
            )
            remedy = _("Write its name or short name as it stands in the list of institutions.")
            self._fault(row, "owner", what % {"name": text[:100]}, remedy)
        return self.owners.get(key)

    def _text(self, row: int, column: str, cells: Mapping[str, str]) -> str:
        text = cells.get(column, "")
        limit: int | None = getattr(System._meta.get_field(column), "max_length", None)
        if limit is not None and len(text) > limit:
            what = _("The text has %(length)d characters.") % {"length": len(text)}
            self._fault(row, column, what, _("Shorten it to %(limit)d.") % {"limit": limit})
        return text

    def _choice(self, row: int, column: str, cells: Mapping[str, str], choices: Choices) -> str:
        text = cells.get(column, "")
        for value, label in choices.choices:
            if folded(text) in (folded(value), folded(str(label))):
                return str(value)
        if text:
            allowed = ", ".join(f"{value} ({label})" for value, label in choices.choices)
            what = _("“%(text)s” is none of the values that the column takes.") % {"text": text[:100]}
            self._fault(row, column, what, _("Write one of: %(allowed)s.") % {"allowed": allowed})
        return ""

    def _day(self, row: int, text: str) -> dt.date | None:
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text if len(text) != 4 else f"{text}-01-01")
        except ValueError:
            what = _("“%(text)s” is no date.") % {"text": text[:100]}
            self._fault(row, "since", what, _("Write it as 2019-07-31, or the year alone."))
            return None

    def _is_taken(self, row: int, owner: Institution, name: str) -> bool:
        if (owner.pk, name) not in self.taken:
            self.taken.add((owner.pk, name))
            return False
        what = _("%(owner)s has a system “%(name)s” already, in the inventory or further up in the table.")
        remedy = _("Take the row out, or change the entry on its own page.")
        self._fault(row, "name", what % {"owner": owner.name, "name": name}, remedy)
        return True
