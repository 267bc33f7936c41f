"""The survey, collapsed: children of the outcome as cells of (PSU, second-stage unit, area, pattern)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import ibis
import numpy as np
from numpy.typing import NDArray

from mirti.codes import number
from mirti.declarations import CovariateDeclaration, Spec
from mirti.errors import InputError, Problem
from mirti.expressions import unknown_column
from mirti.io.areas import area_positions, form_codes, raw_area
from mirti.io.backends import Connection, stored
from mirti.io.coding import check_codes, code_values, find_covariates
from mirti.io.collapse import MISSING, group
from mirti.io.readers import Opened
from mirti.io.replicates import add_replicates, check_kind, read_replicates, replicate_names
from mirti.io.sample import Units, add_design, check_psu_weights, psu_weight_value, read_sample
from mirti.io.sources import add_values, age_value, unknown_age, within_ages
from mirti.outcome import outcome_column
from mirti.tables import Codes, Covariate, Floats, Index, Ints, SurveyCells


@dataclass(frozen=True)
class SurveyResult:
    """cells; rows: sampled persons; children and weighted_children: those in the domain, and the sum of their weights;
    missing_outcome_share: weighted share of the children of the outcome's ages whose outcome is missing."""

    cells: SurveyCells
    rows: int
    children: int
    weighted_children: float
    missing_outcome_share: float
    warnings: list[str]


def collapse_survey(con: Connection, opened: Opened, spec: Spec) -> SurveyResult:
    """Collapse the survey to cells.

    The design comes from every sampled person; the domain are the children of the outcome's ages with a known outcome.
    A missing covariate takes the declared missing level, else its child leaves the domain, and a warning says so.
    Raises InputError for a faulty design, unknown codes, an empty domain.
    """
    declarations, where = spec.declaration.covariates, opened.where
    replicates = replicate_names(spec.declaration.survey, opened.table.columns, where)
    persons = _persons(opened, spec, replicates)
    units = _units(persons, replicates, spec, where)
    with stored(con, _children(persons, units, spec, where)) as children:
        _check_anyone(children.count().to_pyarrow().as_py(), spec, where)
        covariates = find_covariates(children, declarations, "survey", where)
        coded = code_values(children, declarations, "survey", covariates, where)
        check_codes(coded, declarations, "survey", where, labels=opened.value_labels)
        domain = _read(coded, covariates, len(replicates), spec, where)
    domain, warnings = _fill_missing(domain, declarations, covariates)
    _check_domain(domain, spec, where)
    check_kind(spec.declaration.survey, domain.w, domain.rw)
    domain, covariates = _drop_unseen_missing(domain, declarations, covariates)
    _check_psu_weights(domain, units, spec, where)
    cells = _cells(domain, units, covariates, _areas(persons, spec, where))
    missing = _missing_outcome_share(persons, spec)
    warnings += _unknown_ages(persons)
    return SurveyResult(cells, opened.rows(), len(domain.w), _sum(domain.w), missing, warnings)


# --- rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Domain:
    """The children of the domain, one row each.

    Positions of their units, area codes, codes (n, k), outcome, weight, the PSU's own weight (nan if the survey gives
    none), replicate weights (n, R), R 0 without any.
    """

    psu: Index
    ssu: Index
    area: NDArray[np.object_]
    codes: Codes
    y: Ints
    w: Floats
    psu_weight: Floats
    rw: Floats

    def take(self, chosen: NDArray[np.bool_]) -> _Domain:
        return _Domain(*(getattr(self, field.name)[chosen] for field in fields(self)))


def _persons(opened: Opened, spec: Spec, replicates: Sequence[str]) -> ibis.Table:
    """Every sampled person with its design, weight, area, outcome, and whether it is of the outcome's ages."""
    survey, outcome = spec.declaration.survey, spec.declaration.outcome
    table = opened.table
    if survey.weight not in table.columns:
        raise unknown_column(survey.weight, table.columns, opened.where)
    age = age_value(table, survey.persons, opened.where)
    return add_replicates(add_design(table, survey), survey, replicates).mutate(
        person_weight=number(table[survey.weight]),
        person_psu_weight=psu_weight_value(table, survey),
        person_area=raw_area(table, survey.area, opened.where),
        person_outcome=outcome_column(outcome, table, age=survey.persons.age, where=opened.where),
        person_age=age,
        person_child=within_ages(age, outcome.ages),
    )


