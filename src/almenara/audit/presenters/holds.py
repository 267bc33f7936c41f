"""A legal hold as its readers see it."""

from __future__ import annotations

from dataclasses import dataclass

from almenara.audit.holdable import Kind
from almenara.privacy.models import LegalHold


@dataclass(frozen=True)
class Row:
    """record: its kind and name; its public id where the record is gone or not within the reader's reach."""

    hold: LegalHold
    record: str
    placed_by: str
    lifted_by: str


def row(hold: LegalHold, kind: Kind | None, name: str | None) -> Row:
    label = str(kind.label) if kind else hold.record_type
    lifted_by = hold.lifted_by.name if hold.lifted_by else ""
    return Row(hold, f"{label}: {name or hold.record_key}", hold.placed_by.name, lifted_by)
