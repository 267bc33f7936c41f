"""Drivers: how far each factor takes a territory's rate from the national one.

The linear predictor is split into one component a factor, η(x) = constant + Σ_g f_g(x). Contribution of factor g to
territory d: (mean f_g in d − mean f_g in the nation) × mean slope, where the slope is the average of the children's
mean p(1 − p) in d and in the nation. For a main effect this is (x̄_dg − x̄_g)'β_g × slope. What curvature and
distribution leave is the row "remainder", so the rows of a territory sum to its distance from the national rate.

With interactions the columns of a factor depend on which level is the reference. The components do not: each is centred
on the national distribution of its covariates, the lower-order part of an interaction going to the main effects
(functional analysis of variance; Hoeffding 1948).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mirti.models.coding import ModelMatrix
from mirti.smallarea.patterns import sum_by
from mirti.smallarea.projection import Estimates, Projection
from mirti.tables import Codes, Covariate, Floats, Index

REMAINDER = "remainder"

Key = tuple[int, ...]  # positions of the covariates of a factor


@dataclass(frozen=True)
class Drivers:
    """Contributions in proportions. factors: (F,), the remainder last; areas: (A, F); domains: (G, F)."""

    factors: tuple[str, ...]
    areas: Floats
    domains: Floats


def contributions(
    beta: Floats, matrix: ModelMatrix, projection: Projection, groups: Index | None = None
) -> Drivers:
    """Contributions of every factor group to each area and domain of a projection made from the same beta (p,)."""
    patterns = projection.patterns
    components = factor_components(beta, matrix, patterns.codes, patterns.pattern_totals())
    totals = patterns.totals(lambda codes: _values(components, codes))
    domains = projection.domains
    inside = np.zeros(0, dtype=bool) if groups is None else groups >= 0
    by_domain = (
        sum_by(totals[inside], groups[inside], len(domains.risk)) if groups is not None else totals[:0]
    )
    national = totals.sum(axis=0) / projection.nation.children
    return Drivers(
        factors=(*matrix.factor_names, REMAINDER),
        areas=_rows(totals, national, projection.areas, projection.nation),
        domains=_rows(by_domain, national, domains, projection.nation),
    )


def factor_components(beta: Floats, matrix: ModelMatrix, codes: Codes, children: Floats) -> dict[Key, Floats]:
    """Component of each factor as a table over the levels of its covariates, in the order of the factors.

    codes: (P, k) patterns, children: (P,) how many hold each; they give the national distributions.
    """
    shares = [
        np.bincount(codes[:, i], children, minlength=level_count(covariate)) / children.sum()
        for i, covariate in enumerate(matrix.covariates)
    ]
    tables = {_key(matrix, factor): _table(beta, matrix, factor) for factor in matrix.factor_names}
    components = {key: np.zeros_like(table) for key, table in tables.items()}
    for key, table in tables.items():
        for part, component in _split(key, table, shares):
            # A lower-order part that the model has no term for stays with the interaction.
            home = part if part in components else key
            components[home] += _spread(component, key, home)
    return components


def level_count(covariate: Covariate) -> int:
    return len(covariate.values) if covariate.kind == "numeric" else len(covariate.levels)


def _key(matrix: ModelMatrix, factor: str) -> Key:
    position = {covariate.name: i for i, covariate in enumerate(matrix.covariates)}
    return tuple(sorted(position[name] for name in factor.split(":")))


def _table(beta: Floats, matrix: ModelMatrix, factor: str) -> Floats:
    """The factor's part of the linear predictor over the grid of its covariates' levels."""
    key = _key(matrix, factor)
    shape = tuple(level_count(matrix.covariates[i]) for i in key)
    codes = np.zeros((int(np.prod(shape)), len(matrix.covariates)), dtype=np.int16)
    codes[:, key] = np.indices(shape).reshape(len(shape), -1).T
    columns = [j for j, name in enumerate(matrix.factors) if name == factor]
    return (matrix.build(codes)[:, columns] @ beta[columns]).reshape(shape)


def _split(key: Key, table: Floats, shares: list[Floats]) -> Iterator[tuple[Key, Floats]]:
    """Components of a table over `key` by every non-empty subset of its covariates, each centred; kept in full rank."""
    pure: dict[Key, Floats] = {}
    for size in range(len(key) + 1):
        for part in combinations(key, size):
            component = _mean_over(table, key, [i for i in key if i not in part], shares)
            for lower, known in pure.items():
                if set(lower) < set(part):
                    component = component - known
            pure[part] = component
            if part:
                yield part, component


def _mean_over(table: Floats, key: Key, covariates: list[int], shares: list[Floats]) -> Floats:
    for i in covariates:
        table = np.expand_dims(np.average(table, axis=key.index(i), weights=shares[i]), key.index(i))
    return table


def _spread(component: Floats, key: Key, home: Key) -> Floats:
    """Drop the axes of length one that `home` does not have; the rest broadcasts."""
    absent = tuple(axis for axis, i in enumerate(key) if i not in home)
    return component.squeeze(axis=absent)


def _values(components: dict[Key, Floats], codes: Codes) -> Floats:
    return np.column_stack([table[tuple(codes[:, i] for i in key)] for key, table in components.items()])


def _rows(totals: Floats, national: Floats, territories: Estimates, nation: Estimates) -> Floats:
    slope = (territories.slope + nation.slope) / 2
    parts = (totals / territories.children[:, None] - national) * slope[:, None]
    remainder = territories.risk - nation.risk - parts.sum(axis=1)
    return np.column_stack([parts, remainder])
