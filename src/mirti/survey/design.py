"""The sampling design, declared on every sampled person whether or not in the domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mirti.errors import SHOWN, InputError, Problem
from mirti.tables import Floats, Index, Sample, Stage

Column: TypeAlias = Sequence[Any] | NDArray[Any]

WHERE = "survey design"


@dataclass(frozen=True)
class Design:
    """A sample and where each row stands in it.

    psu: (m,) position among the PSUs; ssu: (m,) among the units of the last of sample.stages, None where there is none.
    """

    sample: Sample
    psu: Index
    ssu: Index | None


def build_design(
    strata: Column | None,
    psu: Column | None,
    *,
    ssu: Column | None = None,
    nest: bool = True,
    stratum_population: Column | None = None,
    psu_population: Column | None = None,
    stages: Sequence[tuple[Column, Column]] = (),
    rows: int | None = None,
    where: str = WHERE,
) -> Design:
    """Design of m rows: persons, or any rows among which every sampled PSU stands at least once.

    strata, psu, ssu: (m,) codes. strata None: one stratum; psu None: every row is its own PSU (rows says how many).
    nest: PSU codes restart in each stratum. stratum_population: (m,) PSUs in the population of the row's stratum, inf
    where drawn with replacement. psu_population: (m,) second-stage units in the population of the row's PSU; it needs
    ssu and stratum_population. stages: third and further stages, each (m,) codes of units and (m,) such units in the
    population of the row's unit of the stage above; they need psu_population. Raises InputError for missing codes, PSUs
    in several strata (nest False), and populations that are missing, vary, or are smaller than the sample.
    """
    m = _length(strata, psu, rows, where)
    stratum_labels, stratum = _codes(np.zeros(m, np.int64) if strata is None else strata, f"{where}: strata")
    psu_labels, psu_stratum, at_psu = _psus(stratum, stratum_labels, psu, nest, m, where)
    sampled = np.bincount(psu_stratum, minlength=len(stratum_labels))
    population = _population(
        stratum_population, stratum, stratum_labels, sampled, f"{where}: stratum_population"
    )
    _check_stages(ssu, psu_population, population, stages, where)
    lower = () if ssu is None or psu_population is None else ((ssu, psu_population), *stages)
    drawn, at_last = _lower_stages(lower, at_psu, psu_labels, where)
    sample = Sample(
        stratum_labels=stratum_labels if strata is not None else ("",),
        psu_labels=psu_labels,
        psu_stratum=psu_stratum,
        stratum_population=population,
        stages=drawn,
    )
    return Design(sample, at_psu, at_last if drawn else None)


def check_weights(weights: NDArray[Any], where: str = "survey weight") -> None:
    """Raises InputError where a weight is missing, not finite, or not above 0."""
    values = np.asarray(weights, dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
    if len(wrong):
        rows = tuple(f"row {i + 1}: {values[i]:g}" for i in wrong[:10])
        raise InputError(
            Problem(
                what=f"Weights that are missing or not above 0: {len(wrong)}.",
                where=where,
                remedy="Take persons without a weight out of the file, or name the right weight column.",
                count=len(wrong),
                items=rows,
            )
        )


def _length(strata: Column | None, psu: Column | None, rows: int | None, where: str) -> int:
    given = (
        rows if rows is not None else len(psu if psu is not None else strata if strata is not None else ())
    )
    if not given:
        raise InputError(
            Problem("There is no sampled person.", where, "Check that the survey file has rows.")
        )
    return given


def _codes(column: Column, where: str) -> tuple[tuple[str, ...], Index]:
    values = np.asarray(column)
    missing = _missing(values)
    if missing.any():
        raise InputError(
            Problem(
                what=f"Rows without a code: {int(missing.sum())}.",
                where=where,
                remedy="Every sampled person needs one; correct the file or name another column.",
                count=int(missing.sum()),
                items=tuple(f"row {i + 1}" for i in np.flatnonzero(missing)[:10]),
            )
        )
    labels, index = np.unique(values, return_inverse=True)
    return tuple(str(label) for label in labels), index.astype(np.int32)


def _missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    missing = np.zeros(len(values), dtype=bool)
    if values.dtype.kind == "f":
        missing |= np.isnan(values)
    if values.dtype.kind == "O":
        missing |= [value is None or value != value or value == "" for value in values]
    if values.dtype.kind == "U":
        missing |= values == ""
    return missing


def _psus(
    stratum: Index, strata: tuple[str, ...], psu: Column | None, nest: bool, m: int, where: str
) -> tuple[tuple[str, ...], Index, Index]:
    labels, code = _codes(np.arange(1, m + 1) if psu is None else psu, f"{where}: psu")
    pair = stratum.astype(np.int64) * len(labels) + code
    pairs, at_psu = np.unique(pair, return_inverse=True)
    psu_stratum, psu_code = pairs // len(labels), pairs % len(labels)
    if not nest:
        _check_nested(psu_code, labels, where)
    restarts = len(pairs) > len(labels)
    names = tuple(
        f"{strata[h]}/{labels[c]}" if restarts else labels[c]
        for h, c in zip(psu_stratum, psu_code, strict=True)
    )
    return names, psu_stratum.astype(np.int32), at_psu.astype(np.int32)


def _check_nested(psu_code: NDArray[np.int64], labels: tuple[str, ...], where: str) -> None:
    repeated = np.flatnonzero(np.bincount(psu_code, minlength=len(labels)) > 1)
    if len(repeated):
        raise InputError(
            Problem(
                what=f"PSU codes that stand in more than one stratum: {len(repeated)}.",
                where=f"{where}: psu",
                remedy="Set survey.nest = true if PSU codes restart in each stratum; otherwise correct the codes.",
                count=len(repeated),
                items=tuple(labels[i] for i in repeated[:10]),
            )
        )


def _population(
    column: Column | None, group: Index, labels: tuple[str, ...], sampled: NDArray[np.int64], where: str
) -> Floats | None:
    if column is None:
        return None
    values = np.asarray(column, dtype=np.float64)
    population = np.zeros(len(labels))
    population[group] = values
    varies = np.unique(group[~(values == population[group])])
    short = np.flatnonzero(population < sampled)
    _refuse(
        [labels[i] for i in varies],
        where,
        "is missing or not the same on all rows",
        "Give one number for each.",
    )
    _refuse(
        [f"{labels[i]}: {sampled[i]} of {population[i]:g}" for i in short],
        where,
        "is smaller than the number sampled",
        "It is a count of units in the population, not a sampling fraction; correct it, or leave it out.",
    )
    return population


def _refuse(units: Sequence[str], where: str, fault: str, remedy: str) -> None:
    if units:
        what = f"Units whose population {fault}: {len(units)}."
        raise InputError(Problem(what, where, remedy, len(units), tuple(units[:SHOWN])))


def _check_stages(
    ssu: Column | None,
    psu_population: Column | None,
    stratum_population: Floats | None,
    stages: Sequence[tuple[Column, Column]],
    where: str,
) -> None:
    if psu_population is not None and (ssu is None or stratum_population is None):
        raise InputError(
            Problem(
                what="A second-stage population is given without a second-stage unit or a first-stage population.",
                where=f"{where}: psu_population",
                remedy="Give survey.ssu and survey.stratum_population too, or leave survey.psu_population out.",
            )
        )
    if stages and psu_population is None:
        raise InputError(
            Problem(
                what="A third stage is given without the second stage and its population.",
                where=f"{where}: stages",
                remedy="Give survey.ssu and survey.psu_population too, or leave survey.stages out: without the "
                "populations of every stage above it a stage adds nothing to the variance.",
            )
        )


def _lower_stages(
    stages: Sequence[tuple[Column, Column]], at_psu: Index, psu_labels: tuple[str, ...], where: str
) -> tuple[tuple[Stage, ...], Index]:
    """Each stage's units, and the position of each row (m,) among those of the last. Codes may restart in every unit of
    the stage above."""
    drawn, at, above = [], at_psu, psu_labels
    for number, (unit, population) in enumerate(stages, start=2):
        word, size_word = _stage_words(number)
        labels, code = _codes(unit, f"{where}: {word}")
        pairs, below = np.unique(at.astype(np.int64) * len(labels) + code, return_inverse=True)
        parent = (pairs // len(labels)).astype(np.int32)
        sampled = np.bincount(parent, minlength=len(above))
        size = _population(population, at, above, sampled, f"{where}: {size_word}")
        assert size is not None  # noqa: S101 - a column was given
        above = tuple(f"{above[p]}/{labels[c]}" for p, c in zip(parent, pairs % len(labels), strict=True))
        drawn.append(Stage(parent, size, above))
        at = below.astype(np.int32)
    return tuple(drawn), at


def _stage_words(number: int) -> tuple[str, str]:
    return (
        ("ssu", "psu_population")
        if number == 2
        else (f"unit of stage {number}", f"population of stage {number}")
    )
