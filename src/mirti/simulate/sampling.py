"""The survey's design: enumeration areas drawn with probability proportional to size inside strata.

The first-stage units are drawn from the whole stratum, so municipalities fall in or out by size, as in real surveys.
How many are drawn is set so that half of the municipalities are expected to be missed, and the draw is repeated until
exactly half are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.errors import InputError, Problem
from mirti.tables import Floats, Index, Ints

TRIES = 20_000
LEAST = 2  # enumeration areas a stratum
MOST_OF_STRATUM = 0.6


@dataclass(frozen=True)
class Frame:
    """The first-stage units: (P,) stratum 0…H-1, area 0…D-1, households."""

    stratum: Index
    area: Index
    households: Ints


def draw_units(frame: Frame, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Floats]:
    """Which units are drawn, and every unit's inclusion probability; exactly half of the areas hold a drawn unit.

    Systematic sampling with probability proportional to size in random order (Hartley & Rao 1962). Raises InputError
    where no such sample is found.
    """
    probability = _probabilities_that_reach_half(frame)
    areas = int(frame.area.max()) + 1
    for _ in range(TRIES):
        drawn = _systematic(frame.stratum, probability, rng)
        if len(np.unique(frame.area[drawn])) == areas // 2:
            return drawn, probability
    raise InputError(
        Problem(
            what=f"No sample reaches exactly half of the {areas} municipalities.",
            where="simulate",
            remedy="Ask for more municipalities, or fewer departments.",
        )
    )


def _probabilities_that_reach_half(frame: Frame) -> Floats:
    """Inclusion probabilities of the sample size whose expected number of areas reached is half of them (bisection)."""
    target = (int(frame.area.max()) + 1) / 2.0
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2.0
        reached = _expected_areas(frame, inclusion_probabilities(frame, allocation(frame, middle)))
        low, high = (middle, high) if reached < target else (low, middle)
    return inclusion_probabilities(frame, allocation(frame, high))


def allocation(frame: Frame, share: float) -> Ints:
    """Units to draw in each stratum: between equal and proportional (square root), `share` of the largest sample."""
    units = np.bincount(frame.stratum)
    size = np.sqrt(np.bincount(frame.stratum, weights=frame.households))
    wanted = np.rint(share * len(frame.stratum) * size / size.sum()).astype(np.int64)
    most = np.maximum((MOST_OF_STRATUM * units).astype(np.int64), LEAST)
    units_drawn: Ints = np.clip(wanted, LEAST, most)
    return units_drawn


def inclusion_probabilities(frame: Frame, units: Ints) -> Floats:
    """n_h × size / total size of the stratum; units too large for that are certain and the rest is shared again."""
    probability = np.zeros(len(frame.stratum))
    certain = np.zeros(len(frame.stratum), dtype=bool)
    strata = len(units)
    while True:
        size = np.where(certain, 0.0, frame.households)
        left = units - np.bincount(frame.stratum[certain], minlength=strata)
        total = np.bincount(frame.stratum, weights=size, minlength=strata)
        probability = np.where(certain, 1.0, (left / np.maximum(total, 1.0))[frame.stratum] * size)
        beyond = probability > 1.0
        if not beyond.any():
            return probability
        certain |= beyond


def _expected_areas(frame: Frame, probability: Floats) -> float:
    missed = np.bincount(frame.area, weights=np.log1p(-np.minimum(probability, 1.0 - 1e-12)))
    return float((1.0 - np.exp(missed)).sum())


def _systematic(stratum: Index, probability: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
    """One unit for each whole step of the running sum of probabilities, from a random start in each stratum."""
    order = np.lexsort((rng.random(len(stratum)), stratum))
    running = np.cumsum(probability[order])
    strata, first = np.unique(stratum[order], return_index=True)
    before = np.concatenate([[0.0], running])[first]
    # Probabilities sum to whole numbers; rounding keeps the running sum from slipping over a step.
    position = np.round(running - np.repeat(before, np.diff([*first, len(order)])), 9)
    start = np.repeat(rng.random(len(strata)), np.diff([*first, len(order)]))
    steps = np.floor(position - start)
    previous = np.concatenate([[-1.0], steps[:-1]])
    previous[first] = np.floor(-start[first])
    drawn = np.zeros(len(stratum), dtype=bool)
    drawn[order] = steps > previous
    return drawn
