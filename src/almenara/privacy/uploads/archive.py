"""Zip archives from strangers: nothing is unpacked before the directory has been believed, nor more than it says."""

from __future__ import annotations

import io
import zipfile

from django.utils.translation import gettext as _

from almenara.privacy.uploads.refusals import UploadRefusedError, damaged
from almenara.privacy.uploads.sniffing import PACKED

MOST_ENTRIES = 2_000
MOST_BYTES = 200 << 20
MOST_RATIO, SMALL = 200, 1 << 20  # a part of less than 1 MiB may be as dense as it likes
LOCAL_HEADER = 30
NAMED_OTHERWISE = (
    ".zip",
    ".jar",
    ".7z",
    ".rar",
    ".gz",
    ".exe",
    ".dll",
    ".js",
    ".vbs",
    ".ps1",
    ".bat",
    ".lnk",
    ".hta",
)


def parts_of(content: bytes) -> dict[str, bytes]:
    """Every part by its name.

    Raises UploadRefusedError for a bomb, a name that leads out of the archive, or another file inside.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_directory(entries, archive.comment)
            _check_lie_apart(entries, archive.start_dir)
            parts = {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise damaged() from error
    except Exception as error:
        if type(error).__name__ == "error":  # zlib's
            raise damaged() from error
        raise
    inside = [name for name, part in parts.items() if _is_packed(name, part)]
    if inside:
        raise UploadRefusedError(
            _("The file holds other files: archives, programs or embedded documents."),
            _("Remove what is embedded, or paste it as a picture, and upload the file again."),
            inside,
        )
    return parts


def _check_directory(entries: list[zipfile.ZipInfo], comment: bytes) -> None:
    names = [entry.filename for entry in entries]
    _check_size(entries)
    outside = [name for name in names if _leaves(name)]
    if outside or len({name.casefold() for name in names}) < len(names) or comment:
        raise UploadRefusedError(
            _(
                "The file is not what an office program writes: its parts lead elsewhere or have one name twice."
            ),
            _("Open it where it was made, save it as a new file, and upload that one."),
            outside,
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise UploadRefusedError(
            _("The file is encrypted, so that nobody can see what it holds."),
            _("Save it without a password and upload that file."),
        )


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    dense = [
        e.filename
        for e in entries
        if e.file_size > SMALL and e.file_size > MOST_RATIO * max(1, e.compress_size)
    ]
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES or dense:
        raise UploadRefusedError(
            _(
                "The file unpacks to far more than it seems to hold, as a file that is made to stop a computer does."
            ),
            _("Split it into smaller files, or save the table as CSV, and upload those."),
            dense,
        )


def _leaves(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name


def _check_lie_apart(entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Parts that share bytes make a bomb of a small directory; bytes before the first part belong to another file."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [
        entry.header_offset + LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size
        for entry in ordered
    ]
    begins = [entry.header_offset for entry in ordered[1:]] + [directory]
    if (
        not ordered
        or ordered[0].header_offset != 0
        or any(end > begin for end, begin in zip(ends, begins, strict=True))
    ):
        raise damaged()


def _is_packed(name: str, part: bytes) -> bool:
    return name.lower().endswith(NAMED_OTHERWISE) or any(
        part.startswith(magic) for magic in PACKED if len(magic) > 2 or not name.endswith((".xml", ".rels"))
    )
