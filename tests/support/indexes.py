"""Made-up indicators for the tests of the index: skewed, correlated, of both directions, in two dimensions."""

from __future__ import annotations

import numpy as np

from mirti.declarations.index import Treatment
from mirti.index.chain import Chain
from mirti.index.design import Choice, Design, Weights, scaled
from mirti.index.treat import Rules
from mirti.tables import Floats, Index

NAMES = ("illiteracy", "lag", "attendance", "informality", "crowding")
DIMENSION: Index = np.array([0, 0, 0, 1, 1], dtype=np.int32)
PUBLISHED = Choice("automatic", "median", "min_max", "equal", "mixed")


def values(areas: int = 60, seed: int = 1) -> Floats:
    """(A, 5) with one common cause; the last is log-normal, the third falls where the others rise."""
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=(areas, 1))
    made = 20 + 5 * (0.8 * cause + 0.6 * rng.normal(size=(areas, 5)))
    made[:, 2] = 100 - made[:, 2]
    made[:, 4] = np.exp(1.5 * (0.7 * cause[:, 0] + 0.7 * rng.normal(size=areas)))
    return np.asarray(made)


def design(
    *,
    declared: Weights | None = None,
    budget: Weights | None = None,
    own: tuple[Treatment | None, ...] = (None,) * 5,
) -> Design:
    return Design(
        names=NAMES,
        dimension=DIMENSION,
        dimensions=("education", "living"),
        sign=np.array([1.0, 1.0, -1.0, 1.0, 1.0]),
        goalposts=np.array([[0, 60], [0, 60], [40, 100], [0, 60], [0, 50]], dtype=np.float64),
        own_treatment=own,
        declared=declared or scaled(np.array([3.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0, 1.0]), DIMENSION),
        budget=budget,
    )


def parents(areas: int = 60) -> Index:
    return (np.arange(areas) % 4).astype(np.int32)


def chain(matrix: Floats | None = None, its_design: Design | None = None) -> Chain:
    matrix = values() if matrix is None else matrix
    return Chain(matrix, its_design or design(), parents(len(matrix)), Rules())
