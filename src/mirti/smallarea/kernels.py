"""Inner loops of the census predictor, compiled.

The linear predictor of the children of an area is gathered once, as moments about the points of a grid; expectations
of any smooth function of it are then short sums. The functions are given by their Taylor coefficients at the grid's
points. The grid has its points at whole multiples of STEP, so that adding an area's effect moves every one of them by
the same number of points and the same rest.
"""

from __future__ import annotations

import math

import numpy as np

from mirti.compiled import compiled
from mirti.tables import Codes, Floats, Index, Ints

STEP = 0.25  # of the grid, in logits
MOMENTS = 8  # moments kept about each point, from the 0th
ORDERS = 11  # Taylor coefficients kept at each point


@compiled
def add_tables(
    codes: Codes, covariates: Ints, levels: Ints, starts: Ints, table_starts: Ints, table: Floats
) -> Floats:
    """Sum over the factors of the entry each pattern (P, k) has in the factor's table; (P,).

    Factor f is over covariates[starts[f] : starts[f + 1]], of so many levels, and its table begins at table_starts[f].
    """
    total = np.zeros(len(codes))
    for p in range(len(codes)):
        for f in range(len(table_starts)):
            at = 0
            for c in range(starts[f], starts[f + 1]):
                at = at * levels[c] + codes[p, covariates[c]]
            total[p] += table[table_starts[f] + at]
    return total


@compiled
def gather_moments(
    start: Ints, pattern: Index, count: Floats, eta: Floats, origin: int, points: int
) -> tuple[Floats, Ints, Ints]:
    """Moments Σ N (η − t)^r about the nearest point t, (A, points, MOMENTS), and each area's first and last point.

    Cells start[d] … start[d + 1] − 1 are those of area d. Point j stands at (origin + j) × STEP.
    """
    areas = len(start) - 1
    moments = np.zeros((areas, points, MOMENTS))
    first, last = np.full(areas, points), np.full(areas, -1)
    for d in range(areas):
        for i in range(start[d], start[d + 1]):
            value = eta[pattern[i]]
            point = math.floor(value / STEP + 0.5)
            rest = value - point * STEP
            j = int(point) - origin
            first[d] = min(first[d], j)
            last[d] = max(last[d], j)
            power = count[i]
            for r in range(MOMENTS):
                moments[d, j, r] += power
                power *= rest
    return moments, first, last


@compiled
def mean_expit_series(origin: int, points: int, nodes: Floats, weights: Floats) -> Floats:
    """Taylor coefficients of t ↦ Σ w expit(t + v) at the grid's points, (ORDERS, points).

    The logistic function obeys s' = s − s², which gives each coefficient from those before it.
    """
    table = np.zeros((ORDERS, points))
    series = np.empty(ORDERS)
    for j in range(points):
        for i in range(len(nodes)):
            t = (origin + j) * STEP + nodes[i]
            below = math.exp(-abs(t)) / (1.0 + math.exp(-abs(t)))  # expit(−|t|), without loss of digits
            _expit_series(below, series)
            table[0, j] += weights[i] * (below if t < 0 else 1.0 - below)
            sign = 1.0
            for n in range(1, ORDERS):
                table[n, j] += weights[i] * series[n] * (1.0 if t < 0 else sign)
                sign = -sign
    return table


@compiled
def _expit_series(value: float, series: Floats) -> None:
    series[0] = value
    for n in range(ORDERS - 1):
        product = 0.0
        for i in range(n + 1):
            product += series[i] * series[n - i]
        series[n + 1] = (series[n] - product) / (n + 1)


@compiled
def area_totals(
    moments: Floats,
    first: Ints,
    last: Ints,
    origin: int,
    series: Floats,
    series_origin: int,
    offset: Floats,
    nodes: Floats,
    weights: Floats,
) -> tuple[Floats, Floats]:
    """Σ N Σ_q w_q g(η + offset + u_q) and the same of g', by area (A,); g by its series, nodes and weights (A, Q)."""
    areas, _, _ = moments.shape
    total, slope = np.zeros(areas), np.zeros(areas)
    choose = _binomials()
    for d in range(areas):
        width = last[d] - first[d] + 1
        if width <= 0:
            continue
        mean = np.zeros(
            (MOMENTS + 1, width)
        )  # coefficients of t ↦ Σ_q w_q g(t + offset + u_q) at the area's points
        for q in range(nodes.shape[1]):
            if weights[d, q] != 0.0:
                move = offset[d] + nodes[d, q]
                whole = math.floor(move / STEP + 0.5)
                at = origin + first[d] + int(whole) - series_origin
                _add_moved(mean, series, at, weights[d, q], move - whole * STEP, choose)
        for j in range(width):
            for r in range(MOMENTS):
                moment = moments[d, first[d] + j, r]
                total[d] += moment * mean[r, j]
                slope[d] += moment * (r + 1) * mean[r + 1, j]
    return total, slope


@compiled
def _add_moved(mean: Floats, series: Floats, at: int, weight: float, rest: float, choose: Floats) -> None:
    """Add to mean, weighted, the coefficients of the series' columns from `at` on, moved by the rest."""
    orders, width = mean.shape
    for r in range(orders):
        power = weight
        for n in range(r, ORDERS):
            factor = choose[n, r] * power
            for j in range(width):
                mean[r, j] += factor * series[n, at + j]
            power *= rest


@compiled
def _binomials() -> Floats:
    choose = np.zeros((ORDERS, ORDERS))
    for n in range(ORDERS):
        choose[n, 0] = 1.0
        for r in range(1, n + 1):
            choose[n, r] = choose[n - 1, r - 1] + choose[n - 1, r]
    return choose
