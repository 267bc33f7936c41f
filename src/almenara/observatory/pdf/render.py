"""The template, the texts and the drawings become a PDF."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import files

import typst

from almenara.observatory.pdf.document import document, pictures
from almenara.observatory.presenters.sheet import Sheet

STANDARD = "ua-1"


def fact_sheet_pdf(sheet: Sheet, *, published: datetime) -> bytes:
    """Two A4 pages, PDF/UA-1. The same sheet gives the same bytes: its date is that of the publication.

    Raises typst.TypstError where the document would not conform to PDF/UA-1: it is refused rather than served.
    """
    template = files("almenara.observatory.pdf").joinpath("sheet.typ").read_bytes()
    data = json.dumps(document(sheet), ensure_ascii=False).encode()
    project = {"main.typ": template, "sheet.json": data, **pictures(sheet)}
    content = typst.compile(  # type: ignore[call-overload]  # its stubs lack a project of several files
        project,
        format="pdf",
        pdf_standards=[STANDARD],
        ignore_system_fonts=True,
        timestamp=int(published.timestamp()),
    )
    return bytes(content)
