"""The template, the texts and the drawings become a PDF."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

import typst

from almenara.observatory.pdf.document import document, pictures
from almenara.observatory.presenters.sheet import Sheet

STANDARD = "ua-1"
Project = dict[str, bytes]


def fact_sheet_pdf(sheet: Sheet, *, published: datetime) -> bytes:
    """Two A4 pages, PDF/UA-1. The same sheet gives the same bytes: its date is that of the publication.

    Raises typst.TypstError where the document would not conform to PDF/UA-1: it is refused rather than served.
    """
    return typeset(project(sheet), published)


def project(sheet: Sheet) -> Project:
    """What typst is given: template, texts and drawings, in the active language."""
    drawn = pictures(sheet)
    data = json.dumps(document(sheet, drawn), ensure_ascii=False).encode()
    return {"main.typ": _template(), "sheet.json": data, **drawn}


def typeset(given: Project, published: datetime) -> bytes:
    """Pure, and lets other threads work meanwhile. Raises as fact_sheet_pdf does."""
    content = typst.compile(  # type: ignore[call-overload]  # its stubs lack a project of several files
        given,
        format="pdf",
        pdf_standards=[STANDARD],
        font_paths=_fonts(),
        timestamp=int(published.timestamp()),
    )
    return bytes(content)


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("almenara.observatory.pdf").joinpath("sheet.typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Those that the wheel holds (Libertinus, SIL Open Font License), read once: half of the time otherwise."""
    return typst.Fonts(include_system_fonts=False)
