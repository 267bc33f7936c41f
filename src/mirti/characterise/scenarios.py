"""What-if scenarios: the rates that the model implies if the distribution of one covariate were another.

Within each area and pattern of the other covariates, children move between the levels of one covariate in equal
proportion until the area's share at the chosen levels is the target; areas beyond it stay. Nobody changes area or any
other covariate. The model (coefficients, effects, benchmark's shifts) stays as it is, so the difference is the one that
it implies, not the effect of a policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mirti.characterise.drivers import level_count
from mirti.characterise.grouping import Grouping
from mirti.declarations import ScenarioDeclaration
from mirti.errors import InputError, Problem
from mirti.patterns import distinct
from mirti.smallarea.patterns import PatternCounts
from mirti.smallarea.predictor import PredictiveState, Projector
from mirti.tables import Codes, Covariate, Floats, Index, Ints

STILL = 1e-12  # share of an area's children below which nothing has moved


@dataclass(frozen=True)
class Change:
    """A scenario by positions. covariate: which column of the codes; levels: those whose share has a target.

    to: where children go when it falls; share, multiply, difference: one of them is the target, as declared; direction:
    with share, which areas move at all.
    """

    covariate: int
    levels: tuple[int, ...]
    to: tuple[int, ...]
    share: float | None = None
    multiply: float | None = None
    difference: float | None = None
    direction: str | None = None

    def target(self, present: Floats) -> Floats:
        """Shares (A,) to be reached, from those present; within 0 and 1."""
        if self.multiply is not None:
            return np.minimum(present * self.multiply, 1.0)
        if self.difference is not None:
            return np.clip(present + self.difference, 0.0, 1.0)
        if self.share is None:
            raise ValueError("a change without a target")
        return np.maximum(present, self.share) if self.direction == "up" else np.minimum(present, self.share)


@dataclass(frozen=True)
class Moved:
    """The census under a scenario. share: (A,) of each area's children whose covariate changed.

    new_patterns: patterns that no area of the census holds; new_children: the children who have one.
    """

    patterns: PatternCounts
    share: Floats
    new_patterns: int
    new_children: float

    @property
    def still(self) -> bool:
        """Nothing moved anywhere: every area is beyond the target."""
        return not (self.share > STILL).any()


def change_of(declaration: ScenarioDeclaration, covariates: Sequence[Covariate]) -> Change:
    """The declaration by positions. Raises InputError for a covariate or a level that the model does not have."""
    names = [covariate.name for covariate in covariates]
    if declaration.covariate not in names:
        raise InputError(_unknown_covariate(declaration, names))
    position = names.index(declaration.covariate)
    covariate = covariates[position]
    unknown = [level for level in (*declaration.levels, *declaration.to) if level not in covariate.levels]
    if unknown:
        raise InputError(_unknown_levels(declaration, covariate, unknown))
    levels = tuple(covariate.levels.index(level) for level in declaration.levels)
    others = tuple(i for i in range(len(covariate.levels)) if i not in levels)
    if not others:
        raise InputError(_no_other_level(declaration, covariate))
    return Change(
        covariate=position,
        levels=levels,
        to=tuple(covariate.levels.index(level) for level in declaration.to) or others,
        share=declaration.share,
        multiply=declaration.multiply,
        difference=declaration.difference,
        direction=declaration.direction,
    )


def move(patterns: PatternCounts, covariates: Sequence[Covariate], change: Change) -> Moved:
    """The census after the change; children are kept by area, and by area and pattern of the other covariates.

    Children who arrive are spread over the levels of arrival as their group holds them; as their area does where the
    group holds none of them, as the nation does where the area holds none either, and evenly as the last resort.
    """
    groups = _groups(patterns, change.covariate, level_count(covariates[change.covariate]))
    after, share = _moved(groups, change)
    return _assembled(patterns, groups, after, share, change.covariate)


class StateScenarios:
    """Differences (S, T + 1) of the rates under S scenarios in any state of the model: a functional of the bootstrap.

    scenarios: projectors of the census under each.
    """

    def __init__(self, scenarios: Sequence[Projector], grouping: Grouping) -> None:
        self._scenarios, self._grouping = scenarios, grouping

    def __call__(self, state: PredictiveState) -> Floats:
        differences = [projector.rates(state).rate - state.rates.rate for projector in self._scenarios]
        return np.stack([self._grouping.with_nation(difference) for difference in differences])


@dataclass(frozen=True)
class _Groups:
    """Children by area and pattern of the other covariates: R groups, L levels.

    area, other: (R,); counts: (R, L); others: (O, k) codes of the patterns of the other covariates; known: (O, L) the
    number of the census's pattern with each level, −1 for none.
    """

    areas: int
    area: Index
    other: Index
    counts: Floats
    others: Codes
    known: Ints


def _groups(patterns: PatternCounts, covariate: int, levels: int) -> _Groups:
    without = patterns.codes.copy()
    without[:, covariate] = 0
    others, other = distinct(without)
    level = patterns.codes[:, covariate]
    known = np.full((len(others), levels), -1, dtype=np.int64)
    known[other, level] = np.arange(len(other))
    cells = patterns.counts.tocoo()
    area, its = cells.coords[0].astype(np.int64), other[cells.coords[1]]
    # Nearly as many groups as cells: sorting tells them apart sooner than hashing.
    pairs, group = np.unique(area * len(others) + its, return_inverse=True)
    at = group * levels + level[cells.coords[1]]
    counts: Floats = np.bincount(at, cells.data, minlength=len(pairs) * levels).astype(np.float64)
    return _Groups(
        areas=patterns.counts.shape[0],
        area=(pairs // len(others)).astype(np.int32),
        other=(pairs % len(others)).astype(np.int32),
        counts=counts.reshape(-1, levels),
        others=others,
        known=known,
    )


def _moved(groups: _Groups, change: Change) -> tuple[Floats, Floats]:
    """Counts (R, L) after the change, and the share (A,) of the children who moved."""
    by_area: Floats = np.column_stack(
        [np.bincount(groups.area, column, minlength=groups.areas) for column in groups.counts.T]
    ).astype(np.float64)
    inside = np.zeros(groups.counts.shape[1], dtype=bool)
    inside[list(change.levels)] = True
    total = by_area.sum(axis=1)
    present = by_area[:, inside].sum(axis=1) / np.maximum(total, np.finfo(float).tiny)
    distance = change.target(present) - present
    falls, rises = distance < -STILL, distance > STILL
    after = groups.counts.copy()
    for moves, leaving, arriving, held in (
        (falls, inside, list(change.to), present),
        (rises, ~inside, list(change.levels), 1 - present),
    ):
        part = np.divide(np.abs(distance), held, out=np.zeros(groups.areas), where=moves)
        gone = groups.counts[:, leaving] * np.minimum(part, 1.0)[groups.area, None]
        after[:, leaving] -= gone
        after[:, arriving] += gone.sum(axis=1)[:, None] * _arrivals(groups, by_area, arriving)
    share = np.where(falls | rises, np.abs(distance), 0.0)
    return after, np.where(total > 0, share, 0.0)


def _arrivals(groups: _Groups, by_area: Floats, levels: list[int]) -> Floats:
    """(R, len(levels)) how those who arrive in a group are spread over the levels of arrival."""
    nation = by_area[:, levels].sum(axis=0, keepdims=True)
    evenly = np.full((1, len(levels)), 1 / len(levels))
    of_nation = _shares(nation, evenly)
    of_areas = _shares(by_area[:, levels], of_nation)
    return _shares(groups.counts[:, levels], of_areas[groups.area])


def _shares(counts: Floats, otherwise: Floats) -> Floats:
    total = counts.sum(axis=1, keepdims=True)
    out = np.broadcast_to(otherwise, counts.shape).copy()
    return np.asarray(np.divide(counts, total, out=out, where=total > 0))


def _assembled(
    patterns: PatternCounts, groups: _Groups, after: Floats, share: Floats, covariate: int
) -> Moved:
    row, level = np.nonzero(after > 0)
    counts, other = after[row, level], groups.other[row]
    known = groups.known.copy()
    added = _to_be_added(known, other, level)
    known[added] = len(patterns.codes) + np.arange(len(added[0]))
    codes = groups.others[added[0]].copy()
    codes[:, covariate] = added[1]
    pattern = known[other, level]
    whole = np.concatenate([patterns.codes, codes])
    matrix = sparse.csc_array((counts, (groups.area[row], pattern)), shape=(groups.areas, len(whole)))
    held = np.asarray(matrix.sum(axis=0)).ravel() > 0
    return Moved(
        patterns=PatternCounts(whole[held], matrix[:, held]),
        share=share,
        new_patterns=len(codes),
        new_children=float(counts[pattern >= len(patterns.codes)].sum()),
    )


def _to_be_added(known: Ints, other: Index, level: NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Pattern of the others and level of the patterns that the census does not hold, in order."""
    wanted = np.zeros(known.shape, dtype=bool)
    wanted[other, level] = True
    found = np.nonzero(wanted & (known < 0))
    return found[0].astype(np.int64), found[1].astype(np.int64)


def _unknown_covariate(declaration: ScenarioDeclaration, names: Sequence[str]) -> Problem:
    return Problem(
        what=f'The scenario changes "{declaration.covariate}", which is no covariate of the model.',
        where=f'scenario "{declaration.name}"',
        remedy=f"The covariates are {', '.join(names)}.",
    )


def _unknown_levels(declaration: ScenarioDeclaration, covariate: Covariate, unknown: list[str]) -> Problem:
    number = " A scenario cannot set a number that nobody has." if covariate.kind == "numeric" else ""
    return Problem(
        what=f"{covariate.name} has no such levels.{number}",
        where=f'scenario "{declaration.name}"',
        remedy=f"The levels of {covariate.name} are {', '.join(covariate.levels)}.",
        count=len(unknown),
        items=tuple(unknown),
    )


def _no_other_level(declaration: ScenarioDeclaration, covariate: Covariate) -> Problem:
    return Problem(
        what=f"The scenario names every level of {covariate.name}: their share is 1 whatever happens.",
        where=f'scenario "{declaration.name}"',
        remedy="Name the levels whose share is to change, and leave out those the children come from or go to.",
        items=covariate.levels,
    )
