"""What a file is, by its content alone, and whether it is something else as well."""

from __future__ import annotations

import io
import re
import zipfile

from almenara.privacy.uploads.types import OFFICE, PICTURES, FileType

PDF_HEAD = 1024  # readers find a PDF that begins within so many bytes
BOM = b"\xef\xbb\xbf"
# Possessive throughout: a prologue of a million blanks must not be tried in every division.
SVG_ROOT = re.compile(
    rb"(?>\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(\[.*?\])?\s*+>)*+<svg[\s>/]", re.DOTALL | re.IGNORECASE
)
# A browser that guesses takes a file with one of these for a page; a server may run the last.
# Each is long enough that the pixels of a large photograph do not hold it by chance.
PAGE = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|\?php)[\s>/]", re.IGNORECASE)
PACKED = {
    b"PK\x03\x04": "ZIP", b"PK\x05\x06": "ZIP", b"\x1f\x8b\x08": "GZIP", b"7z\xbc\xaf\x27\x1c": "7Z",
    b"Rar!\x1a\x07": "RAR", b"\xfd7zXZ\x00": "XZ", b"BZh": "BZIP2", b"MSCF": "CAB",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "OLE", b"MZ": "EXE", b"\x7fELF": "ELF",
}  # fmt: skip
MAIN_PARTS = {"xl/workbook.xml": FileType.XLSX, "word/document.xml": FileType.DOCX}
ODS_MIME = b"application/vnd.oasis.opendocument.spreadsheet"


def type_of(content: bytes, extension: str) -> FileType | None:
    """The type that a content is of, None if of none that is taken.

    Between a table and a text only the extension decides: every table is a text.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileType.WEBP
    if content.startswith(b"%PDF-"):
        return FileType.PDF
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if SVG_ROOT.match(content.removeprefix(BOM)):
        return FileType.SVG
    if _is_text(content):
        return FileType.CSV if extension in ("csv", "tsv") else FileType.TEXT
    return None


def _office(content: bytes) -> FileType | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return next((type for part, type in MAIN_PARTS.items() if part in names), None)
            first = archive.infolist()[0] if names else None
            stored = first is not None and first.filename == "mimetype" and first.file_size == len(ODS_MIME)
            return FileType.ODS if first and stored and archive.read(first) == ODS_MIME else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None


def _is_text(content: bytes) -> bool:
    """No zero byte and hardly a control character: what neither a picture nor a program is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, told apart further on
        return True
    if any(content.startswith(magic) for magic in PACKED if len(magic) > 2) or b"\0" in content:
        return False
    controls = len(content) - len(content.translate(None, bytes({*range(32), 127} - {9, 10, 12, 13, 27})))
    return controls == 0


def hidden_type(content: bytes, type: FileType) -> str | None:
    """The other type that a file is of as well, for a reader that looks elsewhere in it."""
    if type is not FileType.PDF and type not in OFFICE and b"%PDF-" in content[:PDF_HEAD]:
        return "PDF"
    if type not in OFFICE and _opens_as_zip(content):
        return "ZIP"
    page = PAGE.search(_outside(content, type))
    return page[0].decode("ascii", "replace") if page else None


def _opens_as_zip(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def _outside(content: bytes, type: FileType) -> bytes:
    """The part of a file in which a page has no business: a text may well speak of one, but not begin as one."""
    if type in PICTURES:
        return content
    if type is FileType.PDF:
        end = content.rfind(b"%%EOF")
        return content[:PDF_HEAD] + content[end if end >= 0 else 0 :]
    if type in OFFICE or type is FileType.SVG:
        return b""
    return content.removeprefix(BOM).lstrip()[:PDF_HEAD]
