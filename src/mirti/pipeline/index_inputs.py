"""What an index reads and how it is set up: tables, names, polygons, and the design of its indicators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ibis.backends.duckdb import Backend

from mirti.characterise.profile import RegisterColumn, Variable, register_variables
from mirti.declarations.index import IndexDeclaration, IndexSpec
from mirti.documents import BoundaryRecord, InputRecord
from mirti.index.alternatives import Alternatives, alternatives
from mirti.index.design import Choice, Design, Weights, scaled
from mirti.index.screen import Screened, screen
from mirti.index.treat import Rules
from mirti.index.weigh import budget
from mirti.io.areas import join_codes
from mirti.io.boundaries import Boundaries, join, read_boundaries
from mirti.io.indicators import IndicatorTable, read_indicators
from mirti.io.release_writer import sha256
from mirti.io.territories import Territories, name_territories, read_area_list


@dataclass(frozen=True)
class IndexInputs:
    """table: the indicators of the areas; screened: those that enter; design: what they are to each other."""

    table: IndicatorTable
    screened: Screened
    design: Design
    territories: Territories
    boundaries: Boundaries | None
    joined: BoundaryRecord | None
    records: tuple[InputRecord, ...]
    warnings: tuple[str, ...]


def read_index_inputs(con: Backend, spec: IndexSpec) -> IndexInputs:
    """Read everything the index's spec names. Raises InputError for whatever is wrong with it."""
    declared = spec.declaration
    boundaries = (
        read_boundaries(spec.resolve(declared.boundaries.file), declared.boundaries)
        if declared.boundaries
        else None
    )
    listed = read_area_list(con, spec)
    table = read_indicators(con, spec)
    names = [indicator.name for indicator in declared.indicators]
    screened = screen(table.values, names, table.codes, declared.method, str(spec.path))
    joined = join(boundaries, table.codes) if boundaries else None
    known = {**listed.names, **listed.parents}
    return IndexInputs(
        table=table,
        screened=screened,
        design=design_of(declared).keep(screened.kept),
        territories=name_territories(spec, table.codes, listed, boundaries),
        boundaries=boundaries,
        joined=joined,
        records=(*table.records, *listed.records, *_map_record(spec, boundaries)),
        warnings=(
            *table.warnings,
            *(join_codes(known, table.codes, "table of areas") if listed.records else []),
            *_map_warnings(boundaries, joined),
            *screened.warnings,
        ),
    )


def design_of(declared: IndexDeclaration) -> Design:
    """The indicators as declared, dimension after dimension."""
    indicators = declared.indicators
    dimension = np.repeat(
        np.arange(len(declared.dimensions), dtype=np.int32),
        [len(each.indicators) for each in declared.dimensions],
    )
    names = tuple(indicator.name for indicator in indicators)
    points = [expert.points for expert in declared.experts]
    return Design(
        names=names,
        dimension=dimension,
        dimensions=tuple(each.name for each in declared.dimensions),
        sign=np.array([1.0 if indicator.direction == "more" else -1.0 for indicator in indicators]),
        goalposts=np.array([indicator.goalposts or (np.nan, np.nan) for indicator in indicators]),
        own_treatment=tuple(indicator.treat for indicator in indicators),
        declared=_declared(declared, dimension),
        budget=budget(points, names, dimension) if points else None,
    )


def _declared(declared: IndexDeclaration, dimension: np.ndarray) -> Weights:
    """A weight that is not written counts as 1: the spec's checks ask for all of them where they are used."""
    dimensions = np.array([1.0 if each.weight is None else each.weight for each in declared.dimensions])
    within = np.array([1.0 if each.weight is None else each.weight for each in declared.indicators])
    return scaled(dimensions, within, dimension)


def rules_of(declared: IndexDeclaration) -> Rules:
    """When an indicator counts as extreme."""
    return Rules(declared.method.skewness, declared.method.kurtosis, declared.method.quantiles)


def choices_of(declared: IndexDeclaration, inputs: IndexInputs) -> Alternatives:
    """The published choice and the declared alternatives. Imputations are one only where something is missing."""
    method, other = declared.method, declared.uncertainty
    published = Choice(
        treatment=method.treatment,
        imputation=method.imputation,
        normalisation=method.normalisation,
        weighting=method.weighting,
        aggregation=method.aggregation,
    )
    return alternatives(
        published,
        len(inputs.design.names),
        leave_out=other.leave_out,
        treatment=other.treatment,
        imputation=other.imputation if inputs.screened.missing else (),
        normalisation=other.normalisation,
        weighting=other.weighting,
        aggregation=other.aggregation,
    )


def profile_of(declared: IndexDeclaration, inputs: IndexInputs) -> list[Variable]:
    """The indicators' values as their sources give them, for the profile of the areas."""
    territories = inputs.territories
    columns = [
        RegisterColumn(
            name=indicator.name,
            register=indicator.source,
            label=indicator.label,
            unit=indicator.unit,
            year=indicator.year,
            people=indicator.unit == "count",
            values={c: float(x) for c, x in zip(territories.codes, values, strict=True) if x == x},
        )
        for indicator, values in zip(declared.indicators, inputs.table.values.T, strict=True)
    ]
    return register_variables(columns, territories.codes, territories.parent, len(territories.domain_codes))


def _map_record(spec: IndexSpec, boundaries: Boundaries | None) -> list[InputRecord]:
    if boundaries is None or spec.declaration.boundaries is None:
        return []
    path = spec.resolve(spec.declaration.boundaries.file)
    return [InputRecord(role="boundaries", name=path.name, sha256=sha256(path), rows=len(boundaries.codes))]


def _map_warnings(boundaries: Boundaries | None, joined: BoundaryRecord | None) -> list[str]:
    if boundaries is None or joined is None:
        return ["No boundaries were given, so there is no map: name a file of polygons under [boundaries]."]
    told = (
        ("Invalid polygons were mended", boundaries.mended),
        ("Areas have no polygon and are on no map", joined.no_polygon),
        ("Polygons belong to no area of the index and are shown without a value", joined.no_census),
    )
    return [f"{what}: {_listed(codes)}." for what, codes in told if codes]


def _listed(codes: tuple[str, ...], shown: int = 10) -> str:
    more = f" and {len(codes) - shown} more" if len(codes) > shown else ""
    return f"{', '.join(codes[:shown])}{more} ({len(codes)})"
