"""Do the indicators of a dimension say the same thing? Correlations, Cronbach's alpha, and what to be warned of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from mirti.index.chain import Composite
from mirti.index.design import Design
from mirti.tables import Floats

TWINS = 0.92  # two indicators so alike count the same thing twice (the limit of the JRC's audits)
FEW_AREAS = 10


@dataclass(frozen=True)
class Coherence:
    """Pearson and Spearman correlations of the normalised indicators (k, k), Pearson of the dimensions (D, D).

    alpha: (D,) Cronbach's, nan for a dimension of one indicator.
    """

    design: Design
    pearson: Floats
    spearman: Floats
    dimensions: Floats
    alpha: Floats


def coherence_of(composite: Composite) -> Coherence:
    """What the indicators, all turned so that more is worse, have in common."""
    design, values = composite.design, composite.normalised
    ranks = stats.rankdata(values, axis=0)
    return Coherence(
        design=design,
        pearson=correlations(values),
        spearman=correlations(ranks),
        dimensions=correlations(composite.dimensions),
        alpha=np.array([cronbach(values[:, design.members(d)]) for d in range(len(design.dimensions))]),
    )


def correlations(values: Floats) -> Floats:
    """(k, k) Pearson correlations of the columns of (A, k); 0 for a column of one value."""
    centred = values - values.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    standard = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    return np.asarray(np.clip(standard.T @ standard, -1.0, 1.0))


def cronbach(values: Floats) -> float:
    """k / (k − 1) · (1 − Σ var / var of the sum) (Cronbach 1951); nan for one column, or where the sum is constant."""
    k = values.shape[1]
    total = values.sum(axis=1).var()
    return (
        float(k / (k - 1) * (1 - values.var(axis=0).sum() / total)) if k > 1 and total > 0 else float("nan")
    )


def warnings_of(coherence: Coherence, areas: int) -> list[str]:
    """What whoever uses the index should know of its indicators, in sentences."""
    design = coherence.design
    found = []
    for i, j in _pairs(design):
        value, names = coherence.pearson[i, j], f"'{design.names[i]}' and '{design.names[j]}'"
        where = design.dimensions[design.dimension[i]]
        if value < 0:
            found.append(
                f"{names} of the dimension '{where}' pull apart (correlation {value:.2f}): what one adds to the index "
                "the other takes away. Check their directions, or put them into different dimensions."
            )
        elif value > TWINS:
            found.append(
                f"{names} of the dimension '{where}' are nearly the same (correlation {value:.2f}) and count twice."
            )
    return [*found, *_size_warnings(areas, len(design.names))]


def _pairs(design: Design) -> list[tuple[int, int]]:
    """Positions of every two indicators of one dimension."""
    k = len(design.names)
    return [(i, j) for i in range(k) for j in range(i + 1, k) if design.dimension[i] == design.dimension[j]]


def _size_warnings(areas: int, indicators: int) -> list[str]:
    found = []
    if areas < indicators:
        found.append(
            f"There are fewer areas ({areas}) than indicators ({indicators}): correlations and principal components "
            "describe these areas and nothing beyond them."
        )
    if areas < FEW_AREAS:
        found.append(f"There are only {areas} areas: ranks, classes and their intervals mean little.")
    return found
