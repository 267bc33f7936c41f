"""Files as people and attackers send them, made here byte by byte; nothing of them comes from elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
from django.core.files.base import ContentFile
from openpyxl import Workbook
from PIL import Image

PLACE = {1: "S", 2: (34.0, 36.0, 12.5), 3: "W", 4: (58.0, 22.0, 54.0)}
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sent(content: bytes, name: str) -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def photograph(size: tuple[int, int] = (60, 40), orientation: int = 6) -> bytes:
    """A JPEG as a telephone writes it: lying on its side, with place, device, XMP and a comment; its left half red."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Telefono SIMULADO"
    exif.get_ifd(0x8825).update(PLACE)
    buffer = io.BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SIMULADO</x:xmpmeta>"
    picture.save(buffer, "JPEG", exif=exif, comment=b"SIMULADO en casa", xmp=xmp, quality=95)
    return buffer.getvalue()


def picture(format: str, mode: str = "RGB", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (32, 24)).save(buffer, format, **options)
    return buffer.getvalue()


def vast_png(width: int, height: int) -> bytes:
    """The head of a PNG that says it is vast, with hardly any content."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def pdf(change: Callable[[pikepdf.Pdf], object] | None = None, **save: Any) -> bytes:
    """A PDF of one page with metadata; change: what is done to it first."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.docinfo["/Author"] = "SIMULADO Autora"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["SIMULADO Autora"]
    if change:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer, **save)
    return buffer.getvalue()


def archive(parts: Mapping[str, bytes | str], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name), part, compress_type=kind)
        file.comment = comment
    return buffer.getvalue()


def workbook(extra: Mapping[str, bytes | str] | None = None, formula: str = "") -> bytes:
    """A workbook as openpyxl writes it, with an author, and with parts added."""
    book = Workbook()
    book.properties.creator = "SIMULADO Autora"
    book.active.append(["nombre", 3])
    if formula:
        book.active.append([formula])
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    return archive({**parts, **(extra or {})})


def document(
    body: str = "<w:p/>", relations: str = "", extra: Mapping[str, bytes | str] | None = None
) -> bytes:
    return archive(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
            **(extra or {}),
        }
    )


def relation(kind: str, target: str) -> str:
    return (
        f'<Relationship Id="r1" Type="{DOCUMENT_RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
    )


def ods(body: str = "", extra: Mapping[str, bytes | str] | None = None) -> bytes:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'  # noqa: E501
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>",  # noqa: E501
            "meta.xml": f"<office:document-meta {names}>SIMULADO Autora</office:document-meta>",
            **(extra or {}),
        }
    )


def svg(inside: str = "", attributes: str = "", before: str = "") -> bytes:
    return (
        f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>'
        f'<rect id="a" width="9" height="9"/>{inside}</svg>'
    ).encode()
