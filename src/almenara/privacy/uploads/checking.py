"""The one door for files that people send."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, Any

from django.core.files import File
from django.utils.translation import gettext as _

from almenara.privacy.uploads import office, pdf, pictures, svg, text
from almenara.privacy.uploads.names import clean_name, extension_of
from almenara.privacy.uploads.refusals import UploadRefusedError, another_inside
from almenara.privacy.uploads.scanning import check_clean
from almenara.privacy.uploads.sniffing import hidden_type, type_of
from almenara.privacy.uploads.types import OFFICE, PICTURES, TAKEN, FileType, shown


@dataclass(frozen=True)
class Checked:
    """A file that may be kept.

    content: what is to be stored, written anew; size (bytes) and sha256 are its own, not those of what was sent.
    name: harmless, with the extension of its type. removed: what was left out, as the format calls it.
    encoding: what a table or text came in, "" for other types; content is UTF-8.
    """

    type: FileType
    content: bytes
    name: str
    size: int
    sha256: str
    removed: tuple[str, ...] = ()
    encoding: str = ""


def check_upload(file: File[Any] | IO[bytes], *, allowed: frozenset[FileType], name: str = "") -> Checked:
    """Look into a file and write it anew without metadata.

    The type is found in the content; neither the browser's word nor the extension is believed, but an extension that
    says something else is a reason to refuse. name: for a file that does not know its own. Raises UploadRefusedError.
    """
    cleaned_name = clean_name(name or str(getattr(file, "name", "") or ""))
    try:
        content = _read(file, allowed)
        check_clean(content)
        type = _type(content, cleaned_name, allowed)
        hidden = hidden_type(content, type)
        if hidden is not None:
            raise another_inside(hidden)
        kept, removed, encoding = _cleaned(content, type)
    except UploadRefusedError as refusal:
        raise refusal.named(cleaned_name) from refusal
    return Checked(type, kept, cleaned_name, len(kept), hashlib.sha256(kept).hexdigest(), removed, encoding)


def _read(file: File[Any] | IO[bytes], allowed: frozenset[FileType]) -> bytes:
    limit = max(TAKEN[type].limit for type in allowed)
    content: bytes = file.read(limit + 1)
    if len(content) > limit:
        raise _too_large(limit)
    if not content:
        raise UploadRefusedError(
            _("The file is empty."), _("Choose the file again: it may still have been open.")
        )
    return content


def _too_large(limit: int) -> UploadRefusedError:
    return UploadRefusedError(
        _("The file is too large: at most %(limit)s MB are taken.") % {"limit": limit >> 20},
        _("Make it smaller, or split it, and upload it again."),
    )


def _type(content: bytes, name: str, allowed: frozenset[FileType]) -> FileType:
    extension = extension_of(name)
    type = type_of(content, extension)
    if type is None or type not in allowed:
        raise UploadRefusedError(
            _("The file is of a type that is not taken here."),
            _("Save it as one of these types and upload that file: %(types)s.") % {"types": shown(allowed)},
            [TAKEN[type].shown] if type else [],
        )
    if extension not in TAKEN[type].extensions:
        raise UploadRefusedError(
            _("The file's name says “%(extension)s”, but it holds %(type)s.")
            % {"extension": extension or "–", "type": TAKEN[type].shown},
            _("Open it, save it under the type that it is meant to have, and upload that file."),
        )
    if len(content) > TAKEN[type].limit:
        raise _too_large(TAKEN[type].limit)
    return type


def _cleaned(content: bytes, type: FileType) -> tuple[bytes, tuple[str, ...], str]:
    if type in PICTURES:
        return *pictures.cleaned(content, type), ""
    if type in OFFICE:
        return *office.cleaned(content), ""
    if type is FileType.PDF:
        return *pdf.cleaned(content), ""
    if type is FileType.SVG:
        return *svg.cleaned(content), ""
    kept, encoding = text.cleaned(content, type)
    return kept, (), encoding
