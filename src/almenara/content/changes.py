"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """kind: same, added or removed."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The pieces kept and added, in order, are the text after; those kept and removed are the text before."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    made: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            made.append(Piece("same", "".join(new[c:d])))
            continue
        made += [Piece("removed", "".join(old[a:b]))] if b > a else []
        made += [Piece("added", "".join(new[c:d]))] if d > c else []
    return made
