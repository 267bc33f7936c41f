"""What a run reads: survey, census, boundaries, names, registers, and a record of every file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ibis.backends.duckdb import Backend

from mirti.characterise.profile import RegisterColumn
from mirti.declarations import Spec
from mirti.documents import BoundaryRecord, InputRecord
from mirti.io.area_covariates import AreaColumn, read_area_covariates
from mirti.io.areas import join_codes
from mirti.io.backends import Connection, collapsing
from mirti.io.boundaries import Boundaries, join, read_boundaries
from mirti.io.census import CensusResult, collapse_census
from mirti.io.checks import check_sources
from mirti.io.collapse import check_areas
from mirti.io.files import reading
from mirti.io.measures import Measure, declared_measure
from mirti.io.readers import Opened, open_source
from mirti.io.registers import join_registers, read_registers
from mirti.io.release_writer import sha256
from mirti.io.survey import SurveyResult, collapse_survey
from mirti.io.territories import AreaList, Territories, name_territories, read_area_list, record
from mirti.outcome import judge_missing
from mirti.pipeline.state import kept_census, state_key
from mirti.pipeline.validated import check_joined
from mirti.smallarea.patterns import without_empty_areas
from mirti.tables import CensusCells

Stage = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Inputs:
    """survey, census: as collapsed; cells: the census without areas that have no child; empty: those areas' codes."""

    survey: SurveyResult
    census: CensusResult
    cells: CensusCells
    empty: tuple[str, ...]
    boundaries: Boundaries | None
    joined: BoundaryRecord | None
    territories: Territories
    registers: list[RegisterColumn]
    area_columns: list[AreaColumn]
    measure: Measure | None
    records: tuple[InputRecord, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """The sources of persons and counts, opened and held against the spec."""

    survey: Opened
    census: Opened
    projection: Opened | None


def open_sources(con: Connection, spec: Spec) -> Sources:
    """Open survey, census and projection; what is wrong with the columns of any of them is told at once."""
    declared, base = spec.declaration, spec.path.parent
    survey = open_source(con, declared.survey.source, base, "survey")
    census = open_source(con, declared.census.source, base, "census")
    projection = (
        open_source(con, declared.projection.source, base, "projection") if declared.projection else None
    )
    check_sources(declared, survey, census, projection)
    return Sources(survey, census, projection)


def read_survey(con: Connection, spec: Spec, opened: Opened) -> tuple[SurveyResult, InputRecord, list[str]]:
    """The survey's cells; too much missing outcome stops here."""
    with reading(opened.where):
        result = collapse_survey(con, opened, spec)
    judged = judge_missing(
        result.missing_outcome_share, spec.declaration.run.accept_missing_outcome, opened.where
    )
    return result, record(opened), [*result.warnings, *([judged] if judged else [])]


def read_census(
    con: Connection, spec: Spec, sources: Sources, survey: SurveyResult, listed: AreaList, state: Path
) -> tuple[CensusResult, list[InputRecord]]:
    """The census's cells in the survey's covariates; every area of the survey must be among its areas.

    state: folder where the cells of a killed run may lie.
    """
    opened, projection, covariates = sources.census, sources.projection, survey.cells.covariates
    records = [record(each) for each in (opened, projection) if each]
    with reading(opened.where):
        result = kept_census(
            state,
            state_key(spec.sha256, [*records, *listed.records], covariates),
            covariates,
            lambda: collapse_census(
                con, opened, spec, covariates, projection=projection, parents=listed.parents or None
            ),
        )
    check_areas(survey.cells, result.cells, opened.where)
    return result, records


def read_map(spec: Spec) -> tuple[Boundaries | None, list[InputRecord]]:
    """The boundaries, if the spec declares them."""
    declaration = spec.declaration.boundaries
    if declaration is None:
        return None, []
    path = spec.resolve(declaration.file)
    boundaries = read_boundaries(path, declaration)
    rows = len(boundaries.codes)
    return boundaries, [InputRecord(role="boundaries", name=path.name, sha256=sha256(path), rows=rows)]


def read_inputs(con: Backend, spec: Spec, stage: Stage, state: Path) -> Inputs:
    """Everything the spec names, in the order in which a mistake is cheapest to find."""
    with stage("boundaries"):
        boundaries, map_records = read_map(spec)
        listed = read_area_list(con, spec)
        registers, register_records = read_registers(con, spec)
        area_columns, area_records = read_area_covariates(con, spec)
        measured = declared_measure(con, spec.declaration.validation, spec.path.parent)
    with collapsing(con, spec.declaration.run.backend) as backend:
        with stage("sources"):
            sources = open_sources(backend, spec)
        with stage("survey"):
            survey, survey_record, warnings = read_survey(backend, spec, sources.survey)
        with stage("census"):
            census, census_records = read_census(backend, spec, sources, survey, listed, state)
    cells, empty = without_empty_areas(census.cells)
    joined = join(boundaries, cells.area_codes) if boundaries else None
    if measured:
        check_joined(cells.area_codes, measured[0], "validation.source")
    return Inputs(
        survey=survey,
        census=census,
        cells=cells,
        empty=empty,
        boundaries=boundaries,
        joined=joined,
        territories=name_territories(spec, cells.area_codes, listed, boundaries),
        registers=registers,
        area_columns=area_columns,
        measure=measured[0] if measured else None,
        records=(
            survey_record,
            *census_records,
            *listed.records,
            *map_records,
            *register_records,
            *area_records,
            *(measured[1:] if measured else ()),
        ),
        warnings=(
            *warnings,
            *census.warnings,
            *_spread(census, spec),
            *_unjoined(listed, registers, cells.area_codes),
            *_warnings(empty, boundaries, joined),
        ),
    )


def _spread(census: CensusResult, spec: Spec) -> list[str]:
    """Missing values of the census that no level of their own holds."""
    return [
        f"census: '{covariate.name}' is missing for {census.missing[covariate.name]:.2%} of the children; they are "
        "spread over its levels as the children of their area, age and sex whose value is known."
        for covariate in spec.declaration.covariates
        if covariate.missing is None and census.missing[covariate.name] > 0
    ]


def _unjoined(listed: AreaList, registers: list[RegisterColumn], areas: tuple[str, ...]) -> list[str]:
    table = join_codes({**listed.names, **listed.parents}, areas, "table of areas")
    return [*(table if listed.records else []), *join_registers(registers, areas)]


def _warnings(
    empty: tuple[str, ...], boundaries: Boundaries | None, joined: BoundaryRecord | None
) -> list[str]:
    found = []
    if empty:
        found.append(f"Areas without a child of the outcome's ages are left out: {_listed(empty)}.")
    if boundaries and boundaries.mended:
        found.append(f"Invalid polygons were mended: {_listed(boundaries.mended)}.")
    if joined and joined.no_polygon:
        found.append(f"Areas of the census have no polygon and are on no map: {_listed(joined.no_polygon)}.")
    if joined and joined.no_census:
        found.append(
            f"Polygons have no census area and are shown without a value: {_listed(joined.no_census)}."
        )
    if boundaries is None:
        found.append(
            "No boundaries were given, so there is no map: name a file of polygons under [boundaries]."
        )
    return found


def _listed(codes: tuple[str, ...], shown: int = 10) -> str:
    more = f" and {len(codes) - shown} more" if len(codes) > shown else ""
    return f"{', '.join(codes[:shown])}{more} ({len(codes)})"
