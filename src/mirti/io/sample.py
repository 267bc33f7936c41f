"""The survey's design, read from every sampled person, in the outcome's domain or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from mirti.codes import code, number
from mirti.declarations import SurveyDeclaration
from mirti.errors import InputError, Problem
from mirti.tables import Floats, Index, Sample

ALL = "all"  # the one stratum of a survey without strata


@dataclass(frozen=True)
class Units:
    """A sample and where each of its units stands in it.

    rows: one for each final sampling unit: stratum, psu, ssu as the source writes them, psu_at and ssu_at their
    positions. A sample without PSUs has a row a stratum, psu_at the position of its first person.
    """

    sample: Sample
    rows: dict[str, list[Any]]
    clustered: bool

    def table(self) -> ibis.Table:
        return ibis.memtable(pa.table(self.rows))


def add_design(table: ibis.Table, survey: SurveyDeclaration) -> ibis.Table:
    """Adds stratum, psu, ssu (texts) and the populations of both stages, as the declaration names them."""
    ssu = survey.ssu if survey.psu_population else None
    return table.mutate(
        design_stratum=code(table[survey.strata]) if survey.strata else ibis.literal(ALL),
        design_psu=code(table[survey.psu]) if survey.psu else ibis.literal(""),
        design_ssu=code(table[ssu]) if ssu else ibis.literal(""),
        design_strata_size=_population(table, survey.stratum_population),
        design_psu_size=_population(table, survey.psu_population),
    )


def _population(table: ibis.Table, column: str | None) -> ibis.Value:
    return number(table[column]) if column else ibis.null("float64")


def read_sample(table: ibis.Table, survey: SurveyDeclaration, where: str) -> Units:
    """The Sample of a table that has been through add_design. Raises InputError for units without a stratum or PSU,
    PSUs that straddle strata (nest = false), populations that vary within a unit or are smaller than the sample."""
    keys = ["design_stratum", "design_psu", "design_ssu"]
    sizes = ("design_strata_size", "design_psu_size")
    ends = {f"{end}_{size}": getattr(table[size], end)() for size in sizes for end in ("min", "max")}
    found = table.group_by(keys).agg(persons=table.count(), **ends).order_by(keys).to_pyarrow().to_pylist()
    _check_present(found, survey, where)
    if survey.psu is None:
        return _persons_as_units(found, survey, where)
    return _clustered(found, survey, where)


def _check_present(found: Sequence[Mapping[str, Any]], survey: SurveyDeclaration, where: str) -> None:
    problems = []
    for key, column in (("stratum", survey.strata), ("psu", survey.psu), ("ssu", survey.ssu)):
        persons = sum(row["persons"] for row in found if row[f"design_{key}"] is None)
        if persons:
            what = f"{persons} sampled persons have no value in '{column}', the survey's {key}"
            problems.append(
                Problem(what, where, "Complete the column: every sampled person belongs to the design.")
            )
    if problems:
        raise InputError(problems)


def _clustered(found: list[dict[str, Any]], survey: SurveyDeclaration, where: str) -> Units:
    merged = [survey.merge_strata.get(row["design_stratum"], row["design_stratum"]) for row in found]
    psus = [_psu_label(row, survey) for row in found]
    if not survey.nest:
        _check_nested(found, where)
    strata, stratum_at = _distinct(merged)
    labels, psu_at = _distinct(psus)
    psu_stratum = _of_unit(psu_at, stratum_at, len(labels))
    two_stages = survey.psu_population is not None
    ssu_at = np.arange(len(found), dtype=np.int32)
    sample = Sample(
        strata,
        labels,
        psu_stratum,
        _stratum_population(
            found, merged, strata, np.bincount(psu_stratum, minlength=len(strata)), survey, where
        ),
        psu_at if two_stages else None,
        _psu_population(found, psu_at, labels, where) if two_stages else None,
    )
    rows = {key: [row[key] for row in found] for key in ("design_stratum", "design_psu", "design_ssu")}
    return Units(sample, {**rows, "psu_at": psu_at.tolist(), "ssu_at": ssu_at.tolist()}, clustered=True)


def _psu_label(row: Mapping[str, Any], survey: SurveyDeclaration) -> str:
    nested = survey.nest and survey.strata is not None
    return f"{row['design_stratum']}/{row['design_psu']}" if nested else str(row["design_psu"])


def _check_nested(found: Sequence[Mapping[str, Any]], where: str) -> None:
    strata: dict[str, set[str]] = {}
    for row in found:
        strata.setdefault(row["design_psu"], set()).add(row["design_stratum"])
    astride = tuple(psu for psu, its in strata.items() if len(its) > 1)
    if astride:
        remedy = (
            "If PSU codes restart in each stratum, set survey.nest = true; otherwise correct their strata."
        )
        raise InputError(Problem("PSUs lie in more than one stratum", where, remedy, len(astride), astride))


def _distinct(texts: Sequence[str]) -> tuple[tuple[str, ...], Index]:
    labels = tuple(sorted(set(texts)))
    position = {label: i for i, label in enumerate(labels)}
    return labels, np.array([position[text] for text in texts], dtype=np.int32)


def _of_unit(unit: Index, value: Index, units: int) -> Index:
    """The value of each unit, from rows of (unit, value) in which a unit has one value."""
    values = np.zeros(units, dtype=np.int32)
    values[unit] = value
    return values


def _persons_as_units(found: list[dict[str, Any]], survey: SurveyDeclaration, where: str) -> Units:
    """Without PSUs each sampled person is one; persons are numbered stratum by stratum."""
    merged = [survey.merge_strata.get(row["design_stratum"], row["design_stratum"]) for row in found]
    strata, stratum_at = _distinct(merged)
    persons = np.array([row["persons"] for row in found], dtype=np.int64)
    starts = np.cumsum(persons) - persons
    psu_stratum = np.repeat(stratum_at, persons)
    counts = np.bincount(psu_stratum, minlength=len(strata))
    sample = Sample(
        strata,
        tuple(str(number) for number in range(1, int(persons.sum()) + 1)),
        psu_stratum,
        _stratum_population(found, merged, strata, counts, survey, where),
    )
    rows = {key: [row[key] for row in found] for key in ("design_stratum", "design_psu", "design_ssu")}
    return Units(sample, {**rows, "psu_at": starts.tolist(), "ssu_at": [0] * len(found)}, clustered=False)


def _stratum_population(
    found: Sequence[Mapping[str, Any]],
    merged: Sequence[str],
    strata: Sequence[str],
    sampled: np.ndarray[Any, np.dtype[np.int64]],
    survey: SurveyDeclaration,
    where: str,
) -> Floats | None:
    """PSUs in the population of each stratum; strata that were merged add theirs; inf where none is given."""
    if survey.stratum_population is None:
        return None
    own = _one_value(found, [row["design_stratum"] for row in found], "design_strata_size", "stratum", where)
    population = dict.fromkeys(strata, 0.0)
    for original, into in {
        row["design_stratum"]: into for row, into in zip(found, merged, strict=True)
    }.items():
        population[into] += own[original]
    result = np.array([population[label] for label in strata])
    _check_population(strata, result, sampled, "stratum", "PSUs", where)
    return result


def _psu_population(
    found: Sequence[Mapping[str, Any]], psu_at: Index, labels: Sequence[str], where: str
) -> Floats:
    own = _one_value(found, [labels[i] for i in psu_at], "design_psu_size", "PSU", where)
    result = np.array([own[label] for label in labels])
    sampled = np.bincount(psu_at, minlength=len(labels))
    _check_population(labels, result, sampled, "PSU", "second-stage units", where)
    return result


def _one_value(
    found: Sequence[Mapping[str, Any]], units: Sequence[str], size: str, kind: str, where: str
) -> dict[str, float]:
    values: dict[str, set[float]] = {}
    for row, unit in zip(found, units, strict=True):
        ends = (row[f"min_{size}"], row[f"max_{size}"])
        values.setdefault(unit, set()).update(np.inf if end is None else end for end in ends)
    several = tuple(unit for unit, its in values.items() if len(its) > 1)
    if several:
        what = f"The population of a {kind} (fpc) is not the same on all its rows"
        raise InputError(Problem(what, where, f"Give one population for each {kind}.", len(several), several))
    return {unit: its.pop() for unit, its in values.items()}


def _check_population(
    labels: Sequence[str],
    population: Floats,
    sampled: np.ndarray[Any, np.dtype[np.int64]],
    kind: str,
    units: str,
    where: str,
) -> None:
    small = tuple(
        f"{label}: {n} of {size:g}"
        for label, n, size in zip(labels, sampled, population, strict=True)
        if size < n
    )
    if small:
        what = f"More {units} are sampled than the {kind}'s population (fpc) holds"
        remedy = f"The column must hold the number of {units} in the population of the {kind}, not a share."
        raise InputError(Problem(what, where, remedy, len(small), small))
