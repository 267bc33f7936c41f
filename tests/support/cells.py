"""Hand-made cells and fits for the stages after the collapse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.tables import CensusCells, Covariate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FakeFit:
    """Coefficients as if fitted."""

    beta: Floats
    cov: Floats
    df: float = 40


def covariates(reference: int = 0) -> tuple[Covariate, ...]:
    return (
        Covariate("sex", ("female", "male"), reference=reference),
        Covariate("schooling", ("on time", "behind", "out"), reference=2 * reference),
        Covariate("age", ("10", "11", "12"), kind="numeric", values=(10.0, 11.0, 12.0)),
    )


def census(seed: int = 1, areas: int = 7, cells: int = 60) -> CensusCells:
    """Random cells, some of the same area and pattern twice; every area holds children."""
    rng = np.random.default_rng(seed)
    codes = np.column_stack([rng.integers(0, n, cells) for n in (2, 3, 3)]).astype(np.int16)
    area = np.concatenate([np.arange(areas), rng.integers(0, areas, cells - areas)]).astype(np.int32)
    names = tuple(f"{i:03d}" for i in range(areas))
    return CensusCells(covariates(), names, area, codes, rng.uniform(1, 50, cells))


def random_fit(columns: int, seed: int = 1) -> FakeFit:
    rng = np.random.default_rng(seed)
    root = rng.normal(0, 0.05, (columns, columns))
    beta = rng.normal(0, 0.5, columns)
    beta[0] = -2.0
    return FakeFit(beta, root @ root.T)
