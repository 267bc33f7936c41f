"""Drivers: how far each factor takes a territory's rate from the national one.

The linear predictor is split into one component a factor, η(x) = constant + Σ_g f_g(x). Contribution of factor g to
territory d: (mean f_g in d − mean f_g in the nation) × mean slope, where the slope is the average of the children's
mean p(1 − p) in d and in the nation. For a main effect this is (x̄_dg − x̄_g)'β_g × slope. Nothing is divided by the
distance that is being explained, as Yun's weights are.

With interactions the columns of a factor depend on which level is the reference. The components do not: each is centred
on the national distribution of its covariates, the lower-order part of an interaction going to the main effects
(functional analysis of variance; Hoeffding 1948). They are linear in β, so their means are a sparse matrix times β,
which is made once a census: a replicate of the bootstrap costs one small product.

With R(d) the rate as published, R_post(d) without the benchmark's shift, and R_prior(d) without the shift and as if
nothing were known of the area's effect but its distribution N(0, σ_u²), all by the same quadrature:

    benchmark    [R − R_post](d) − [R − R_post](nation)
    area_effect  [R_post − R_prior](d) − [R_post − R_prior](nation)
    remainder    what curvature and distribution leave

so the rows of a territory sum to its distance from the national rate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import sparse

from mirti.characterise.grouping import Grouping
from mirti.models.coding import ModelMatrix
from mirti.smallarea.patterns import PatternCounts
from mirti.smallarea.predictor import KnownEffects, PredictiveState, Rates, expected
from mirti.smallarea.projection import Projection
from mirti.tables import Covariate, Floats, Index, Ints

AREA_EFFECT, BENCHMARK, REMAINDER = "area_effect", "benchmark", "remainder"
OWN_ROWS = (AREA_EFFECT, BENCHMARK, REMAINDER)  # rows that belong to no factor

Key = tuple[int, ...]  # positions of the covariates of a factor


@dataclass(frozen=True)
class Drivers:
    """Contributions in proportions. factors: (F,), the remainder last; areas: (A, F); domains: (G, F)."""

    factors: tuple[str, ...]
    areas: Floats
    domains: Floats


@dataclass(frozen=True)
class Component:
    """A factor's component over the grid of its levels (T,), as a linear map of columns (J,) of β: table (T, J)."""

    key: Key
    columns: Ints
    table: Floats


class DriverMap:
    """Drivers of the territories of one census: T = A areas, then G domains.

    factors: (F + 3,) the model's factors, the covariates of areas, then area_effect, benchmark, remainder.
    """

    def __init__(
        self,
        matrix: ModelMatrix,
        patterns: PatternCounts,
        grouping: Grouping,
        *,
        area_x: Floats | None = None,
        area_names: Sequence[str] = (),
    ) -> None:
        """area_x: (A, q) covariates of areas, whose coefficients come after the matrix's; every area holds children."""
        self.factors = (*matrix.factor_names, *area_names, *OWN_ROWS)
        self._grouping = grouping
        self._columns = len(matrix.names) + len(area_names)
        blocks = [*self._census_blocks(matrix, patterns), *self._area_blocks(matrix, area_x)]
        self._map = self._assembled(blocks, len(self.factors) - len(OWN_ROWS))

    def rows(self, beta: Floats, final: Rates, posterior: Rates, prior: Rates) -> Floats:
        """Contributions (T, F + 3) at coefficients (p + q,); the areas' rates as published, without the benchmark, and
        at the effects' prior.
        """
        slope = self._grouping.with_nation(final.slope)
        parts = self._parts(beta) * ((slope[:-1] + slope[-1]) / 2)[:, None]
        effect = self._grouping.distances(posterior.rate) - self._grouping.distances(prior.rate)
        shifted = self._grouping.distances(final.rate) - self._grouping.distances(posterior.rate)
        remainder = self._grouping.distances(final.rate) - parts.sum(axis=1) - effect - shifted
        return np.column_stack([parts, effect, shifted, remainder])

    def _parts(self, beta: Floats) -> Floats:
        """(T, F) mean component of each factor less the nation's, on the logit scale."""
        return np.asarray(self._map @ beta).reshape(self._grouping.size, -1)

    def _census_blocks(
        self, matrix: ModelMatrix, patterns: PatternCounts
    ) -> Iterator[tuple[int, Ints, Floats]]:
        """Factor, columns (J,) and means (A, J) of the factors that children differ in."""
        sizes = [level_count(covariate) for covariate in matrix.covariates]
        names = {_key(matrix, factor): i for i, factor in enumerate(matrix.factor_names)}
        singles = [(i,) for i in range(len(sizes))]
        held = {key: _distribution(patterns, key, sizes) for key in {*names, *singles}}
        weight = self._grouping.children / self._grouping.children.sum()
        shares = [weight @ held[key] for key in singles]
        for component in components(matrix, shares):
            yield names[component.key], component.columns, held[component.key] @ component.table

    def _area_blocks(self, matrix: ModelMatrix, area_x: Floats | None) -> Iterator[tuple[int, Ints, Floats]]:
        values = np.zeros((len(self._grouping.group), 0)) if area_x is None else area_x
        for j in range(values.shape[1]):
            column = np.array([len(matrix.names) + j], dtype=np.int64)
            yield len(matrix.factor_names) + j, column, values[:, [j]]

    def _assembled(self, blocks: Sequence[tuple[int, Ints, Floats]], factors: int) -> sparse.csr_array:
        """The map (T · F, p + q) from coefficients to the factors' means, less the nation's."""
        rows, columns, values = [], [], []
        for factor, its, means in blocks:
            distances = np.column_stack([self._grouping.distances(mean) for mean in means.T])
            row = np.arange(len(distances)) * factors + factor
            rows.append(np.repeat(row, len(its)))
            columns.append(np.tile(its, len(distances)))
            values.append(distances.ravel())
        shape = (self._grouping.size * factors, self._columns)
        where = (np.concatenate(rows), np.concatenate(columns))
        return sparse.coo_array((np.concatenate(values), where), shape=shape).tocsr()


