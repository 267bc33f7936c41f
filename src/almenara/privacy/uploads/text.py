"""Tables and texts: which encoding, whether it is text at all, whether the table can be read."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from almenara.privacy.uploads.refusals import UploadRefusedError, damaged
from almenara.privacy.uploads.types import FileType

LATIN = "latin-1"
HEAD = 131_072  # characters within which the first line ends


def cleaned(content: bytes, type: FileType) -> tuple[bytes, str]:
    """The text as UTF-8 without a byte order mark, and the encoding it came in.

    What is not UTF-8 is read as Latin-1, which every sequence of bytes is: the caller tells the person so.
    """
    text, encoding = _decoded(content)
    if type is FileType.CSV:
        _check_table(text)
    return text.encode(), encoding


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UploadRefusedError(
            _("The text is written in UTF-16, which this site does not read."),
            _("Save it as “CSV UTF-8” or as text in UTF-8 and upload that file."),
        )
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace") if _is_windows(content) else content.decode(
            LATIN
        ), LATIN


def _is_windows(content: bytes) -> bool:
    """Whether it holds the quotes and dashes that Windows put where Latin-1 has control characters."""
    return any(0x80 <= byte < 0xA0 for byte in content)


def _check_table(text: str) -> None:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        if not any(line for line in lines):
            raise damaged()
        for _line in lines:
            pass
    except csv.Error as error:
        raise UploadRefusedError(
            _("The table cannot be read: line %(line)s is not in order.") % {"line": lines.line_num},
            _("Open it in a spreadsheet, save it as CSV again, and upload that file."),
            [str(error)],
        ) from error


def _delimiter(text: str) -> str:
    head = text[:HEAD].splitlines()[:1] or [""]
    return max(",;\t|", key=head[0].count)
