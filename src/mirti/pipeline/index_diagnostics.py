"""What an index's diagnostics.json says: steps taken, coherence of the indicators, weight of the choices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirti.documents import IndexRecord
from mirti.index.alternatives import Alternatives
from mirti.index.design import NOTHING
from mirti.index.sensitivity import Sensitivity
from mirti.index.uncertainty import spread
from mirti.pipeline.index_inputs import IndexInputs
from mirti.pipeline.indexed import SCALE, Indexed
from mirti.tables import Floats


def index_record(inputs: IndexInputs, indexed: Indexed) -> IndexRecord:
    """The index in figures. A figure that cannot be computed is left out."""
    composite, coherence = indexed.composite, indexed.coherence
    design, shifts = composite.design, np.abs(indexed.draws.ranks - indexed.rankings.published[:, None])
    moved = indexed.sensitivity
    return IndexRecord(
        indicators=len(design.names),
        dimensions=len(design.dimensions),
        draws=indexed.draws.ranks.shape[1],
        choices=_choices(indexed.rankings.alternatives, design.names),
        choices_computed=indexed.rankings.computed,
        top=indexed.top,
        extended=spread(indexed.draws.scores, composite.score).extended,
        dimension_weights=dict(zip(design.dimensions, composite.weights.dimensions.tolist(), strict=True)),
        treated={
            n: what for n, what in zip(design.names, composite.prepared.what, strict=True) if what != "none"
        },
        imputed=inputs.screened.missing,
        correlations=_pairs(design.names, coherence.pearson),
        spearman=_pairs(design.names, coherence.spearman),
        dimension_correlations=_pairs(design.dimensions, coherence.dimensions),
        alpha=_known(design.dimensions, coherence.alpha),
        mean_rank_shift=float(shifts.mean()),
        remainder=indexed.contributions.remainder / SCALE,
        **(_sensitivity(moved) if moved is not None else {}),
    )


def _choices(alternatives: Alternatives, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Every kind of choice, the published value first; an indicator that is left out by its name."""
    found = {
        name: tuple(map(str, values)) for name, values in alternatives.options.items() if name != "left_out"
    }
    if "left_out" in alternatives.options:
        left_out = alternatives.options["left_out"]
        found["left_out"] = tuple("none" if i == NOTHING else names[i] for i in left_out)
    return found


def _pairs(names: Sequence[str], matrix: Floats) -> dict[str, float]:
    return {
        f"{names[i]}:{names[j]}": round(float(matrix[i, j]), 6)
        for i in range(len(names))
        for j in range(i + 1, len(names))
    }


def _known(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True) if value == value}


def _sensitivity(moved: Sensitivity) -> dict[str, dict[str, float] | dict[str, tuple[float, float]]]:
    def intervals(ends: Floats) -> dict[str, tuple[float, float]]:
        return {
            name: (float(low), float(high)) for name, (low, high) in zip(moved.triggers, ends, strict=True)
        }

    return {
        "first_order": _known(moved.triggers, moved.indices.first),
        "total": _known(moved.triggers, moved.indices.total),
        "first_order_interval": intervals(moved.indices.first_interval),
        "total_interval": intervals(moved.indices.total_interval),
    }
