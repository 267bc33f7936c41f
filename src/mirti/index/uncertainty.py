"""How much of an area's place is the choice of method: a Monte Carlo over the choices, the whole chain redone for each.

Saisana, Saltelli & Tarantola (2005), "Uncertainty and sensitivity analysis techniques as tools for the quality
assessment of composite indicators", JRSS A 168. Scores by different choices are not on one scale (ranks spread them
evenly, a geometric mean pulls them down), so that a draw is put on the published scale by its ranks: its n-th highest
area receives the published n-th highest score. What varies is who stands where, which is what the choices decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.index.alternatives import Alternatives
from mirti.index.chain import Chain
from mirti.index.design import Choice
from mirti.maps.breaks import class_of
from mirti.smallarea.ranks import competition_ranks
from mirti.tables import Floats, Index, Ints

Ranks = NDArray[np.int32]
INTERVAL = (0.025, 0.975)
TOLD_EVERY = 20  # draws between two reports of progress


class Rankings:
    """Ranks of the areas by each choice, computed once a choice, however often it is drawn."""

    def __init__(self, chain: Chain, alternatives: Alternatives) -> None:
        self._chain = chain
        self._known: dict[Choice, Ranks] = {}
        self.alternatives = alternatives
        self.published = self.of(alternatives.published)

    def of(self, choice: Choice) -> Ranks:
        """(A,) ranks, 1 the highest score."""
        if choice not in self._known:
            self._known[choice] = competition_ranks(self._chain.run(choice).score).astype(np.int32)
        return self._known[choice]

    def shift(self, choice: Choice) -> float:
        """Mean over the areas of how many places apart a choice and the published one rank them."""
        return float(np.abs(self.of(choice) - self.published).mean())

    @property
    def computed(self) -> int:
        """How many different choices have been computed."""
        return len(self._known)


@dataclass(frozen=True)
class Draws:
    """ranks: (A, R) of the areas in R draws; scores: (A, R) the published scores at those ranks."""

    ranks: Ranks
    scores: Floats


def draw(
    rankings: Rankings, published: Floats, draws: int, seed: int, progress: Callable[[int, int], None]
) -> Draws:
    """R draws of the choices, each value of a choice equally likely. published: (A,) the published scores."""
    generator = np.random.default_rng(seed)
    places = generator.random((draws, len(rankings.alternatives.triggers)))
    ranks = np.empty((len(published), draws), dtype=np.int32)
    for i, place in enumerate(places):
        ranks[:, i] = rankings.of(rankings.alternatives.at(place))
        if i % TOLD_EVERY == 0:
            progress(i, draws)
    return Draws(ranks, np.sort(published)[::-1][ranks - 1])


@dataclass(frozen=True)
class Spread:
    """Of some territories (A,): root mean square distance of the draws from the published score, 95 % interval.

    extended: how many intervals had to be drawn out to hold the published score.
    """

    se: Floats
    low: Floats
    high: Floats
    extended: int


def spread(scores: Floats, published: Floats) -> Spread:
    """Of draws (A, R) about published scores (A,). The interval always holds the published score."""
    low, high = np.quantile(scores, INTERVAL, axis=1)
    # The published method is one of many, and may be the one that is hardest on an area.
    outside = (published < low) | (published > high)
    se = np.sqrt(((scores - published[:, None]) ** 2).mean(axis=1))
    return Spread(se, np.minimum(low, published), np.maximum(high, published), int(outside.sum()))


@dataclass(frozen=True)
class Places:
    """Of the areas: 95 % interval and median of the rank, probability of each class (A, C), and of the top areas."""

    low: Ints
    high: Ints
    median: Floats
    classes: Floats
    top: Floats


def places(draws: Draws, published: Ranks, breaks: Floats, top: int) -> Places:
    """breaks: the published ones, which stay as they are; top: the number of areas counted as the top."""
    low, high = np.quantile(draws.ranks, INTERVAL, axis=1, method="inverted_cdf")
    number: Index = class_of(draws.scores, breaks)
    classes = [(number == k + 1).mean(axis=1) for k in range(len(breaks) + 1)]
    return Places(
        low=np.minimum(low, published).astype(np.int64),
        high=np.maximum(high, published).astype(np.int64),
        median=np.median(draws.ranks, axis=1),
        classes=np.column_stack(classes),
        top=(draws.ranks <= top).mean(axis=1),
    )
