"""The survey's design, read from every sampled person, in the outcome's domain or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import ibis
import numpy as np
import pyarrow as pa

from mirti.codes import code, number
from mirti.declarations import SurveyDeclaration
from mirti.errors import SHOWN, InputError, Problem
from mirti.survey.design import build_design
from mirti.tables import Floats, Index, Sample

Row: TypeAlias = Mapping[str, Any]

ALL = "all"  # the one stratum of a survey without strata
KEYS = ("design_stratum", "design_psu", "design_ssu")
SAME_WEIGHT = 1e-9  # relative


@dataclass(frozen=True)
class Units:
    """A sample and where each of its units stands in it.

    rows: one for each final sampling unit: its keys, stratum, psu, ssu and further units as the source writes them,
    psu_at and ssu_at (the last stage's) their positions. A sample without PSUs has a row a stratum, psu_at the position
    of its first person.
    """

    sample: Sample
    rows: dict[str, list[Any]]
    clustered: bool
    keys: tuple[str, ...] = KEYS

    def table(self) -> ibis.Table:
        return ibis.memtable(pa.table(self.rows))


def add_design(table: ibis.Table, survey: SurveyDeclaration) -> ibis.Table:
    """Adds stratum, psu, ssu, further units (texts) and the populations of every stage that the declaration names."""
    ssu = survey.ssu if survey.psu_population else None
    further = zip(_units_of(survey), survey.stages, strict=True)
    below = {name: (code(table[stage.unit]), _population(table, stage.population)) for name, stage in further}
    return table.mutate(
        **{name: unit for name, (unit, _) in below.items()},
        **{f"{name}_size": size for name, (_, size) in below.items()},
        design_stratum=code(table[survey.strata]) if survey.strata else ibis.literal(ALL),
        design_psu=code(table[survey.psu]) if survey.psu else ibis.literal(""),
        design_ssu=code(table[ssu]) if ssu else ibis.literal(""),
        design_strata_size=_population(table, survey.stratum_population),
        design_psu_size=_population(table, survey.psu_population),
    )


def psu_weight_value(table: ibis.Table, survey: SurveyDeclaration) -> ibis.Value:
    """The own weight of each person's PSU; null for everyone if the declaration names none."""
    return number(table[survey.psu_weight]) if survey.psu_weight else ibis.null("float64")


def check_psu_weights(
    weight: Floats, psu: Index, area: Index, sample: Sample, column: str, where: str
) -> None:
    """Raises InputError where children (n,) of one PSU in one area have different weights of the PSU."""
    groups, group = np.unique(np.column_stack([psu, area]), axis=0, return_inverse=True)
    low, high = np.full(len(groups), np.inf), np.zeros(len(groups))
    np.minimum.at(low, group, weight)
    np.maximum.at(high, group, weight)
    varying = np.flatnonzero(high > low * (1 + SAME_WEIGHT))
    if len(varying):
        first = varying[:SHOWN]
        items = tuple(f"PSU {sample.psu_labels[groups[g, 0]]}: {low[g]:g} to {high[g]:g}" for g in first)
        what = f"'{column}' is not the same for all children of a PSU in an area, in {len(varying)} of {len(groups)}"
        remedy = (
            "Name the column with the inverse of the PSU's inclusion probability (a child's own weight belongs "
            "to survey.weight), or leave survey.psu_weight out."
        )
        raise InputError(Problem(what, where, remedy, len(varying), items))


def _units_of(survey: SurveyDeclaration) -> tuple[str, ...]:
    """The keys of the third and further stages."""
    return tuple(f"design_unit{number}" for number, _ in enumerate(survey.stages, start=3))


def _population(table: ibis.Table, column: str | None) -> ibis.Value:
    return number(table[column]) if column else ibis.null("float64")


def read_sample(table: ibis.Table, survey: SurveyDeclaration, where: str) -> Units:
    """The Sample of a table that has been through add_design. Raises InputError for units without a stratum or PSU,
    PSUs that straddle strata (nest = false), populations that are missing, vary within a unit or are smaller than the
    sample, and merge_strata that names no stratum."""
    keys = (*KEYS, *_units_of(survey))
    sizes = ("design_strata_size", "design_psu_size", *(f"{unit}_size" for unit in _units_of(survey)))
    ends = {f"{end}_{size}": getattr(table[size], end)() for size in sizes for end in ("min", "max")}
    missing = {f"missing_{size}": table[size].isnull().any() for size in sizes}
    found = (
        table.group_by(keys)
        .agg(persons=table.count(), **ends, **missing)
        .order_by(keys)
        .to_pyarrow()
        .to_pylist()
    )
    _check_present(found, survey, where)
    _check_merged(found, survey, where)
    if survey.psu is None:
        return _persons_as_units(found, survey, where)
    return _clustered(found, survey, where)


def _check_present(found: Sequence[Row], survey: SurveyDeclaration, where: str) -> None:
    problems = []
    further = zip(_units_of(survey), (stage.unit for stage in survey.stages), strict=True)
    named = (*zip(KEYS, (survey.strata, survey.psu, survey.ssu), strict=True), *further)
    for key, column in named:
        persons = sum(row["persons"] for row in found if row[key] is None)
        if persons:
            what = f"{persons} sampled persons have no value in '{column}', the survey's {key.removeprefix('design_')}"
            problems.append(
                Problem(what, where, "Complete the column: every sampled person belongs to the design.")
            )
    if problems:
        raise InputError(problems)


def _check_merged(found: Sequence[Row], survey: SurveyDeclaration, where: str) -> None:
    """A stratum that merge_strata names in vain stays as it was, and nobody would see it."""
    strata = {row["design_stratum"] for row in found}
    absent = tuple(sorted(survey.merge_strata.keys() - strata))
    into = Counter(survey.merge_strata.values())
    alone = tuple(sorted(name for name, times in into.items() if times == 1 and name not in strata))
    problems = []
    if absent:
        what, remedy = "survey.merge_strata names strata that the survey does not have", _strata(strata)
        problems.append(Problem(what, where, remedy, len(absent), absent))
    if alone:
        what = "survey.merge_strata merges a stratum into one that the survey does not have"
        problems.append(Problem(what, where, _strata(strata), len(alone), alone))
    if problems:
        raise InputError(problems)


def _strata(known: Iterable[str]) -> str:
    shown = sorted(known)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return f"The strata are {', '.join(shown[:SHOWN])}{more}."


def _clustered(found: Sequence[Row], survey: SurveyDeclaration, where: str) -> Units:
    two_stages = survey.psu_population is not None
    design = build_design(
        _twice(_merged(found, survey)),
        _twice([_psu_label(row, survey) for row in found]),
        ssu=_twice([row["design_ssu"] for row in found]) if two_stages else None,
        nest=False,
        stratum_population=_stratum_population(found, survey),
        psu_population=_ends(found, "design_psu_size") if two_stages else None,
        stages=[
            (_twice([row[unit] for row in found]), _ends(found, f"{unit}_size")) for unit in _units_of(survey)
        ],
        where=where,
    )
    ssu = design.ssu if design.ssu is not None else np.arange(len(found), dtype=np.int32)
    keys = (*KEYS, *_units_of(survey))
    return _units(design.sample, found, design.psu[: len(found)], ssu[: len(found)], keys=keys)


def _persons_as_units(found: Sequence[Row], survey: SurveyDeclaration, where: str) -> Units:
    """Without PSUs each sampled person is one; persons are numbered stratum by stratum."""
    persons = np.array([row["persons"] for row in found])
    population = _stratum_population(found, survey)
    design = build_design(
        np.repeat(np.array(_twice(_merged(found, survey))), np.concatenate([persons, 0 * persons])),
        None,
        stratum_population=None if population is None else np.repeat(population[: len(found)], persons),
        where=where,
    )
    first = design.psu[np.cumsum(persons) - persons]
    return _units(design.sample, found, first, np.zeros(len(found), np.int32))


def _units(
    sample: Sample, found: Sequence[Row], psu: Index, ssu: Index, *, keys: tuple[str, ...] | None = None
) -> Units:
    """keys: of the units of a clustered sample; without PSUs there are strata alone."""
    rows: dict[str, list[Any]] = {key: [row[key] for row in found] for key in keys or KEYS}
    positions = {"psu_at": psu.tolist(), "ssu_at": ssu.tolist()}
    return Units(sample, {**rows, **positions}, clustered=keys is not None, keys=keys or KEYS)


def _merged(found: Sequence[Row], survey: SurveyDeclaration) -> list[str]:
    strata = (str(row["design_stratum"]) for row in found)
    return [survey.merge_strata.get(stratum, stratum) for stratum in strata]


def _psu_label(row: Row, survey: SurveyDeclaration) -> str:
    """PSU codes that restart in each stratum are told apart by the stratum as it was before merging."""
    nested = survey.nest and survey.strata is not None
    return f"{row['design_stratum']}/{row['design_psu']}" if nested else str(row["design_psu"])


def _twice(values: list[str]) -> list[str]:
    """Each unit stands on two rows, one with the least population of its persons and one with the greatest."""
    return [*values, *values]


def _ends(found: Sequence[Row], size: str) -> Floats:
    """(2 × units,) least, then greatest population of each unit; nan where it is missing for anyone."""
    return np.array(
        [
            np.nan if row[f"missing_{size}"] else row[f"{end}_{size}"]
            for end in ("min", "max")
            for row in found
        ],
        dtype=np.float64,
    )


def _stratum_population(found: Sequence[Row], survey: SurveyDeclaration) -> Floats | None:
    """(2 × units,) PSUs in the population of the unit's stratum; strata that were merged add theirs."""
    if survey.stratum_population is None:
        return None
    own = _ends(found, "design_strata_size")
    if not survey.merge_strata:
        return own
    first = {row["design_stratum"]: size for row, size in zip(found, own, strict=False)}
    total: dict[str, float] = {}
    for stratum, size in first.items():
        into = survey.merge_strata.get(stratum, stratum)
        total[into] = total.get(into, 0.0) + size
    others = [
        total[into] - first[row["design_stratum"]]
        for row, into in zip(found, _merged(found, survey), strict=True)
    ]
    return np.asarray(own + np.array([*others, *others]), dtype=np.float64)
