"""File names as people send them, made harmless to show, to store and to hand to another program."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120  # characters, extension included
LONGEST_EXTENSION = 10
FORBIDDEN = re.compile(r'[<>:"|?*]')  # Windows refuses them
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
UNSEEN = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
}  # control, format (right-to-left override), surrogate, private


def clean_name(name: str, otherwise: str = "file") -> str:
    """The last part of a path without characters that cannot be seen or that a system refuses.

    At most 120 characters; the extension is kept. otherwise: the name where nothing is left of it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(
        " " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c) not in UNSEEN
    )
    stem, dot, extension = FORBIDDEN.sub("_", " ".join(seen.split())).strip(". ").rpartition(".")
    if not dot or len(extension) > LONGEST_EXTENSION:
        stem, dot, extension = stem + dot + extension, "", ""
    stem = stem.strip(". ")[: LONGEST - len(dot + extension)].rstrip(". ") or otherwise
    return f"{'_' if stem.split('.')[0].lower() in DEVICES else ''}{stem}{dot}{extension}"


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
