"""SVG: refused if it holds anything that acts or fetches, else written anew without comments and editors' notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, register_namespace, tostring

from django.utils.translation import gettext as _

from almenara.privacy.uploads.refusals import UploadRefusedError, damaged
from almenara.privacy.uploads.xml import tree

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
OWN = {SVG, XLINK, "http://www.w3.org/XML/1998/namespace", ""}
ACTING = {
    "script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "listener", "canvas",
    "animation", "set", "discard",
}  # fmt: skip
ANIMATIONS = {"animate", "animatetransform", "animatemotion", "animatecolor"}
DRAWN_INSIDE = re.compile(r"data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*\Z")
FETCHING = re.compile(
    r"url\s*+\(\s*+['\"]?+\s*+(?!#)[^)]*\)?|@import[^;]*|expression\s*\(|javascript:|-moz-binding|behavior\s*:|\\",
    re.IGNORECASE,
)
STYLESHEET = re.compile(r"<\?xml-stylesheet")


def cleaned(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The drawing written anew, and what was left out. Raises UploadRefusedError naming what acts or fetches."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise damaged() from error
    if re.search(r"<!DOCTYPE", text, re.IGNORECASE):
        raise _refused(["DOCTYPE"])
    if STYLESHEET.search(text):
        raise _refused(["xml-stylesheet"])
    root = tree(text.encode())
    if root.tag != f"{{{SVG}}}svg":
        raise damaged()
    found = [what for element in root.iter() for what in _acting(element)]
    if found:
        raise _refused(found)
    removed = _remove_notes(root) | ({"comments"} if "<!--" in text else set())
    return _written(root), tuple(sorted(removed))


def _refused(found: list[str]) -> UploadRefusedError:
    return UploadRefusedError(
        _("The drawing (SVG) holds scripts, links to other files or parts that act."),
        _("Save it as a plain drawing without them, or as PNG, and upload that file."),
        found,
    )


def _acting(element: Element) -> Iterator[str]:
    name = _local(element.tag).lower()
    if name in ACTING:
        yield f"<{_local(element.tag)}>"
    if name in ANIMATIONS and element.get("attributeName", "").lower().split(":")[-1] in ("href", "style"):
        yield f"<{_local(element.tag)} attributeName>"
    if name == "style" and FETCHING.search(element.text or ""):
        yield "<style>"
    for attribute, value in element.attrib.items():
        if _attribute_acts(_local(attribute).lower(), value):
            yield _local(attribute)


def _attribute_acts(name: str, value: str) -> bool:
    if name.startswith("on") or name == "base":
        return True
    if name in ("href", "src", "from", "to", "by", "values") and not _stays_inside(value, name):
        return True
    return bool(FETCHING.search(value)) if name not in ("href", "d") else False


def _stays_inside(value: str, name: str) -> bool:
    plain = re.sub(r"\s", "", value)
    if name not in (
        "href",
        "src",
    ):  # an animation's numbers and colours; an address is what must not be among them
        return ":" not in plain
    return plain.startswith("#") or bool(DRAWN_INSIDE.match(value.strip()))


def _remove_notes(root: Element) -> set[str]:
    """Editors leave paths and names of their users in elements and attributes of their own."""
    removed = set()
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) == "metadata" or _space(child.tag) not in OWN:
                parent.remove(child)
                removed.add("metadata")
        for name in [name for name in parent.attrib if _space(name) not in OWN]:
            del parent.attrib[name]
            removed.add("metadata")
    return removed


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _space(tag: object) -> str:
    return str(tag)[1:].partition("}")[0] if str(tag).startswith("{") else ""


def _written(root: Element) -> bytes:
    register_namespace("", SVG)
    register_namespace("xlink", XLINK)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
