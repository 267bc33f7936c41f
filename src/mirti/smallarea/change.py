"""Change of each area's rate between two releases from independent surveys, from the replicates of both.

A release's replicates are draws of the true rate given its estimate. Draws of the change are the later release's less
the earlier's, paired at random and several times over: replicate b of one has nothing to do with replicate b of the
other, even where both were drawn with the same seed. Interval: quantiles of the draws, in proportions. p-value: two
hundred draws cannot say how rare one in ten thousand is, so it comes from the distance of the two means on the logit
scale, where the draws are close to normal, over the root of their variances' sum, by Welch's t.

Over many areas the false discovery rate is controlled (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import logit

from mirti.tables import Floats, Index

DRAWS = 2_000  # paired draws that the quantiles are taken from, at least
LEVEL = 0.95
SMALLEST = 1e-6  # single precision keeps no rate closer to 0 or 1


@dataclass(frozen=True)
class Change:
    """Of n areas, arrays (n,): difference of the published rates, its 95 % interval, p-value, false discovery rate.

    low, high, p_value, q_value: nan without replicates. p_up: share of the draws in which the rate rose.
    """

    difference: Floats
    low: Floats
    high: Floats
    p_value: Floats
    q_value: Floats
    p_up: Floats


def change(
    earlier: Floats, later: Floats, replicates: tuple[Floats, Floats] | None, *, seed: int = 0
) -> Change:
    """Change from the earlier to the later rates (n,). replicates: of both, (n, B) and (n, C), or None."""
    difference = later - earlier
    if replicates is None:
        unknown = np.full(len(difference), np.nan)
        return Change(difference, unknown, unknown, unknown, unknown, unknown)
    draws = paired_draws(*replicates, np.random.default_rng(seed))
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=1)
    p_value = welch(*replicates)
    adjusted = stats.false_discovery_control(p_value) if len(p_value) else p_value
    return Change(difference, low, high, p_value, adjusted, (draws > 0).mean(axis=1))


def paired_draws(earlier: Floats, later: Floats, rng: np.random.Generator) -> Floats:
    """Draws (n, DRAWS or more) of later less earlier, from replicates (n, B) and (n, C); fewer if B × C are."""
    sizes = earlier.shape[1], later.shape[1]
    one, other = rng.permutation(sizes[0]), rng.permutation(sizes[1])
    k = np.arange(min(max(DRAWS, *sizes), sizes[0] * sizes[1]))
    # One step further after every round of both: no pair comes twice.
    return later[:, other[(k + k // np.lcm(*sizes)) % sizes[1]]] - earlier[:, one[k % sizes[0]]]


def welch(earlier: Floats, later: Floats) -> Floats:
    """Two-sided p-values (n,) that the rates' logits have the same mean, from replicates (n, B) and (n, C)."""
    one, other = (
        logit(np.clip(np.asarray(r, dtype=np.float64), SMALLEST, 1 - SMALLEST)) for r in (earlier, later)
    )
    v1, v2 = one.var(axis=1, ddof=1), other.var(axis=1, ddof=1)
    away = other.mean(axis=1) - one.mean(axis=1)
    known = v1 + v2 > 0
    total = np.where(known, v1 + v2, 1)
    df = total**2 / (
        np.where(known, v1, 1) ** 2 / (one.shape[1] - 1) + np.where(known, v2, 1) ** 2 / (other.shape[1] - 1)
    )
    p_value = 2 * stats.t.sf(np.abs(away) / np.sqrt(total), df)
    return np.where(known, p_value, np.where(away == 0, 1.0, 0.0))


@dataclass(frozen=True)
class Transition:
    """Areas that went from one class to another, and their children, earlier and later."""

    before: int
    after: int
    areas: int
    children_before: float
    children_after: float


def transitions(
    before: Index, after: Index, children: tuple[Floats, Floats], classes: int
) -> tuple[Transition, ...]:
    """Every pair of classes, from 1; those that no area went through hold none. All arrays (n,)."""
    return tuple(
        Transition(
            i, j, int(inside.sum()), float(children[0][inside].sum()), float(children[1][inside].sum())
        )
        for i in range(1, classes + 1)
        for j in range(1, classes + 1)
        for inside in [(before == i) & (after == j)]
    )
