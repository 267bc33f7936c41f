"""Benchmark: a shift of the logits a domain, so that the areas' rates add up to the domain's design-based rate.

The shift enters every child's linear predictor, so rates stay within 0 and 1; areas are weighted by their children.
The equation has one root, as a rate grows with the shift: Newton's method on the logit of the rate, within a bracket.
A domain whose direct rate is unknown, 0 or 1 has no finite shift: it takes the nation's, and says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from mirti.smallarea.predictor import Effects, PredictiveState, Rates, Spread, expected
from mirti.tables import Floats, Index

CLOSE = 1e-11  # of the logit of a domain's rate
LARGEST = 30.0  # logits; a shift beyond it is of a rate that no shift reaches
STEPS = 100

Expect: TypeAlias = Callable[[Floats], Rates]


@dataclass(frozen=True)
class Targets:
    """What the areas' rates are to agree with.

    group: (A,) the domain of each area, −1 for none; direct: (G,) design-based rates, nan without sample; nation: the
    country's. A nation that is its own only domain has group 0 everywhere.
    """

    group: Index
    direct: Floats
    nation: float


@dataclass(frozen=True)
class Shifts:
    """Logits added. domains: (G,); nation: nan where no area needs it; areas: (A,).

    borrowed: (G,) domains that took the nation's.
    """

    domains: Floats
    nation: float
    areas: Floats
    borrowed: NDArray[np.bool_]


def benchmark(
    gathered: Spread,
    sigma_v: float,
    effects: Effects,
    children: Floats,
    targets: Targets,
    sigma_u: float = math.nan,
) -> tuple[PredictiveState, Shifts]:
    """The state whose domains' rates, weighted by children (A,), are the direct ones, and the shifts that do it."""

    def expect(shift: Floats) -> Rates:
        return expected(gathered, sigma_v, effects, shift)

    shifts = find_shifts(expect, children, targets)
    rates = expect(shifts.areas)
    return PredictiveState(gathered, sigma_v, effects, shifts.areas, rates, sigma_u), shifts


def find_shifts(expect: Expect, children: Floats, targets: Targets) -> Shifts:
    """Shifts by domain; expect: the areas' rates at shifts (A,)."""
    borrowed = ~_reachable(targets.direct)
    orphan = (targets.group < 0) | np.append(borrowed, False)[targets.group]
    nation = np.nan
    if orphan.any():
        everywhere = np.zeros(len(children), dtype=np.int32)
        nation = float(_solve(expect, children, everywhere, np.array([targets.nation]))[0])
    group = np.where(orphan, -1, targets.group).astype(np.int32)
    domains = _solve(expect, children, group, targets.direct)
    domains = np.where(borrowed, nation, domains)
    return Shifts(domains, nation, _of_areas(domains, targets.group, nation), borrowed)


def no_shifts(areas: int, domains: int = 0) -> Shifts:
    """What a run without a benchmark has."""
    return Shifts(np.zeros(domains), 0.0, np.zeros(areas), np.zeros(domains, dtype=bool))


def domain_rates(rate: Floats, children: Floats, group: Index, domains: int) -> Floats:
    """Rates (G,) of domains from those of their areas (A,), weighted by children; nan for a domain without children."""
    inside = (group >= 0) & (children > 0)
    at, weight = group[inside], children[inside]
    total = np.bincount(at, weight, minlength=domains)
    expected_children = np.bincount(at, weight * rate[inside], minlength=domains)
    return np.asarray(np.divide(expected_children, total, out=np.full(domains, np.nan), where=total > 0))


def _solve(expect: Expect, children: Floats, group: Index, direct: Floats) -> Floats:
    """Shift of each domain that has areas in `group` and a direct rate between 0 and 1; 0 for the others."""
    domains = len(direct)
    target = logit(np.where(_reachable(direct), direct, 0.5))
    wanted = _reachable(direct) & (np.bincount(group[group >= 0], minlength=domains) > 0)
    shift, low, high = np.zeros(domains), np.full(domains, -LARGEST), np.full(domains, LARGEST)
    for _ in range(STEPS):
        rates = expect(_of_areas(shift, group, 0.0))
        rate = domain_rates(rates.rate, children, group, domains)
        slope = domain_rates(rates.slope, children, group, domains)
        short = np.where(wanted & np.isfinite(rate), target - logit(rate), 0.0)
        if np.abs(short).max(initial=0.0) < CLOSE:
            break
        low, high = np.where(short > 0, shift, low), np.where(short < 0, shift, high)
        newton = shift + np.where(short == 0, 0.0, short * rate * (1 - rate) / slope)
        inside = (newton > low) & (newton < high)
        shift = np.where(short == 0, shift, np.where(inside, newton, (low + high) / 2))
    return shift


def _of_areas(domains: Floats, group: Index, otherwise: float) -> Floats:
    return np.asarray(np.append(domains, otherwise)[group])


def _reachable(rate: Floats) -> NDArray[np.bool_]:
    return np.asarray((rate > 0) & (rate < 1))
