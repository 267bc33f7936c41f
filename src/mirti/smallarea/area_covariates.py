"""Covariates of areas as the mixed model takes them: one column each, standardised over the children of the country."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirti.errors import InputError, Problem
from mirti.smallarea.patterns import PatternCounts
from mirti.tables import Covariate, Floats


def census_share(patterns: PatternCounts, covariates: Sequence[Covariate], text: str) -> Floats:
    """Share (A,) of each area's children at "covariate=level".

    Raises InputError where covariate or level is not the model's.
    """
    name, _, level = text.partition("=")
    names = [covariate.name for covariate in covariates]
    if name not in names:
        raise _unknown(text, f"The covariates are {', '.join(names)}.")
    position = names.index(name)
    levels = covariates[position].levels
    if level not in levels:
        raise _unknown(text, f"The levels of {name} are {', '.join(levels)}.")
    at_level = patterns.codes[:, position] == levels.index(level)
    return np.asarray(patterns.counts @ at_level.astype(np.float64)) / patterns.children


def standardised(values: Floats, children: Floats, name: str) -> Floats:
    """Values (A,) with mean 0 and standard deviation 1 over the children of the areas.

    Raises InputError for a value that is the same everywhere: it says nothing of where children are at risk.
    """
    centred = values - np.average(values, weights=children)
    deviation = float(np.sqrt(np.average(centred**2, weights=children)))
    if not deviation > 1e-12 * max(1.0, float(np.abs(values).max())):
        raise InputError(
            Problem(
                what=f"The covariate of areas has the same value everywhere ({values[0]:g}).",
                where=f"covariate of areas {name}",
                remedy="Take it out of model.area_covariates, or name another column.",
            )
        )
    return np.asarray(centred / deviation)


def _unknown(text: str, allowed: str) -> InputError:
    what = f'"{text}" is no level of a covariate of the model.'
    return InputError(Problem(what, "model.area_covariates", f'Write "covariate=level". {allowed}'))
