"""Office files (XLSX, DOCX, ODS): refused if they run, fetch or ask anything, else written anew without properties."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from almenara.privacy.uploads.archive import parts_of
from almenara.privacy.uploads.jpeg import without_metadata
from almenara.privacy.uploads.refusals import UploadRefusedError
from almenara.privacy.uploads.sniffing import BOM
from almenara.privacy.uploads.xml import tree

MACRO_PARTS = re.compile(
    r"vbaProject|vbaData|/macrosheets/|/dialogsheets/|^Basic/|^Scripts/|activeX|/ctrlProps/", re.IGNORECASE
)
FETCHING_PARTS = re.compile(
    r"/externalLinks/|/connections\.xml$|/queryTables/|/embeddings/|/webextensions/|/customUI", re.IGNORECASE
)
SAFE_LINKS = ("http://", "https://", "mailto:")
# A formula that asks another program or another machine. The pipe form is DDE written by hand: =cmd|'/c …'!A1
ASKING = re.compile(
    r"\b(DDE|WEBSERVICE|CALL|REGISTER(\.ID)?|EXEC|RTD)\s*\("
    r"|^[^\"(]*\w\s*\|\s*'"
    r"|\[[^\]]+\.xl\w+\]|file:///|'https?://",
    re.IGNORECASE,
)
FORMULAS = ("f", "formula1", "formula2", "formula", "definedName")
LONGEST_FORMULA = 16_384  # twice what a spreadsheet reads
FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
ODF = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
PROPERTIES = {
    "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PACKAGE}"/>',
    "docProps/app.xml": f'<Properties xmlns="{OFFICE}/extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{OFFICE}/custom-properties"/>',
    "meta.xml": f'<office:document-meta xmlns:office="{ODF}" office:version="1.3"/>',
}
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EVER_SINCE = (1980, 1, 1, 0, 0, 0)


def cleaned(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The file written anew, and what was left out.

    Raises UploadRefusedError for macros, links to outside, DDE, connections, and whatever archive.parts_of refuses.
    """
    parts = parts_of(content)
    _refuse_macros(parts)
    asking = [name for name in parts if FETCHING_PARTS.search(name)]
    for name, root in _trees(parts):
        asking += [f"{name}: {what}" for what in _asking(root)]
    if asking:
        raise UploadRefusedError(
            _("The file asks other programs or other places for data: external links, DDE or connections."),
            _(
                "Replace the links by their values (Edit links → Break link), save it, and upload the new file."
            ),
            asking,
        )
    bare = {name: _bare(name, part) for name, part in parts.items()}
    removed = tuple(sorted(name for name in parts if name in PROPERTIES or bare[name] != parts[name]))
    return _written(bare), removed


def _trees(parts: dict[str, bytes]) -> Iterator[tuple[str, Element]]:
    """By what a part is, for the list of types lets a sheet be called anything, and no program minds capitals.

    What is only like XML (an old drawing, a picture with a document type) no program reads as a sheet or a document.
    """
    for name, part in parts.items():
        if name.lower().endswith((".xml", ".rels")):
            yield name, tree(part)
        elif part.startswith(UTF_16) or part.removeprefix(BOM).lstrip()[:1] == b"<":
            with suppress(UploadRefusedError):
                yield name, tree(part)


def _refuse_macros(parts: dict[str, bytes]) -> None:
    found = [name for name in parts if MACRO_PARTS.search(name)]
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        found.append("macroEnabled")
    if any(
        b"script:event-listener" in part
        for name, part in parts.items()
        if name in ("content.xml", "styles.xml")
    ):
        found.append("script:event-listener")
    if found:
        raise UploadRefusedError(
            _("The file holds macros or controls, which are programs."),
            _("Save it as a workbook or document without macros and upload that file."),
            found,
        )


def _asking(root: Element) -> Iterator[str]:
    """What a part asks of other programs, files or machines."""
    instructions = []
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        attributes = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        if name == "Relationship":
            yield from _outside_link(attributes)
        if name in ("f", "formula1", "formula2", "formula", "definedName") and ASKING.search(
            element.text or ""
        ):
            yield (element.text or "")[:60]
        if "formula" in attributes and ASKING.search(attributes["formula"]):
            yield attributes["formula"][:60]
        if name in (
            "ddeLink",
            "dde-source",
            "dde-connection",
            "dde-connection-decl",
            "oleObject",
            "altChunk",
        ):
            yield name
        if name in ("instrText", "fldSimple"):
            instructions.append(element.text or attributes.get("instr", ""))
        yield from _outside_reference(name, attributes)
    field = FIELDS.search("".join(instructions))  # one word is often split over several runs
    if field:
        yield field[0]


def _outside_link(attributes: dict[str, str]) -> Iterator[str]:
    """A link that a reader may click on is text; any other is followed as soon as the file is opened."""
    if attributes.get("TargetMode", "").lower() != "external":
        return
    target = attributes.get("Target", "")
    if not attributes.get("Type", "").endswith("/hyperlink") or not target.lower().startswith(SAFE_LINKS):
        yield target


def _outside_reference(name: str, attributes: dict[str, str]) -> Iterator[str]:
    """OpenDocument names what it fetches in href; only the link of a text (a) may lead outside."""
    target = attributes.get("href", "")
    if target.lower().startswith("data:image/"):  # a picture that lies in the file itself
        return
    clicked = name == "a" and target.lower().startswith((*SAFE_LINKS, "#"))
    if re.match(r"[a-z][a-z0-9+.-]*:|//|\.\./|/", target, re.IGNORECASE) and not clicked:
        yield target


def _bare(name: str, part: bytes) -> bytes:
    """Without what the program says of the author, and what a camera says in a photograph that was pasted in."""
    return (DECLARATION + PROPERTIES[name]).encode() if name in PROPERTIES else without_metadata(part)


def _written(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, EVER_SINCE)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return buffer.getvalue()
