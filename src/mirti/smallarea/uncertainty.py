"""What is read from the bootstrap: intervals, errors, letters, chances of classes and of the top, ranges of ranks.

An error e* is the logit of a replicate's estimate less that of its world's expected rate. The truth is taken to lie
about the estimate as the worlds' truths lie about theirs: its replicates are expit(logit(estimate) − e*). Everything
here is a summary of those, so that all of it can be worked out again from the release's replicates. Quantiles are of
Hyndman & Fan's (1996) type 6, whose expected coverage is the nominal one whatever the number of replicates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

from mirti.declarations import ReliabilityDeclaration
from mirti.maps.breaks import class_of
from mirti.smallarea.ranks import competition_ranks
from mirti.tables import Floats, Ints

LEVEL = 0.95
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
BANDWIDTH = 0.6  # of the smoothing, in standard deviations
DRAWS = 2_000  # of the smoothed replicates, at least: two hundred are copied ten times, two thousand once
BLOCK = 10_000  # quantities whose quantiles are taken at a time


@dataclass(frozen=True)
class Uncertainty:
    """Of G rates, (G,) each. low, high: 95 % interval; mse, se, cv; letter: A, B, C, withheld, or "" for no rate.

    stretched: the bootstrap's interval lay to one side of the estimate, and its nearer end was moved there.
    """

    low: Floats
    high: Floats
    mse: Floats
    se: Floats
    cv: Floats
    letter: NDArray[np.str_]
    stretched: NDArray[np.bool_]


@dataclass(frozen=True)
class BreakStability:
    """Breaks cut anew in each replicate of the truth. low, high: (K − 1,) their 95 % range.

    kept: mean share of areas whose estimate is in the same class by those breaks as by the published ones.
    """

    low: Floats
    high: Floats
    kept: float


def uncertainty(estimate: Floats, errors: Floats, limits: ReliabilityDeclaration) -> Uncertainty:
    """Of rates (G,) whose logit errors in B replicates are (B, G). nan where a rate is."""
    low, high, stretched = rate_intervals(estimate, errors)
    mse = ((truths(estimate, errors) - estimate) ** 2).mean(axis=0)
    se = np.sqrt(mse)
    cv = variation(estimate, se, low, high, limits.low_rate)
    return Uncertainty(low, high, mse, se, cv, letters(cv, limits), stretched)


def stretched_warnings(*found: Uncertainty) -> tuple[str, ...]:
    """A sentence if intervals were stretched, of areas, of domains or of the nation."""
    total, count = (sum(len(each.low) for each in found), sum(int(each.stretched.sum()) for each in found))
    if not count:
        return ()
    return (
        f"Of {total} intervals {count} begin or end at their estimate: the simulated worlds put the truth on one side "
        "of it, so the estimate is off by more than chance there.",
    )


def truths(estimate: Floats, errors: Floats) -> Floats:
    """Replicates (B, G) of the true rates about the estimates (G,), from logit errors (B, G)."""
    return np.asarray(expit(logit(estimate) - errors))


def rate_intervals(estimate: Floats, errors: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """95 % intervals of rates (G,) from logit errors (B, G), and which of them were stretched to hold the estimate.

    The estimate is known to be off by the errors' mean, so a bootstrap with more bias than spread gives an interval on
    one side of it. A published interval without its estimate is not understood; it then begins or ends at the estimate.
    """
    low, high, stretched = linear_intervals(logit(estimate), errors)
    # At the estimate itself the two functions may differ from it in the last digit.
    return np.minimum(expit(low), estimate), np.maximum(expit(high), estimate), stretched


def linear_intervals(estimate: Floats, errors: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """The same of quantities of any scale and shape (…), errors (B, …) on that scale: drivers, scenarios."""
    quantiles = _tails(errors)
    low, high = estimate - quantiles[1], estimate - quantiles[0]
    stretched = (low > estimate) | (high < estimate)
    return np.minimum(low, estimate), np.maximum(high, estimate), np.asarray(stretched)


def _tails(errors: Floats) -> Floats:
    """Quantiles (2, …) of errors (B, …), in double precision; by blocks, as those of a country's drivers are large."""
    flat = errors.reshape(len(errors), -1)
    found = np.empty((2, flat.shape[1]))
    for i in range(0, flat.shape[1], BLOCK):
        part = flat[:, i : i + BLOCK].astype(np.float64)
        found[:, i : i + BLOCK] = np.quantile(part, TAILS, axis=0, method="weibull")
    return found.reshape(2, *errors.shape[1:])


