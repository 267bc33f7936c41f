"""The coefficients of a fit under each replicate weight, from the full fit as a start."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mirti.errors import InputError, Problem
from mirti.models.pseudo_likelihood import maximise
from mirti.models.rows import Rows
from mirti.tables import Floats


def replicate_coefficients(x: Floats, rw: Floats, rwy: Floats, start: Floats, names: Sequence[str]) -> Floats:
    """Coefficients (R, p) of m rows x (m, p) under R replicates: Σw_r and Σw_r y (m, R); start: the full fit's (p,).

    The rows of equal x are summed first: PSUs do not matter here. Raises InputError where the model has no estimate
    under some of the replicates, with the first reason.
    """
    rows = Rows.of(x)
    return under_each(
        rows.sums(rw),
        rows.sums(rwy),
        lambda sw, swy: maximise(rows.likelihood(sw, swy, tuple(names)), start)[0],
    )


def under_each(rw: Floats, rwy: Floats, estimate: Callable[[Floats, Floats], Floats]) -> Floats:
    """What estimate makes of Σw_r and Σw_r y (u,) of each replicate, (R, p); rw, rwy: (u, R).

    Raises InputError if it has none under some of the replicates, with the first reason.
    """
    found, failures = [], []
    for r in range(rw.shape[1]):
        try:
            found.append(estimate(rw[:, r], rwy[:, r]))
        except InputError as error:
            failures.append((r, error))
    if failures:
        raise InputError(_refused(failures, rw.shape[1]))
    return np.array(found)


def _refused(failures: Sequence[tuple[int, InputError]], replicates: int) -> Problem:
    reason = failures[0][1].problems[0]
    listed = f": {', '.join(reason.items)}" if reason.items else ""
    return Problem(
        what=f"Under {len(failures)} of {replicates} replicate weights the model has no estimate; under replicate "
        f"{failures[0][0] + 1}: {reason.what.rstrip('.')}{listed}.",
        where="survey.replicates",
        remedy="Drop the term or merge the level that few PSUs hold, or leave survey.replicates out: with strata and "
        "PSUs declared the variance is then linearised.",
        count=len(failures),
        items=tuple(f"replicate {r + 1}" for r, _ in failures[:10]),
    )
