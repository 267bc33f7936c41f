"""The types of file that the site takes, and how much of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MIB = 1 << 20


class FileType(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    SVG = "svg"
    XLSX = "xlsx"
    DOCX = "docx"
    ODS = "ods"
    CSV = "csv"
    TEXT = "text"


PICTURES = frozenset({FileType.JPEG, FileType.PNG, FileType.WEBP})
OFFICE = frozenset({FileType.XLSX, FileType.DOCX, FileType.ODS})
TEXTS = frozenset({FileType.CSV, FileType.TEXT})


@dataclass(frozen=True)
class Taken:
    """extensions: the first is the usual one. limit: bytes. media: what the file is served as."""

    shown: str
    extensions: tuple[str, ...]
    limit: int
    media: str


TAKEN = {
    FileType.JPEG: Taken("JPEG", ("jpg", "jpeg"), 20 * MIB, "image/jpeg"),
    FileType.PNG: Taken("PNG", ("png",), 20 * MIB, "image/png"),
    FileType.WEBP: Taken("WebP", ("webp",), 20 * MIB, "image/webp"),
    FileType.PDF: Taken("PDF", ("pdf",), 30 * MIB, "application/pdf"),
    FileType.SVG: Taken("SVG", ("svg",), 2 * MIB, "image/svg+xml"),
    FileType.XLSX: Taken(
        "XLSX", ("xlsx",), 20 * MIB, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    FileType.DOCX: Taken(
        "DOCX", ("docx",), 20 * MIB, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    FileType.ODS: Taken("ODS", ("ods",), 20 * MIB, "application/vnd.oasis.opendocument.spreadsheet"),
    FileType.CSV: Taken("CSV", ("csv", "tsv"), 50 * MIB, "text/csv"),
    FileType.TEXT: Taken("TXT", ("txt",), 10 * MIB, "text/plain"),
}


def shown(types: frozenset[FileType]) -> str:
    return ", ".join(TAKEN[type].shown for type in FileType if type in types)
