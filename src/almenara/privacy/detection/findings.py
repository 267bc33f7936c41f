"""What is found in a text, and which of two findings stays where they overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    DOCUMENT = "document"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, order=True)
class Finding:
    """Characters start to end (exclusive) of the text."""

    start: int
    end: int
    kind: Kind

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def apart(findings: Iterable[Finding]) -> list[Finding]:
    """Without overlaps: the earlier in the order given wins."""
    kept: list[Finding] = []
    for finding in findings:
        if all(finding.end <= other.start or other.end <= finding.start for other in kept):
            kept.append(finding)
    return sorted(kept)
