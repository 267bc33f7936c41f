"""A population as the census predictor reads it: cells in the order of areas, a table a factor for the predictor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mirti.models.coding import ModelMatrix
from mirti.smallarea.kernels import add_tables
from mirti.smallarea.patterns import PatternCounts
from mirti.tables import Codes, Floats, Index, Ints


@dataclass(frozen=True)
class LinearPredictor:
    """x'β of P patterns from a table a factor, so that no matrix of P rows is ever made.

    codes: (P, k); basis: (T, p) model matrix of the tables' entries; the rest as in `kernels.add_tables`.
    """

    codes: Codes
    basis: Floats
    covariates: Ints
    levels: Ints
    starts: Ints
    table_starts: Ints

    def at(self, beta: Floats) -> Floats:
        """Linear predictor (P,) at coefficients (p,)."""
        table = self.basis @ beta
        return np.asarray(
            add_tables(self.codes, self.covariates, self.levels, self.starts, self.table_starts, table)
        )


@dataclass(frozen=True)
class Population:
    """Children by area and pattern as the predictor reads them: A areas, P patterns, m cells in the order of areas.

    start: (A + 1,) where each area's cells begin; pattern, count: (m,); children: (A,) what areas are weighted by in a
    domain, which a projection may set apart from Σ count; area_x: (A, q) covariates of the area, whose coefficients
    come after those of the matrix.
    """

    linear: LinearPredictor
    start: Ints
    pattern: Index
    count: Floats
    children: Floats
    area_x: Floats


def population(
    patterns: PatternCounts,
    matrix: ModelMatrix,
    *,
    children: Floats | None = None,
    area_x: Floats | None = None,
) -> Population:
    """Patterns (P, k) and their counts (A, P) made ready. Raises InputError where a code is missing or unknown.

    children: (A,) weights of areas in their domains, by default Σ counts; area_x: (A, q), none by default.
    """
    counts = patterns.counts.tocsr()
    areas = counts.shape[0]
    return Population(
        linear=linear_predictor(matrix, patterns.codes),
        start=counts.indptr.astype(np.int64),
        pattern=counts.indices.astype(np.int32),
        count=np.asarray(counts.data, dtype=np.float64),
        children=patterns.children if children is None else children,
        area_x=np.zeros((areas, 0)) if area_x is None else np.asarray(area_x, dtype=np.float64),
    )


def linear_predictor(matrix: ModelMatrix, codes: Codes) -> LinearPredictor:
    """Tables of every factor of the matrix, the intercept first; codes (P, k)."""
    sizes = [len(c.values if c.kind == "numeric" else c.levels) for c in matrix.covariates]
    outside = ((codes < 0) | (codes >= np.array(sizes))).any(axis=1)
    matrix.build(codes[outside])  # refuses them where the model reads them
    position = {covariate.name: i for i, covariate in enumerate(matrix.covariates)}
    keys = [[], *([position[name] for name in factor.split(":")] for factor in matrix.factor_names)]
    tables = [_basis(matrix, factor, key, sizes) for factor, key in zip(_factors(matrix), keys, strict=True)]
    covariates = np.array([i for key in keys for i in key], dtype=np.int64)
    return LinearPredictor(
        codes=np.ascontiguousarray(codes),
        basis=np.concatenate(tables),
        covariates=covariates,
        levels=np.array([sizes[i] for i in covariates], dtype=np.int64),
        starts=_starts([len(key) for key in keys]),
        table_starts=_starts([len(table) for table in tables])[:-1],
    )


def _factors(matrix: ModelMatrix) -> tuple[str | None, ...]:
    return (None, *matrix.factor_names)


def _basis(matrix: ModelMatrix, factor: str | None, key: list[int], sizes: list[int]) -> Floats:
    """Model matrix of a factor alone over the grid of its covariates' levels, 0 in the others' columns."""
    shape = tuple(sizes[i] for i in key)
    codes = np.zeros((math.prod(shape), len(matrix.covariates)), dtype=np.int16)
    if key:
        codes[:, key] = np.indices(shape).reshape(len(shape), -1).T
    own = np.array([name == factor for name in matrix.factors])
    return np.where(own, matrix.build(codes), 0.0)


def _starts(lengths: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
