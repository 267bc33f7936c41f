"""Replicate weights as the survey's file holds them: found, checked against the design, described."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import numpy as np

from mirti.codes import number
from mirti.declarations import ReplicatesDeclaration, SurveyDeclaration
from mirti.errors import InputError, Problem
from mirti.expressions import nearest_columns
from mirti.io.sample import Units
from mirti.survey.replicate import describe
from mirti.survey.replicate_checks import check_half_samples, check_replicates, stratum_rscales
from mirti.survey.variance import unit_totals
from mirti.tables import Floats, Replicates

WHERE = "survey.replicates"
ANY = "*"


def replicate_names(survey: SurveyDeclaration, columns: Sequence[str], where: str) -> tuple[str, ...]:
    """The source's columns of replicate weights, in the order of the declaration; () if there are none.

    Raises InputError for a name that no column has, and for a column that is named twice.
    """
    declared = survey.replicates
    if declared is None:
        return ()
    found = [name for pattern in declared.columns for name in _matching(pattern, columns, where)]
    twice = tuple(sorted({name for name in found if found.count(name) > 1}))
    if twice:
        what = f"Columns of replicate weights that are named more than once: {len(twice)}."
        raise InputError(Problem(what, WHERE, "Name each column once.", len(twice), twice))
    return tuple(found)


def add_replicates(table: ibis.Table, survey: SurveyDeclaration, names: Sequence[str]) -> ibis.Table:
    """Adds r0, r1, …: the replicate weights, made combined with the sampling weight where they are factors of it."""
    declared = survey.replicates
    if declared is None:
        return table
    weight = number(table[survey.weight])
    values = [number(table[name]) for name in names]
    combined = values if declared.combined else [value * weight for value in values]
    return table.mutate(**{f"r{i}": value for i, value in enumerate(combined)})


def read_replicates(
    persons: ibis.Table, units: Units, survey: SurveyDeclaration, names: tuple[str, ...], where: str
) -> Replicates | None:
    """How the replicates give a variance, after their sums over all sampled persons were held against the design.

    persons: with person_weight, design keys and r0, r1, …. Raises InputError where they do not match the survey.
    """
    declared = survey.replicates
    if declared is None:
        return None
    full, each = _sums(persons, units, len(names))
    sample = units.sample if units.clustered else None
    check_replicates(declared.kind, full, each, sample=sample, columns=names, where=f"{where}: {WHERE}")
    return describe(
        declared.kind,
        len(names),
        rho=declared.rho,
        scale=declared.scale,
        rscales=_rscales(declared, each, units),
        centre=declared.centre,
    )


def check_kind(survey: SurveyDeclaration, w: Floats, rw: Floats) -> None:
    """Are the children's replicate weights (n, R) of the declared kind? Raises InputError if they are not."""
    declared = survey.replicates
    if declared is not None:
        check_half_samples(declared.kind, w, rw, rho=declared.rho)


def _matching(pattern: str, columns: Sequence[str], where: str) -> list[str]:
    beginning = pattern.removesuffix(ANY)
    found = [
        name for name in columns if name == pattern or (pattern != beginning and name.startswith(beginning))
    ]
    if not found:
        what = f'there is no column "{pattern}" (named by survey.replicates.columns)'
        raise InputError(Problem(what, where, nearest_columns(beginning, columns)))
    return found


def _sums(persons: ibis.Table, units: Units, replicates: int) -> tuple[Floats, Floats]:
    """Weights, and replicate weights (·, R), by PSU; by stratum if persons are the PSUs. nan where one is unusable."""
    weights = [persons[f"r{i}"] for i in range(replicates)]
    sums = {f"s{i}": weight.sum() for i, weight in enumerate(weights)}
    bad = {f"b{i}": (weight.isnull() | (weight < 0)).any() for i, weight in enumerate(weights)}
    read = (
        persons.group_by(units.keys)
        .agg(w=persons["person_weight"].sum(), **sums, **bad)
        .order_by(units.keys)
        .to_pyarrow()
    )
    summed = np.column_stack(
        [read[name].to_numpy(zero_copy_only=False).astype(float) for name in ("w", *sums)]
    )
    unusable = np.column_stack([read[name].to_numpy(zero_copy_only=False) for name in bad]).any(axis=0)
    summed[:, 1:][:, unusable] = np.nan
    if units.clustered:
        at = np.asarray(units.rows["psu_at"], dtype=np.int32)
        summed = unit_totals(summed, at, len(units.sample.psu_labels))
    return summed[:, 0], summed[:, 1:]


def _rscales(declared: ReplicatesDeclaration, each: Floats, units: Units) -> Sequence[float] | Floats:
    """As declared; JKn's follow from the design where PSUs are declared."""
    if declared.rscales or declared.kind != "JKn" or not units.clustered:
        return declared.rscales
    return stratum_rscales(each, units.sample)
