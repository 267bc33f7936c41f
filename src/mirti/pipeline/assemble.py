"""From arrays to the tables and documents of a release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from mirti.characterise.drivers import Drivers
from mirti.characterise.profile import Variable
from mirti.declarations import LANGUAGES, ClassesDeclaration, SpecDeclaration
from mirti.documents import ClassRow, ClassTable
from mirti.io.release_tables import arrow_table
from mirti.io.territories import Territories
from mirti.maps.breaks import Classes
from mirti.models.coding import ModelMatrix
from mirti.models.logistic import LogisticFit
from mirti.smallarea.direct import Direct
from mirti.smallarea.projection import Estimates
from mirti.smallarea.ranks import competition_ranks

INTERVAL_KIND = "coefficients"


def areas_table(
    estimates: Estimates, direct: Direct, classes: Classes, territories: Territories, year: int, source: str
) -> pa.Table:
    """areas.parquet."""
    columns = _estimate_columns(estimates, direct, year, source)
    columns |= {"code": territories.codes, "name": territories.names, "parent": territories.parent_codes}
    columns |= {"class": classes.number, "rank": competition_ranks(estimates.risk)}
    return arrow_table("areas.parquet", columns)


def domains_table(
    nation: tuple[Estimates, Direct],
    domains: tuple[Estimates, Direct],
    territories: Territories,
    declaration: SpecDeclaration,
    year: int,
    source: str,
) -> pa.Table:
    """domains.parquet: the country first, then its departments."""
    size = len(territories.domain_codes)
    parts = [_estimate_columns(estimates, direct, year, source) for estimates, direct in (nation, domains)]
    columns: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns |= {"code": [declaration.run.country, *territories.domain_codes]}
    columns |= {"name": [declaration.run.country_name.es, *territories.domain_names]}
    columns |= {"level": ["country"] + ["department"] * size}
    inside = np.bincount(territories.parent[territories.parent >= 0], minlength=size)
    columns |= {"areas": [len(territories.codes), *inside.tolist()]}
    columns |= {"rank": [None, *competition_ranks(domains[0].risk).tolist()]}
    return arrow_table("domains.parquet", columns)


def drivers_table(drivers: Drivers, territories: Territories) -> pa.Table:
    """drivers.parquet: every factor of every area, then of every department."""
    codes = (*territories.codes, *territories.domain_codes)
    values = np.concatenate([drivers.areas, drivers.domains])
    return arrow_table(
        "drivers.parquet",
        {
            "code": np.repeat(np.array(codes, dtype=object), len(drivers.factors)),
            "factor": list(drivers.factors) * len(codes),
            "contribution": values.ravel(),
        },
    )


def coefficients_table(fit: LogisticFit, matrix: ModelMatrix) -> pa.Table:
    """coefficients.parquet."""
    intervals = fit.intervals()
    return arrow_table(
        "coefficients.parquet",
        {
            "term": list(matrix.names),
            "factor": [column.factor for column in matrix.columns],
            "level": [column.level for column in matrix.columns],
            "reference": [column.reference for column in matrix.columns],
            "estimate": fit.beta,
            "se": fit.se,
            "t": fit.t,
            "df": np.full(len(fit.beta), float(fit.df)),
            "p_value": fit.p_values,
            "odds_ratio": fit.odds_ratios,
            "or_low": np.exp(intervals[:, 0]),
            "or_high": np.exp(intervals[:, 1]),
        },
    )


def profile_table(variables: Sequence[Variable], territories: Territories, country: str) -> pa.Table:
    """profile.parquet: every variable of the country, of every department and of every area."""
    codes = (country, *territories.domain_codes, *territories.codes)
    rows = len(codes)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("code", "variable", "value", "withheld", "unit", "year", "source")
    }
    columns |= {f"label_{language}": [] for language in LANGUAGES}
    for variable in variables:
        columns["code"] += codes
        columns["value"] += [variable.nation, *variable.domains.tolist(), *variable.areas.tolist()]
        hidden = variable.withheld
        columns["withheld"] += [hidden.nation, *hidden.domains.tolist(), *hidden.areas.tolist()]
        columns["variable"] += [variable.name] * rows
        columns["unit"] += [variable.unit] * rows
        columns["year"] += [variable.year] * rows
        columns["source"] += [variable.source] * rows
        for language in LANGUAGES:
            columns[f"label_{language}"] += [getattr(variable.label, language)] * rows
    return arrow_table("profile.parquet", columns)


def class_table(classes: Classes, declaration: ClassesDeclaration) -> ClassTable:
    """classes.json."""
    rows = tuple(
        ClassRow(
            number=c.number, low=c.low, high=c.high, areas=c.areas, children=c.children, expected=c.expected
        )
        for c in classes.summary
    )
    return ClassTable(
        method=declaration.method, requested=declaration.number, breaks=classes.breaks, classes=rows
    )


def _estimate_columns(estimates: Estimates, direct: Direct, year: int, source: str) -> dict[str, Any]:
    rows = len(estimates.risk)
    return {
        "children": estimates.children,
        "children_year": np.full(rows, year),
        "children_source": np.full(rows, source, dtype=object),
        "sample_n": direct.n,
        "direct": direct.rate,
        "direct_se": direct.se,
        "risk": estimates.risk,
        "se": estimates.se,
        "ci_low": estimates.ci_low,
        "ci_high": estimates.ci_high,
        "interval_kind": np.full(rows, INTERVAL_KIND, dtype=object),
        "expected": estimates.expected,
    }
