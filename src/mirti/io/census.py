"""The census, collapsed: children of the outcome's ages as cells of (area, pattern), by one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from mirti.declarations import CovariateDeclaration, Spec
from mirti.io.areas import area_positions
from mirti.io.backends import Connection
from mirti.io.census_counts import count_children
from mirti.io.census_rows import Children, read_children
from mirti.io.children import projection_factors, read_projection
from mirti.io.coding import raise_unknown
from mirti.io.collapse import MISSING, UNKNOWN
from mirti.io.missing import (
    Counts,
    Donors,
    find_donors,
    merge,
    spread_missing,
    together,
)
from mirti.io.readers import Opened, open_source
from mirti.patterns import distinct
from mirti.tables import CensusCells, Covariate, Floats, Index

PARTS_AT_A_TIME = 2


@dataclass(frozen=True)
class CensusResult:
    """cells: missing values spread, projection applied; children_by_area: (A,) the sum of each area's cells.

    children_source: 'census' or 'projection', children_year: its year. counted: children in the census itself; rows of
    the source; patterns: distinct ones among the cells; missing: share of the children whose covariate is missing.
    """

    cells: CensusCells
    children_by_area: Floats
    children_year: int
    children_source: str
    counted: int
    rows: int
    patterns: int
    missing: dict[str, float]
    warnings: list[str]


def collapse_census(
    con: Connection,
    opened: Opened,
    spec: Spec,
    covariates: tuple[Covariate, ...],
    *,
    projection: Opened | None = None,
    parents: Mapping[str, str] | None = None,
) -> CensusResult:
    """Collapse the census to cells in the survey's covariates.

    projection: its opened source, if the spec declares one and it is open already. parents: domain of each area, where
    a missing value looks for donors when the area has none; by default as the codes say (areas.parent_from_code).
    Raises InputError for unknown codes, areas and counts that cannot be read, a projection that does not fit.
    """
    declarations = spec.declaration.covariates
    children = read_children(opened, spec, covariates)
    reference = _reference(con, children, spec, projection)
    parts = count_children(children, covariates)
    _check_known(parts, children, spec, opened)
    missing = _missing_shares(parts, covariates)
    parts = [_to_missing_level(part, declarations, covariates).narrow() for part in parts]
    donors = find_donors(parts, covariates, _parents(children.areas, spec, parents))
    counts = _finished(parts, covariates, donors, reference)
    return CensusResult(
        _cells(counts, covariates, children.areas),
        np.bincount(counts.area, counts.n, len(children.areas)).astype(np.float64),
        reference.year,
        reference.source,
        int(children.counted.sum()),
        opened.rows(),
        int(np.count_nonzero(np.bincount(counts.pattern))),
        missing,
        [*children.warnings, *reference.warnings],
    )


def _finished(
    parts: list[Counts], covariates: Sequence[Covariate], donors: Donors, reference: _Reference
) -> Counts:
    """The parts, each taken off the list, as one; two at a time, so that few are held twice."""
    with ThreadPoolExecutor(PARTS_AT_A_TIME) as pool:
        done = [pool.submit(_finish, parts.pop(0), covariates, donors, reference) for _ in range(len(parts))]
        return together([part.result() for part in done])


def _finish(counts: Counts, covariates: Sequence[Covariate], donors: Donors, reference: _Reference) -> Counts:
    """The children of some areas without missing codes, in the year that they refer to, ages and sexes together."""
    counts = counts.widened()
    if (counts.patterns == MISSING).any():
        counts = spread_missing(counts, covariates, donors)
    if reference.factor is not None:
        counts = replace(counts, n=counts.n * reference.factor[counts.area, counts.stratum])
    return merge(counts, strata=False)


def _cells(counts: Counts, covariates: tuple[Covariate, ...], areas: tuple[str, ...]) -> CensusCells:
    fits = (
        np.int8
        if all(len(covariate.levels) <= np.iinfo(np.int8).max for covariate in covariates)
        else np.int16
    )
    codes = np.take(counts.patterns.astype(fits, order="C"), counts.pattern, axis=0)
    return CensusCells(covariates, areas, counts.area, codes, counts.n, counts.pattern)


@dataclass(frozen=True)
class _Reference:
    """The year the children refer to; factor: (A, S) what a counted child stands for in it, None: itself."""

    year: int
    source: str
    factor: Floats | None
    warnings: list[str]


def _reference(con: Connection, children: Children, spec: Spec, opened: Opened | None) -> _Reference:
    declared = spec.declaration.projection
    if declared is None:
        return _Reference(spec.declaration.census.year, "census", None, [])
    source = opened or open_source(con, declared.source, spec.path.parent, "projection")
    projection = read_projection(source, declared, children.areas, children.strata)
    factor, warnings = projection_factors(children.counted, projection, children.areas, source.where)
    return _Reference(declared.year, "projection", factor, warnings)


def _check_known(parts: Sequence[Counts], children: Children, spec: Spec, opened: Opened) -> None:
    unknown = np.flatnonzero(sum((part.patterns == UNKNOWN).any(axis=0) for part in parts)).tolist()
    declarations, labels = spec.declaration.covariates, opened.value_labels
    raise_unknown(children.table, declarations, "census", unknown, opened.where, labels)


def _missing_shares(parts: Sequence[Counts], covariates: Sequence[Covariate]) -> dict[str, float]:
    missing, children = np.zeros(len(covariates)), 0.0
    for part in parts:
        n = np.bincount(part.pattern, part.n, len(part.patterns))
        missing, children = missing + n @ (part.patterns == MISSING), children + n.sum()
    shares = missing / children
    return {covariate.name: float(share) for covariate, share in zip(covariates, shares, strict=True)}


def _to_missing_level(
    counts: Counts, declarations: Sequence[CovariateDeclaration], covariates: Sequence[Covariate]
) -> Counts:
    """Missing codes take the missing level of the covariates that have one; a pattern may then stand twice."""
    codes = counts.patterns.copy()
    for j, (declaration, covariate) in enumerate(zip(declarations, covariates, strict=True)):
        if declaration.missing in covariate.levels:
            codes[codes[:, j] == MISSING, j] = covariate.levels.index(declaration.missing)
    patterns, position = distinct(codes)
    return replace(counts, patterns=patterns, pattern=position[counts.pattern])


def _parents(areas: Sequence[str], spec: Spec, parents: Mapping[str, str] | None) -> Index | None:
    first = spec.declaration.areas.parent_from_code
    if parents is None and first is None:
        return None
    named = [parents.get(area, "") if parents is not None else area[:first] for area in areas]
    return area_positions(named)[1]