def _units(persons: ibis.Table, replicates: tuple[str, ...], spec: Spec, where: str) -> Units:
    """The design, and how its replicate weights give a variance if the survey came with any."""
    survey = spec.declaration.survey
    units = read_sample(persons, survey, where)
    described = read_replicates(persons, units, survey, replicates, where)
    return replace(units, sample=replace(units.sample, replicates=described))


def _children(persons: ibis.Table, units: Units, spec: Spec, where: str) -> ibis.Table:
    """The domain with its values v0…, and the positions of its sampling units."""
    declaration = spec.declaration
    values = add_values(
        persons,
        [covariate.survey for covariate in declaration.covariates],
        declaration.survey.persons,
        keep=persons["person_child"] & persons["person_outcome"].notnull(),
        within=declaration.survey.area.column,
        where=where,
    )
    own = ["person_weight", "person_psu_weight", "person_area", "person_outcome"]
    described = units.sample.replicates
    replicates = [] if described is None else [f"r{i}" for i in range(len(described.rscales))]
    coded = [f"v{j}" for j in range(len(declaration.covariates))]
    return values.select(*units.keys, *own, *replicates, *coded).join(units.table(), list(units.keys))


def _read(
    coded: ibis.Table, covariates: Sequence[Covariate], replicates: int, spec: Spec, where: str
) -> _Domain:
    names, weights = [f"x{j}" for j in range(len(covariates))], [f"r{i}" for i in range(replicates)]
    own = ("psu_at", "ssu_at", "person_area", "person_outcome", "person_weight", "person_psu_weight")
    read = coded.select(*own, *names, *weights).to_pyarrow()
    raw = read["person_area"].combine_chunks().dictionary_encode()
    codes = form_codes(raw.dictionary.to_pylist(), spec.declaration.survey.area, where)
    _check_areas_known(raw.null_count, where)
    return _Domain(
        read["psu_at"].to_numpy().astype(np.int32),
        read["ssu_at"].to_numpy().astype(np.int32),
        np.array(codes, dtype=object)[raw.indices.to_numpy()],
        np.column_stack([read[name].to_numpy() for name in names]).astype(np.int16),
        read["person_outcome"].to_numpy().astype(np.int64),
        read["person_weight"].to_numpy(),
        read["person_psu_weight"].to_numpy().astype(np.float64),
        np.array([read[name].to_numpy() for name in weights]).reshape(replicates, read.num_rows).T,
    )


def _check_areas_known(missing: int, where: str) -> None:
    if missing:
        what = f"{missing} children of the domain have no area"
        raise InputError(Problem(what, where, "Give every sampled child an area code."))


def _areas(persons: ibis.Table, spec: Spec, where: str) -> tuple[str, ...]:
    """Codes of every area with a sampled person."""
    area = persons["person_area"]
    raw = persons.filter(area.notnull()).select(area=area).distinct().to_pyarrow()["area"].to_pylist()
    return tuple(sorted(set(form_codes(raw, spec.declaration.survey.area, where))))


def _missing_outcome_share(persons: ibis.Table, spec: Spec) -> float:
    children = persons.filter(persons["person_child"])
    read = children.select(
        w=children["person_weight"], missing=children["person_outcome"].isnull()
    ).to_pyarrow()
    w, missing = read["w"].to_numpy(), read["missing"].to_numpy()
    return _sum(w[missing]) / _sum(w) if len(w) else 0.0


def _unknown_ages(persons: ibis.Table) -> list[str]:
    unknown = persons.count(where=unknown_age(persons["person_age"])).to_pyarrow().as_py()
    if not unknown:
        return []
    return [f"survey: the age of {unknown:,} sampled persons is unknown; none of them is counted as a child."]


def _sum(values: Floats) -> float:
    """A sum that does not depend on the order of the rows."""
    return float(np.sort(values).sum())


# --- missing covariates ---------------------------------------------------------------------------------------------


def _fill_missing(
    domain: _Domain, declarations: Sequence[CovariateDeclaration], covariates: Sequence[Covariate]
) -> tuple[_Domain, list[str]]:
    """Missing codes take the declared level; children for whom there is none leave, with a sentence for each reason."""
    codes, warnings = domain.codes.copy(), []
    for j, (declaration, covariate) in enumerate(zip(declarations, covariates, strict=True)):
        missing = codes[:, j] == MISSING
        if declaration.missing is not None:
            codes[missing, j] = covariate.levels.index(declaration.missing)
        elif missing.any():
            warnings.append(_left(covariate.name, missing, domain.w))
    return replace(domain, codes=codes).take((codes != MISSING).all(axis=1)), warnings