class StateDrivers:
    """Drivers (T, F + 3) of any state of the mixed model: the estimate's, or a functional of the bootstrap."""

    def __init__(self, territories: DriverMap) -> None:
        self._map = territories

    def __call__(self, state: PredictiveState) -> Floats:
        if math.isnan(state.sigma_u):
            raise ValueError("the state of a model without σ_u has no prior to take drivers from")
        unshifted = np.zeros_like(state.shift)
        posterior = expected(state.gathered, state.sigma_v, state.effects, unshifted)
        # An effect of which nothing is known adds to the PSU's: one normal, and one integral instead of two.
        spread = math.hypot(state.sigma_u, state.sigma_v)
        prior = expected(state.gathered, spread, KnownEffects(unshifted), unshifted)
        return self._map.rows(state.beta, state.rates, posterior, prior)


def contributions(beta: Floats, matrix: ModelMatrix, projection: Projection, groups: Index) -> Drivers:
    """Drivers of a model without effects and benchmark, whose projection was made from the same beta (p,)."""
    areas = projection.areas
    grouping = Grouping(groups, len(projection.domains.risk), areas.children)
    territories = DriverMap(matrix, projection.patterns, grouping)
    rates = Rates(areas.risk, areas.slope)
    rows = territories.rows(beta, rates, rates, rates)
    kept = [i for i, name in enumerate(territories.factors) if name not in (AREA_EFFECT, BENCHMARK)]
    return Drivers(
        factors=tuple(territories.factors[i] for i in kept),
        areas=rows[: len(areas.risk), kept],
        domains=rows[len(areas.risk) :, kept],
    )


def components(matrix: ModelMatrix, shares: Sequence[Floats]) -> Iterator[Component]:
    """The factors' components as linear maps of β; those of a factor add up, each over columns of its own.

    shares: of every covariate, the nation's distribution over its levels.
    """
    keys = {_key(matrix, factor) for factor in matrix.factor_names}
    for factor in matrix.factor_names:
        key = _key(matrix, factor)
        columns = np.array([j for j, name in enumerate(matrix.factors) if name == factor], dtype=np.int64)
        homes: dict[Key, Floats] = {}
        for part, component in _split(key, _table(matrix, key, columns), shares):
            # A lower-order part that the model has no term for stays with the interaction.
            home = part if part in keys else key
            homes[home] = homes.get(home, 0.0) + _spread(component, key, home)
        for home, table in homes.items():
            shape = (*(level_count(matrix.covariates[i]) for i in home), len(columns))
            yield Component(home, columns, np.broadcast_to(table, shape).reshape(-1, len(columns)))


def level_count(covariate: Covariate) -> int:
    return len(covariate.values) if covariate.kind == "numeric" else len(covariate.levels)


def _key(matrix: ModelMatrix, factor: str) -> Key:
    position = {covariate.name: i for i, covariate in enumerate(matrix.covariates)}
    return tuple(sorted(position[name] for name in factor.split(":")))


def _table(matrix: ModelMatrix, key: Key, columns: Ints) -> Floats:
    """A factor's columns over the grid of its covariates' levels, the columns on the last axis."""
    shape = tuple(level_count(matrix.covariates[i]) for i in key)
    codes = np.zeros((math.prod(shape), len(matrix.covariates)), dtype=np.int16)
    codes[:, key] = np.indices(shape).reshape(len(shape), -1).T
    return matrix.build(codes)[:, columns].reshape(*shape, len(columns))


def _distribution(patterns: PatternCounts, key: Key, sizes: Sequence[int]) -> Floats:
    """(A, T) how each area's children are spread over the grid of the levels of the covariates in `key`."""
    shape = tuple(sizes[i] for i in key)
    cell = np.ravel_multi_index(tuple(patterns.codes[:, i] for i in key), shape)
    at = (np.arange(len(cell)), cell)
    held = sparse.csr_array((np.ones(len(cell)), at), shape=(len(cell), math.prod(shape)))
    counts: Floats = (patterns.counts @ held).toarray()
    return counts / patterns.children[:, None]


def _split(key: Key, table: Floats, shares: Sequence[Floats]) -> Iterator[tuple[Key, Floats]]:
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


def _mean_over(table: Floats, key: Key, covariates: Sequence[int], shares: Sequence[Floats]) -> Floats:
    for i in covariates:
        table = np.expand_dims(np.average(table, axis=key.index(i), weights=shares[i]), key.index(i))
    return table


def _spread(component: Floats, key: Key, home: Key) -> Floats:
    """Drop the axes of length one that `home` does not have; the rest broadcasts."""
    absent = tuple(axis for axis, i in enumerate(key) if i not in home)
    return component.squeeze(axis=absent)
