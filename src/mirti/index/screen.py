"""Which indicators can enter the index: those with values, and with more than one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.declarations.index import MethodDeclaration
from mirti.errors import InputError, Problem
from mirti.tables import Floats

FEWEST_VALUES = 3
FEWEST_INDICATORS = 2
MOSTLY_IMPUTED = 0.5


@dataclass(frozen=True)
class Screened:
    """kept: positions of the indicators that enter; missing: by name, in how many areas they have no value, if any."""

    kept: NDArray[np.intp]
    missing: dict[str, int]
    warnings: tuple[str, ...]


def screen(
    values: Floats, names: Sequence[str], codes: Sequence[str], method: MethodDeclaration, where: str
) -> Screened:
    """Look at the indicators (A, k), nan where missing, before anything is done with them.

    Raises InputError, all faults together, for an indicator with hardly a value, a constant one unless the method drops
    it, and a missing value unless the method imputes it; and if fewer than two indicators are left.
    """
    known = ~np.isnan(values)
    constant = _constant(values, known)
    problems = [
        *_without_values(known, names, where),
        *(_constants(constant, names, where) if method.constant == "refuse" else []),
        *(_missing(known, names, codes, where) if method.imputation == "none" else []),
    ]
    kept = np.flatnonzero(~constant)
    if len(kept) < FEWEST_INDICATORS:
        what = f"An index needs at least {FEWEST_INDICATORS} indicators that vary, there are {len(kept)}"
        problems.append(Problem(what, where, "Add indicators, or publish the one as it is."))
    if problems:
        raise InputError(problems)
    lacking = {names[i]: int((~known[:, i]).sum()) for i in kept.tolist() if not known[:, i].all()}
    told = (
        *_dropped(constant, names),
        *_often_missing(lacking, len(codes), method),
        *_imputed(known[:, kept], codes),
    )
    return Screened(kept, lacking, told)


def _places(flags: NDArray[np.bool_]) -> list[int]:
    found: list[int] = np.flatnonzero(flags).tolist()
    return found


def _constant(values: Floats, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    low = np.where(known, values, np.inf).min(axis=0)
    high = np.where(known, values, -np.inf).max(axis=0)
    return np.asarray(low >= high)


def _without_values(known: NDArray[np.bool_], names: Sequence[str], where: str) -> list[Problem]:
    few = tuple(names[i] for i in _places(known.sum(axis=0) < FEWEST_VALUES))
    if not few:
        return []
    what = f"Indicators have fewer than {FEWEST_VALUES} values"
    remedy = "Check their column and the table's area codes, or leave them out."
    return [Problem(what, where, remedy, len(few), few)]


def _constants(constant: NDArray[np.bool_], names: Sequence[str], where: str) -> list[Problem]:
    found = tuple(names[i] for i in _places(constant))
    if not found:
        return []
    what = "Indicators have one and the same value in every area, which tells no area from another"
    remedy = 'Leave them out, or write constant = "drop" under [method] to have them dropped with a warning.'
    return [Problem(what, where, remedy, len(found), found)]


def _missing(
    known: NDArray[np.bool_], names: Sequence[str], codes: Sequence[str], where: str
) -> list[Problem]:
    found = []
    for i in _places(np.asarray(~known.all(axis=0))):
        areas = tuple(codes[a] for a in _places(~known[:, i]))
        what = f"'{names[i]}' has no value in areas"
        remedy = (
            'Complete it, or say how it is imputed: imputation = "median" or "regression" under [method].'
        )
        found.append(Problem(what, where, remedy, len(areas), areas))
    return found


def _dropped(constant: NDArray[np.bool_], names: Sequence[str]) -> list[str]:
    return [
        f"'{names[i]}' has one and the same value in every area and is dropped." for i in _places(constant)
    ]


def _often_missing(lacking: dict[str, int], areas: int, method: MethodDeclaration) -> list[str]:
    return [
        f"'{name}' is missing in {missing} of {areas} areas ({missing / areas:.1%}) and imputed there "
        f"({method.imputation})."
        for name, missing in lacking.items()
        if missing / areas > method.missing_warning
    ]


def _imputed(known: NDArray[np.bool_], codes: Sequence[str]) -> list[str]:
    mostly = _places((~known).mean(axis=1) > MOSTLY_IMPUTED)
    if not len(mostly):
        return []
    listed = ", ".join(codes[a] for a in mostly[:10]) + (", …" if len(mostly) > 10 else "")
    return [f"More than half of the indicators are imputed in {len(mostly)} areas: {listed}."]
