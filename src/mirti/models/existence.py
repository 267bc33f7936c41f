"""Does the maximum of the pseudo-likelihood exist and is it unique? If not, which terms are to blame?

Aliased columns: Cholesky of the weighted Gram matrix in the order of the columns. Separation: Albert & Anderson (1984);
the linear programme is Konis (2007, "Linear programming algorithms for detecting separated data in binary logistic
regression models", section 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import linprog

from mirti.errors import InputError, Problem
from mirti.tables import Floats

ALIAS_TOLERANCE = 1e-11  # share of a column's sum of squares that earlier columns leave unexplained
ONE_CLASS = 1e-12  # share of a cell's weight under which an outcome is rounding
DIRECTION = 1e-7
IDLE = 0.02  # a column that moves the predictor by a smaller share of what another does is not to blame
ROWS_A_COLUMN = 25  # rows of the linear programme at a time
WHERE = "model"


def check_outcome(sw: Floats, swy: Floats) -> None:
    """Raises InputError for an empty domain and for an outcome with one class only."""
    total, positive = float(sw.sum()), float(swy.sum())
    if not len(sw) or total <= 0:
        remedy = "Check the outcome's ages and columns against the survey file."
        raise InputError(Problem("No child of the survey has an outcome and a weight.", "outcome", remedy))
    if positive <= ONE_CLASS * total or positive >= (1 - ONE_CLASS) * total:
        value = "0" if positive <= ONE_CLASS * total else "1"
        raise InputError(
            Problem(
                what=f"The outcome has one class only: it is {value} for every child.",
                where="outcome",
                remedy="Check the outcome's rule, its columns and its codes; a model needs children of both classes.",
                count=len(sw),
            )
        )


def check_rank(gram: Floats, names: Sequence[str]) -> None:
    """Raises InputError naming the columns that others determine; gram: (p, p) weighted Gram matrix, names: (p,)."""
    scale = np.sqrt(np.diag(gram))
    empty = [name for name, size in zip(names, scale, strict=True) if size == 0]
    problems = [_empty(empty)] if empty else []
    kept = np.flatnonzero(scale > 0)
    correlation = gram[np.ix_(kept, kept)] / np.outer(scale[kept], scale[kept])
    problems += _aliased(correlation, [names[j] for j in kept.tolist()])
    if problems:
        raise InputError(problems)


def check_separation(x: Floats, sw: Floats, swy: Floats, names: Sequence[str]) -> None:
    """Raises InputError naming the columns whose estimates are infinite, if there are any: those that matter most
    first, without those that the rest would separate alone."""
    direction = separating_direction(x, sw, swy)
    if not direction.any():
        return
    reach = np.abs(direction) * np.ptp(x, axis=0)
    infinite = [j for j in np.argsort(-reach, kind="stable").tolist() if reach[j] > IDLE * reach.max()]
    raise InputError(
        Problem(
            what="The outcome is separated: columns of the model tell its classes apart, so their coefficients "
            f"have no finite estimate; such columns: {len(infinite)}.",
            where=WHERE,
            remedy="Merge the level with another, drop the term, or limit outcome.ages to those at which it occurs.",
            count=len(infinite),
            items=tuple(f"{names[j]} → {'+' if direction[j] > 0 else '-'}infinity" for j in infinite),
        )
    )


def separating_direction(x: Floats, sw: Floats, swy: Floats) -> Floats:
    """Direction (p,) along which the likelihood never falls; zeros if its maximum is finite. x (m, p), sw, swy (m,).

    The linear programme over all rows is solved by a growing few of them: those that the last direction offends most
    join, until it offends none or no direction is left.
    """
    sides = _sides(sw, swy)
    gain = sides.sign @ x
    chosen = np.arange(0, len(x), max(1, len(x) // (ROWS_A_COLUMN * x.shape[1])))
    while True:
        direction = _best_direction(gain, x[chosen], sides.take(chosen))
        if gain @ direction <= DIRECTION:
            return np.zeros(x.shape[1])
        offence = sides.offence(x @ direction)
        offence[chosen] = 0.0
        worst = np.argsort(-offence)[: ROWS_A_COLUMN * x.shape[1]]
        worst = worst[offence[worst] > DIRECTION]
        if not len(worst):
            return direction
        chosen = np.concatenate([chosen, worst])


@dataclass(frozen=True)
class _Sides:
    """sign: (m,) of each row, +1 (only 1s), -1 (only 0s) or 0 (both)."""

    sign: Floats

    def take(self, rows: NDArray[np.int64]) -> _Sides:
        return _Sides(self.sign[rows])

    def offence(self, eta: Floats) -> Floats:
        """How far a linear predictor (m,) is on the wrong side, or, of a row with both outcomes, from 0."""
        return np.where(self.sign == 0, np.abs(eta), np.maximum(-self.sign * eta, 0.0))


def _sides(sw: Floats, swy: Floats) -> _Sides:
    ones, zeros = swy >= (1 - ONE_CLASS) * sw, swy <= ONE_CLASS * sw
    return _Sides(ones.astype(np.float64) - zeros.astype(np.float64))


def _best_direction(gain: Floats, x: Floats, sides: _Sides) -> Floats:
    """Within ±1, what gains most without moving any of these rows to the wrong side."""
    pure, mixed = sides.sign != 0, x[sides.sign == 0]
    signed = x[pure] * sides.sign[pure, None]
    result = linprog(
        -gain,
        A_ub=-signed if len(signed) else None,
        b_ub=np.zeros(len(signed)) if len(signed) else None,
        A_eq=mixed if len(mixed) else None,
        b_eq=np.zeros(len(mixed)) if len(mixed) else None,
        bounds=(-1, 1),
        method="highs",
    )
    return np.zeros(x.shape[1]) if result.x is None else np.asarray(result.x, dtype=np.float64)


def _empty(names: Sequence[str]) -> Problem:
    return Problem(
        what=f"Columns of the model that are 0 for every child of the survey: {len(names)}.",
        where=WHERE,
        remedy="Merge the level with another one, or drop the term: the survey cannot estimate it.",
        count=len(names),
        items=tuple(names),
    )


def _aliased(correlation: Floats, names: Sequence[str]) -> list[Problem]:
    factor = np.zeros_like(correlation)
    independent: list[int] = []
    problems = []
    for j in range(len(correlation)):
        lower = factor[np.ix_(independent, independent)]
        row = solve_triangular(lower, correlation[independent, j], lower=True) if independent else np.zeros(0)
        left = correlation[j, j] - row @ row
        if left > ALIAS_TOLERANCE:
            factor[j, independent], factor[j, j] = row, np.sqrt(left)
            independent.append(j)
            continue
        weights = solve_triangular(lower.T, row, lower=False)
        makers = [names[independent[i]] for i in np.flatnonzero(np.abs(weights) > 1e-6).tolist()]
        problems.append(_alias(names[j], makers))
    return problems


def _alias(name: str, makers: Sequence[str]) -> Problem:
    return Problem(
        what=f"The column {name} is determined by others, so its coefficient cannot be told from theirs.",
        where=WHERE,
        remedy="Drop one of the terms, or merge levels until each says something of its own.",
        items=tuple(makers),
    )
