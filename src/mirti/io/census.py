"""The census, collapsed: children of the outcome's ages as cells of (area, pattern), by one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from ibis.backends.duckdb import Backend

from mirti.declarations import CovariateDeclaration, Spec
from mirti.io.areas import area_positions, form_codes
from mirti.io.census_counts import count_children, query_donors
from mirti.io.census_rows import Children, read_children
from mirti.io.children import project_children, read_projection
from mirti.io.coding import raise_unknown
from mirti.io.collapse import MISSING, UNKNOWN, group, pack, sizes
from mirti.io.missing import Counts, Donors, merge, spread_missing
from mirti.io.readers import Opened, open_source
from mirti.tables import CensusCells, Codes, Covariate, Floats, Index


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
    con: Backend,
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
    children = read_children(opened, spec, covariates)
    census = _count(children, spec, covariates, opened)
    missing = _missing_shares(census.counts, covariates)
    spread = _without_missing(census, children, spec, covariates, parents)
    projected = _project(con, spread, census.areas, children, spec, projection)
    counts = merge(projected.counts.without_stratum(), sizes(covariates))
    cells = CensusCells(covariates, census.areas, counts.area, counts.codes, counts.n)
    return CensusResult(
        cells,
        np.bincount(counts.area, counts.n, len(census.areas)).astype(np.float64),
        projected.year,
        projected.source,
        int(census.counts.n.sum()),
        opened.rows(),
        len(group(pack(counts.codes, sizes(covariates))).starts),
        missing,
        [*children.warnings, *projected.warnings],
    )


@dataclass(frozen=True)
class _Census:
    """Counts by position in areas, in order, missing codes as they are; positions: of each raw area value."""

    areas: tuple[str, ...]
    positions: dict[object, int]
    counts: Counts


@dataclass(frozen=True)
class _Projected:
    counts: Counts
    year: int
    source: str
    warnings: list[str]


def _carries(spec: Spec) -> bool:
    projection = spec.declaration.projection
    return projection is not None and (projection.age is not None or projection.sex is not None)


def _count(children: Children, spec: Spec, covariates: Sequence[Covariate], opened: Opened) -> _Census:
    spreadable = [
        j
        for j, (declaration, covariate) in enumerate(
            zip(spec.declaration.covariates, covariates, strict=True)
        )
        if declaration.missing not in covariate.levels
    ]
    raw, counts = count_children(children, covariates, spreadable, carry=_carries(spec))
    _check_known(counts.codes, children, spec, opened)
    areas, positions = area_positions(form_codes(raw, spec.declaration.census.area, opened.where))
    counts = merge(replace(counts, area=positions[counts.area]), sizes(covariates))
    return _Census(areas, dict(zip(raw, positions.tolist(), strict=True)), counts)


def _check_known(codes: Codes, children: Children, spec: Spec, opened: Opened) -> None:
    unknown = [j for j in range(codes.shape[1]) if (codes[:, j] == UNKNOWN).any()]
    declarations, labels = spec.declaration.covariates, opened.value_labels
    raise_unknown(children.table, declarations, "census", unknown, opened.where, labels)


def _missing_shares(counts: Counts, covariates: Sequence[Covariate]) -> dict[str, float]:
    total = counts.n.sum()
    shares = (counts.n[counts.codes[:, j] == MISSING].sum() / total for j in range(len(covariates)))
    return {covariate.name: float(share) for covariate, share in zip(covariates, shares, strict=True)}


def _without_missing(
    census: _Census,
    children: Children,
    spec: Spec,
    covariates: Sequence[Covariate],
    parents: Mapping[str, str] | None,
) -> Counts:
    """Missing codes take the covariate's missing level, or are spread as the area's children have it."""
    counts = _to_missing_level(census.counts, spec.declaration.covariates, covariates)
    spreadable = [j for j in range(len(covariates)) if (counts.codes[:, j] == MISSING).any()]
    if not spreadable:
        return counts
    if _carries(spec):
        donors = {j: Donors.of(counts, j) for j in spreadable}
    else:
        donors = query_donors(children, spreadable, census.positions)
    return spread_missing(
        counts, donors, covariates, sizes(covariates), _parents(census.areas, spec, parents)
    )


def _to_missing_level(
    counts: Counts, declarations: Sequence[CovariateDeclaration], covariates: Sequence[Covariate]
) -> Counts:
    codes = counts.codes.copy()
    for j, (declaration, covariate) in enumerate(zip(declarations, covariates, strict=True)):
        if declaration.missing in covariate.levels:
            codes[codes[:, j] == MISSING, j] = covariate.levels.index(declaration.missing)
    return replace(counts, codes=codes)


def _parents(areas: Sequence[str], spec: Spec, parents: Mapping[str, str] | None) -> Index | None:
    first = spec.declaration.areas.parent_from_code
    if parents is None and first is None:
        return None
    named = [parents.get(area, "") if parents is not None else area[:first] for area in areas]
    return area_positions(named)[1]


def _project(
    con: Backend,
    counts: Counts,
    areas: tuple[str, ...],
    children: Children,
    spec: Spec,
    opened: Opened | None,
) -> _Projected:
    declared = spec.declaration.projection
    if declared is None:
        return _Projected(counts, spec.declaration.census.year, "census", [])
    source = opened or open_source(con, declared.source, spec.path.parent, "projection")
    projection = read_projection(source, declared, areas, children.strata)
    rescaled, warnings = project_children(counts, projection, areas, source.where)
    return _Projected(rescaled, declared.year, "projection", warnings)
