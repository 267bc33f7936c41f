"""The coefficients of a fit under each replicate weight, from the full fit as a start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirti.errors import InputError, Problem
from mirti.models.pseudo_likelihood import PseudoLikelihood, maximise
from mirti.survey.variance import unit_totals
from mirti.tables import Floats, Index


def replicate_coefficients(x: Floats, rw: Floats, rwy: Floats, start: Floats, names: Sequence[str]) -> Floats:
    """Coefficients (R, p) of m rows x (m, p) under R replicates: Σw_r and Σw_r y (m, R); start: the full fit's (p,).

    The rows of equal x are summed first: PSUs do not matter here. Raises InputError where the model has no estimate
    under some of the replicates, with the first reason.
    """
    patterns, at = _distinct(x)
    sw, swy = (unit_totals(values, at, len(patterns)) for values in (rw, rwy))
    found, failures = [], []
    for r in range(rw.shape[1]):
        try:
            found.append(_coefficients(patterns, sw[:, r], swy[:, r], start, names))
        except InputError as error:
            failures.append((r, error))
    if failures:
        raise InputError(_refused(failures, rw.shape[1]))
    return np.array(found)


def _coefficients(x: Floats, sw: Floats, swy: Floats, start: Floats, names: Sequence[str]) -> Floats:
    held = np.flatnonzero(sw > 0)
    scale = len(held) / sw.sum()
    rows = x if len(held) == len(x) else x[held]
    return maximise(PseudoLikelihood(rows, sw[held] * scale, swy[held] * scale, tuple(names)), start)[0]


def _distinct(x: Floats) -> tuple[Floats, Index]:
    """Distinct rows, and which of them each row is."""
    whole = np.ascontiguousarray(x).view(np.dtype((np.void, x.dtype.itemsize * x.shape[1]))).ravel()
    _, first, at = np.unique(whole, return_index=True, return_inverse=True)
    return np.ascontiguousarray(x[first]), at.astype(np.int32)


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
