"""Texts as they were meant: files that are not in UTF-8, in part or whole, and letters encoded twice."""

from __future__ import annotations

import codecs
from pathlib import Path

from almenara.common.errors import Fault, RefusedError

MIXED, FALLBACK = "mixed", "windows-1252"
LOST = "\ufffd"


def decoded(raw: bytes, path: Path, encoding: str = "") -> str:
    """The text of a file: UTF-8 unless it is said to be something else, UTF-16 where its first bytes say so.

    encoding "mixed" takes each line that is not in UTF-8 for Windows-1252. Raises RefusedError with the lines that
    cannot be read, and with the remedy that fits: one encoding for all of them, or several in one file.
    """
    if encoding == MIXED:
        return "".join(map(_line, raw.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)))
    if encoding:
        return _said(raw, path, encoding)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _said(raw, path, "utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(_not_utf8(raw, path)) from None


def _said(raw: bytes, path: Path, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except LookupError:
        what, remedy = (
            f"'{encoding}' is no encoding.",
            f"Say one such as {FALLBACK}, or {MIXED} if lines differ.",
        )
    except UnicodeError:
        what = f"It is not encoded in {encoding}."
        remedy = "Say another encoding, or save it as CSV UTF-8, or as .xlsx."
    raise RefusedError(Fault(what, str(path), remedy))


def _line(raw: bytes) -> str:
    return raw.decode() if _is_utf8(raw) else raw.decode(FALLBACK, errors="replace")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _not_utf8(raw: bytes, path: Path) -> Fault:
    lines = raw.splitlines()
    strange = [str(number) for number, line in enumerate(lines, start=1) if not _is_utf8(line)]
    others = sum(not line.isascii() and _is_utf8(line) for line in lines)
    if others:
        what = "Some lines are encoded in UTF-8, and others are not."
        remedy = f"Read each line as what it is (--encoding {MIXED}) and look at the names; or save it as CSV UTF-8."
    else:
        what = "It is not encoded in UTF-8."
        remedy = f"Save it as CSV UTF-8, or as .xlsx; or say how it is encoded: --encoding {FALLBACK}."
    return Fault(what, str(path), remedy, tuple(f"line {number}" for number in strange), len(strange))


def meant(text: str) -> str:
    """The text with the trace of a wrong encoding undone: MoteÃ±o is Moteño. Any other text as it is."""
    for encoding in (FALLBACK, "latin-1"):
        try:
            return text.encode(encoding).decode()
        except UnicodeError:
            continue
    return text