def variation(rate: Floats, se: Floats, low: Floats, high: Floats, low_rate: float) -> Floats:
    """Coefficient of variation (G,): se / rate; under low_rate that of the logit interval, where se / rate explodes.

    By the delta method the standard error of a logit times 1 − rate is the coefficient of variation of the rate.
    """
    of_interval = (logit(high) - logit(low)) / (2 * norm.ppf(TAILS[1])) * (1 - rate)
    return np.where(rate < low_rate, of_interval, se / rate)


def letters(cv: Floats, limits: ReliabilityDeclaration) -> NDArray[np.str_]:
    """A, B, C or withheld by the limits, a coefficient at a limit on its better side; "" where it is nan."""
    at = np.searchsorted([limits.a, limits.b, limits.withheld], cv, side="left")
    return np.where(np.isnan(cv), "", np.array(["A", "B", "C", "withheld"])[at])


def class_probabilities(replicates: Floats, breaks: Floats) -> Floats:
    """(A, K) probability of each class by the published breaks (K − 1,), from replicates (B, A) smoothed.

    The mean over the replicates of the normal kernel's probability: nothing is drawn.
    """
    centres, deviation = _shrunk(logit(replicates))
    width = BANDWIDTH * deviation
    known = width > 0
    up_to = [np.zeros(replicates.shape[1])]
    for cut in np.asarray(breaks, dtype=np.float64):
        distance = (logit(cut) - centres) / np.where(known, width, 1.0)
        up_to.append(np.where(known, norm.cdf(distance), replicates <= cut).mean(axis=0))
    return np.diff(np.column_stack([*up_to, np.ones(replicates.shape[1])]), axis=1)


def _shrunk(logits: Floats) -> tuple[Floats, Floats]:
    """Centres (B, A) of the smoothing's kernels, from logits of replicates, and the logits' standard deviations (A,).

    The smoothed bootstrap that keeps mean and variance (Silverman & Young 1987): each replicate is moved towards the
    mean, then by a normal of `BANDWIDTH` standard deviations. A share of 100 draws is off by up to 5 points; sorted by
    such shares, the high ones are too high. The wide kernel is harmless, as logit errors are nearly normal.
    """
    mean = logits.mean(axis=0)
    return mean + (logits - mean) * math.sqrt(1 - BANDWIDTH**2), logits.std(axis=0)


def _smoothed(replicates: Floats, seed: int) -> Iterator[Floats]:
    """Copies (B, A) of the logits of replicates, moved by a normal with the replicates' own covariance.

    Moved each by itself, areas would lose what their errors have in common, and with it their order.
    """
    rng = np.random.default_rng([seed, len(replicates)])
    logits = logit(replicates)
    centres, _ = _shrunk(logits)
    centred = (logits - logits.mean(axis=0)) * (BANDWIDTH / math.sqrt(len(logits)))
    for _ in range(math.ceil(DRAWS / len(logits))):
        yield centres + rng.standard_normal((len(logits), len(logits))) @ centred


def replicate_ranks(replicates: Floats) -> Ints:
    """Ranks (B, A) of the areas within each replicate, 1 the highest."""
    return np.stack([competition_ranks(rates) for rates in replicates])


def top_probabilities(replicates: Floats, top: int, *, seed: int) -> Floats:
    """(A,) probability of being among the `top` highest, from replicates (B, A) smoothed."""
    shares = [(replicate_ranks(drawn) <= top).mean(axis=0) for drawn in _smoothed(replicates, seed)]
    return np.asarray(np.mean(shares, axis=0))


def rank_intervals(rank: Ints, ranks: Ints) -> tuple[Ints, Ints]:
    """95 % ranges (A,) of the ranks, whole and rounded outwards, that hold the published rank (A,)."""
    low, high = np.quantile(ranks, TAILS, axis=0, method="weibull")
    best = np.minimum(np.floor(low).astype(np.int64), rank)
    return best, np.maximum(np.ceil(high).astype(np.int64), rank)


def break_stability(
    estimate: Floats, replicates: Floats, breaks: Floats, cut: Callable[[Floats], Floats]
) -> BreakStability | None:
    """How the published breaks (K − 1,) would lie if the truth were another; cut: risks (A,) → breaks.

    None where no replicate gives as many breaks as were published.
    """
    cuts = [found for found in map(cut, replicates) if len(found) == len(breaks)]
    if not cuts or not len(breaks):
        return None
    published = class_of(estimate, np.asarray(breaks))
    kept = float(np.mean([(class_of(estimate, found) == published).mean() for found in cuts]))
    low, high = np.quantile(np.array(cuts), TAILS, axis=0, method="weibull")
    return BreakStability(np.asarray(low), np.asarray(high), kept)
