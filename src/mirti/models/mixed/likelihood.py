"""The log pseudo-likelihood of the mixed model, its score and its information, by adaptive quadrature.

L = Σ_d log ∫ φ(u) exp{ Σ_c w2_c log ∫ φ(v) exp( Σ_i ℓ_i(η_i + u + v) ) dv } du, Rabe-Hesketh & Skrondal (2006, eq. 3).
Nodes stand around the joint mode of an area's effects, spread by the curvature there (Pinheiro & Bates 1995; Pinheiro
& Chao 2006 for the nested case); one node at each level is Laplace's approximation. Score: Fisher's identity.
Information: Louis (1982), applied at each level in turn because of the weights between them.

Parameters: θ = (β, σ_u, σ_v), p + 2. L is even in either σ, so σ = 0 is an inner point and no boundary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.linalg.blas import dsyrk

from mirti.models.mixed import kernels
from mirti.models.mixed.data import MixedData
from mirti.tables import Floats

BLOCK = 4096  # rows of scores at a time


@cache
def normal_rule(nodes: int) -> tuple[Floats, Floats]:
    """Nodes and log weights of Gauss–Hermite quadrature under the density of a standard normal."""
    at, weight = np.polynomial.hermite_e.hermegauss(nodes)
    return at, np.log(weight / weight.sum())


@dataclass(frozen=True)
class Point:
    """The likelihood at one θ: value; odds (m,) exp η; nodes and posterior weights as the kernels describe them."""

    theta: Floats
    value: float
    odds: Floats
    nodes: tuple[Floats, Floats, Floats, Floats, Floats]


@dataclass(frozen=True)
class Slope:
    """score: (p + 2,); by_area: (S, 2) of it in the two σ; residual (m,), moments (m, 3): posterior means by cell."""

    score: Floats
    by_area: Floats
    residual: Floats
    moments: Floats


class Likelihood:
    """Of data, with as many nodes for the area's effect and for the PSU's as given.

    It remembers the modes, from which the next search starts: an evaluation near the last one is cheap.
    """

    def __init__(self, data: MixedData, nodes: tuple[int, int]) -> None:
        self.data = data
        self.rules = (*normal_rule(nodes[0]), *normal_rule(nodes[1] if data.nested else 1))
        areas, psus = len(data.areas), data.psus
        self._places = (np.zeros(areas), np.ones(areas), np.zeros(psus), np.ones(psus), np.zeros(psus))
        self._cells = (data.sw, data.swy, data.psu_start, data.psu_weight, data.area_start)
        self.area_of = np.repeat(np.arange(areas, dtype=np.int32), np.diff(data.area_start))
        sizes = np.diff(data.psu_start)
        self._level_two = np.repeat(data.psu_weight, sizes)

    def at(self, theta: Floats) -> Point:
        data = self.data
        eta = np.clip(data.x @ theta[:-2], -kernels.FAR, kernels.FAR)
        sigma = (float(theta[-2]), float(theta[-1]))
        odds = np.exp(eta)
        kernels.find_modes(odds, *self._cells, sigma, self._places)
        rules = self._rules(sigma)
        nodes = self._empty(len(rules[0]), len(rules[2]))
        value = kernels.integrate(odds, *self._cells, sigma, self._places, rules, nodes)
        return Point(theta, value + float((self._level_two * data.swy) @ eta), odds, nodes)

    def slope(self, point: Point) -> Slope:
        data = self.data
        residual, moments = np.empty(len(data.sw)), np.empty((len(data.sw), 3))
        by_area = np.empty((len(data.areas), 2))
        kernels.expectations(point.odds, *self._cells, point.nodes, residual, moments, by_area)
        return Slope(np.concatenate([residual @ data.x, by_area.sum(axis=0)]), by_area, residual, moments)

    def information(self, point: Point, slope: Slope) -> Floats:
        """Minus the second derivatives of L, (p + 2, p + 2)."""
        data, p = self.data, self.data.x.shape[1]
        information = np.zeros((p + 2, p + 2))
        information[:p, :p] = _weighted_gram(data.x, slope.moments[:, 0])
        information[:p, p:] = data.x.T @ slope.moments[:, 1:]
        information[p:, :p] = information[:p, p:].T
        variance, corner = self._score_variances(point)
        information[p:, p:] = _symmetric(corner)
        return information - variance

    def area_scores(self, slope: Slope) -> Floats:
        """(S, p + 2) each area's part of the score."""
        data = self.data
        cells = data.psu_start[data.area_start[:-1]]
        return np.hstack([np.add.reduceat(data.x * slope.residual[:, None], cells), slope.by_area])

    def _score_variances(self, point: Point) -> tuple[Floats, Floats]:
        """Variance of the score over the effects given the data, (p + 2, p + 2); curvature in the σ (2, 2)."""
        data, nodes = self.data, point.nodes
        area_weight = nodes[1]
        width, size = data.x.shape[1] + 2, nodes[2].shape[1] * nodes[2].shape[2]
        area_rows, corner = np.zeros((*area_weight.shape, width)), np.zeros((2, 2))
        step = max(1, BLOCK // size)
        upper = np.zeros((width, width), order="F")
        for first in range(0, data.psus, step):
            last = min(first + step, data.psus)
            rows = np.empty(((last - first) * size, width))
            kernels.score_rows(
                first,
                last,
                data.x,
                point.odds,
                *self._cells[:-1],
                self.area_of,
                nodes,
                rows,
                area_rows,
                corner,
            )
            upper = dsyrk(1.0, rows.T, beta=1.0, c=upper, overwrite_c=True)
        area_rows -= (area_weight[:, :, None] * area_rows).sum(axis=1, keepdims=True)
        area_rows *= np.sqrt(area_weight)[:, :, None]
        upper = dsyrk(1.0, area_rows.reshape(-1, width).T, beta=1.0, c=upper, overwrite_c=True)
        return _symmetric(upper), corner

    def _rules(self, sigma: tuple[float, float]) -> tuple[Floats, Floats, Floats, Floats]:
        """An effect that is 0 needs one node."""
        at_k, log_k, at_j, log_j = self.rules
        one = normal_rule(1)
        return (*((at_k, log_k) if sigma[0] else one), *((at_j, log_j) if sigma[1] else one))

    def _empty(self, k: int, j: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        areas, psus = len(self.data.areas), self.data.psus
        return (
            np.empty((areas, k)), np.empty((areas, k)),
            np.empty((psus, k, j)), np.empty((psus, k, j)), np.empty((psus, k, j)),
        )  # fmt: skip


def _weighted_gram(x: Floats, weight: Floats) -> Floats:
    """Σ weight x x', (p, p), by blocks that stay in a core's cache."""
    root, upper = np.sqrt(weight), np.zeros((x.shape[1], x.shape[1]), order="F")
    for first in range(0, len(x), BLOCK):
        rows = slice(first, first + BLOCK)
        scaled = x[rows] * root[rows, None]
        upper = dsyrk(1.0, scaled.T, beta=1.0, c=upper, overwrite_c=True)
    return _symmetric(upper)


def _symmetric(upper: Floats) -> Floats:
    return np.asarray(np.triu(upper) + np.triu(upper, 1).T)
