"""Ranks of territories by risk."""

from __future__ import annotations

import numpy as np

from mirti.tables import Floats, Ints


def competition_ranks(risk: Floats) -> Ints:
    """Rank of each risk (A,), 1 the highest; equal risks share the best rank and the next ones are skipped."""
    ordered = np.sort(-risk)
    return np.searchsorted(ordered, -risk, side="left").astype(np.int64) + 1
