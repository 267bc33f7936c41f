"""Foreign text made harmless to the eye: what has no shape of its own is shown by its number."""

from __future__ import annotations

import json
import unicodedata

UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
LONGEST = 1000


def plain(text: str) -> str:
    """The text in one line: control, format and direction marks as ⟨U+0000⟩, and no more than a thousand characters."""
    cut = text[:LONGEST]
    seen = "".join(
        char if unicodedata.category(char) not in UNSEEN else f"⟨U+{ord(char):04X}⟩" for char in cut
    )
    return f"{seen}…" if len(text) > LONGEST else seen


def value(kept: object) -> str:
    """A value of the entry's detail: a text as it is, anything else as JSON; nothing for null."""
    if kept is None:
        return ""
    return plain(kept if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False))
