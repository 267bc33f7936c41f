"""Invitations as a table: the rows of a CSV or .xlsx file, each checked before anybody is invited."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from almenara.privacy.uploads import Checked, FileType, UploadRefusedError, check_upload

COLUMNS = ("email", "name", "institution", "office", "language")
NEEDED = ("email", "name", "institution")
MOST_ROWS = 500
LARGEST = 1_000_000  # bytes
TABLES = frozenset({FileType.CSV, FileType.XLSX})


@dataclass(frozen=True)
class Row:
    """number: as the spreadsheet counts them, the heading being 1."""

    number: int
    cells: dict[str, str]


def rows_of(name: str, content: bytes) -> list[Row]:
    """Raises ValidationError for what is no table of invitations."""
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 1 MB: send it in parts."))
    checked = _checked(name, content)
    lines = _xlsx(checked.content) if checked.type == FileType.XLSX else _csv(checked.content)
    table = [[str(cell or "").strip() for cell in line] for line in lines]
    if not table:
        raise ValidationError(_("The file is empty."))
    heading = [cell.lower() for cell in table[0]]
    missing = [column for column in NEEDED if column not in heading]
    if missing:
        raise ValidationError(
            _(
                "Columns are missing: %(names)s. The first row names them: email, name, institution, office, language."
            ),
            params={"names": ", ".join(missing)},
        )
    found = [
        Row(number, {name: cell for name, cell in zip(heading, line, strict=False) if name in COLUMNS})
        for number, line in enumerate(table[1:], 2)
        if any(line)
    ]
    if not found:
        raise ValidationError(_("The file has a heading and no row."))
    if len(found) > MOST_ROWS:
        raise ValidationError(_("More than %(most)s rows: send them in parts."), params={"most": MOST_ROWS})
    return found


def _checked(name: str, content: bytes) -> Checked:
    """Looked into as every file that people send."""
    try:
        return check_upload(io.BytesIO(content), allowed=TABLES, name=name)
    except UploadRefusedError as refused:
        raise ValidationError([refused.found, refused.remedy]) from refused


def _csv(content: bytes) -> Iterable[list[str]]:
    text = content.decode("utf-8-sig")
    heading = text.partition("\n")[0]
    separator = max(";,\t", key=heading.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ValidationError(_("The file is no CSV that can be read.")) from error


def _xlsx(content: bytes) -> Iterable[list[object]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        return [list(line) for line in book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2)]
    finally:
        book.close()