def _left(name: str, missing: NDArray[np.bool_], w: Floats) -> str:
    share = _sum(w[missing]) / _sum(w)
    return (
        f"survey: {int(missing.sum())} children ({share:.2%} of the weighted domain) leave the domain because "
        f"'{name}' is missing and has no missing level."
    )


def _drop_unseen_missing(
    domain: _Domain, declarations: Sequence[CovariateDeclaration], covariates: Sequence[Covariate]
) -> tuple[_Domain, tuple[Covariate, ...]]:
    """A missing level that no child of the survey has cannot be estimated: it is no level."""
    codes, kept = domain.codes.copy(), []
    for j, (declaration, covariate) in enumerate(zip(declarations, covariates, strict=True)):
        if declaration.missing is not None:
            position = covariate.levels.index(declaration.missing)
            if not (codes[:, j] == position).any():
                codes[:, j] -= codes[:, j] > position
                covariate = _without_level(covariate, position)
        kept.append(covariate)
    return replace(domain, codes=codes), tuple(kept)


def _without_level(covariate: Covariate, position: int) -> Covariate:
    levels = covariate.levels[:position] + covariate.levels[position + 1 :]
    moved = covariate.reference > position
    reference = 0 if covariate.reference == position else covariate.reference - moved
    return replace(covariate, levels=levels, reference=reference)


def _check_anyone(children: int, spec: Spec, where: str) -> None:
    if not children:
        youngest, oldest = spec.declaration.outcome.ages
        what = (
            f"The survey has no child aged {youngest} to {oldest} with a known outcome and known covariates"
        )
        remedy = "Check outcome.ages, the age column, the outcome's codes and the covariates' codings."
        raise InputError(Problem(what, where, remedy))


def _check_domain(domain: _Domain, spec: Spec, where: str) -> None:
    _check_anyone(len(domain.y), spec, where)
    if domain.y.min() == domain.y.max():
        what = f"All {len(domain.y)} children of the domain have the same outcome, {domain.y[0]}"
        remedy = "Check the outcome's rule or codes: a model needs children with it and children without."
        raise InputError(Problem(what, where, remedy))


def _check_psu_weights(domain: _Domain, units: Units, spec: Spec, where: str) -> None:
    column = spec.declaration.survey.psu_weight
    if column is not None:
        area = area_positions(list(domain.area))[1]
        check_psu_weights(domain.psu_weight, domain.psu, area, units.sample, column, where)


# --- cells ----------------------------------------------------------------------------------------------------------


def _cells(
    domain: _Domain, units: Units, covariates: tuple[Covariate, ...], areas: tuple[str, ...]
) -> SurveyCells:
    area = area_positions(list(domain.area), areas)[1]
    psu = domain.psu if units.clustered else _number_persons(domain, area)
    patterns = [domain.codes[:, j] for j in range(len(covariates))]
    replicated = units.sample.replicates is not None
    ties = [domain.rw.sum(axis=1)] if replicated else []
    groups = group([psu, domain.ssu, area, *patterns], within=[domain.y, domain.w, *ties])
    y, w = domain.y.astype(np.float64), domain.w
    return SurveyCells(
        covariates,
        units.sample,
        areas,
        psu[groups.first],
        domain.ssu[groups.first] if units.sample.stages else None,
        area[groups.first],
        domain.codes[groups.first],
        groups.sum(np.ones(len(w), dtype=np.int64)),
        groups.sum(domain.y),
        groups.sum(w),
        groups.sum(w * y),
        groups.sum(w * w),
        groups.sum(w * w * y),
        groups.sum(domain.rw) if replicated else None,
        groups.sum(domain.rw * y[:, None]) if replicated else None,
        None if np.isnan(domain.psu_weight).any() else domain.psu_weight[groups.first],
    )


def _number_persons(domain: _Domain, area: Index) -> Index:
    """Without PSUs each child is one: numbered from the first of its stratum on, whatever the order of the rows."""
    order = np.lexsort([domain.w, domain.y, *domain.codes.T, area, domain.psu])
    first = domain.psu[order]
    starts = np.flatnonzero(np.r_[True, first[1:] != first[:-1]])
    within = np.arange(len(order)) - np.repeat(starts, np.diff([*starts, len(order)]))
    psu = np.empty(len(order), dtype=np.int32)
    psu[order] = first + within
    return psu
