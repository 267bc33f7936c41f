"""From arrays to the tables and documents of a release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from mirti.characterise.profile import Variable
from mirti.declarations import LANGUAGES, ClassesDeclaration, SpecDeclaration
from mirti.documents import ClassRow, ClassTable
from mirti.io.boundaries import Boundaries, feature_collection
from mirti.io.release_tables import arrow_table
from mirti.io.territories import Territories
from mirti.maps.breaks import Classes
from mirti.models.logistic import LogisticFit
from mirti.models.mixed.fit import MixedFit
from mirti.pipeline.estimates import Estimated, Model
from mirti.pipeline.mixed import Mixed
from mirti.pipeline.uncertain import Drawn
from mirti.smallarea.direct import Direct
from mirti.smallarea.projection import Estimates
from mirti.smallarea.ranks import competition_ranks
from mirti.smallarea.uncertainty import Uncertainty


def areas_table(estimated: Estimated, territories: Territories, year: int, source: str) -> pa.Table:
    """areas.parquet."""
    found, drawn, mixed = estimated.projection.areas, estimated.drawn, estimated.mixed
    columns = _estimate_columns(found, estimated.areas, estimated, year, source)
    columns |= {"code": territories.codes, "name": territories.names, "parent": territories.parent_codes}
    columns |= {"class": estimated.classes.number, "rank": competition_ranks(found.risk)}
    classes = 0
    if mixed is not None:
        columns["sample_share"] = mixed.sample_share
    if drawn is not None:
        columns |= _letters(drawn.areas)
        columns |= {"rank_low": drawn.rank_low, "rank_high": drawn.rank_high, "p_top": drawn.top}
        columns |= {f"p_{k + 1}": share for k, share in enumerate(drawn.classes.T)}
        classes = drawn.classes.shape[1]
    return arrow_table("areas.parquet", columns, classes)


def domains_table(
    estimated: Estimated, territories: Territories, declaration: SpecDeclaration, year: int, source: str
) -> pa.Table:
    """domains.parquet: the country first, then its departments."""
    size = len(territories.domain_codes)
    projection, drawn = estimated.projection, estimated.drawn
    pairs = ((projection.nation, estimated.nation), (projection.domains, estimated.domains))
    parts = [_estimate_columns(found, direct, estimated, year, source) for found, direct in pairs]
    if drawn is not None:
        for part, found in zip(parts, (drawn.nation, drawn.domains), strict=True):
            part |= _letters(found)
    columns: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns |= {"code": [declaration.run.country, *territories.domain_codes]}
    columns |= {"name": [declaration.run.country_name.es, *territories.domain_names]}
    columns |= {"level": ["country"] + ["department"] * size}
    inside = np.bincount(territories.parent[territories.parent >= 0], minlength=size)
    columns |= {"areas": [len(territories.codes), *inside.tolist()]}
    columns |= {"rank": [None, *competition_ranks(projection.domains.risk).tolist()]}
    return arrow_table("domains.parquet", columns)


def replicates_table(drawn: Drawn | None, territories: Territories) -> dict[str, pa.Table]:
    """replicates.parquet by its name, if there are replicates."""
    if drawn is None:
        return {}
    number = np.arange(len(drawn.truths), dtype=np.int32)
    columns = {
        "code": np.repeat(np.array(territories.codes, dtype=object), len(number)),
        "replicate": np.tile(number, len(territories.codes)),
        "risk": drawn.truths.T.astype(np.float32).ravel(),
    }
    return {"replicates.parquet": arrow_table("replicates.parquet", columns)}


def _letters(found: Uncertainty) -> dict[str, Any]:
    return {"cv": found.cv, "reliability": found.letter.astype(object)}


def coefficients_table(model: Model, mixed: Mixed | None) -> pa.Table:
    """coefficients.parquet: of the model that the rates come from."""
    columns = model.matrix.columns
    fit: LogisticFit | MixedFit = model.fit if mixed is None else mixed.fit
    extra = len(fit.beta) - len(columns)
    intervals, absent = fit.intervals(), [None] * extra
    return arrow_table(
        "coefficients.parquet",
        {
            "term": list(fit.names),
            "factor": [column.factor for column in columns] + list(fit.names[len(columns) :]),
            "level": [column.level for column in columns] + absent,
            "reference": [column.reference for column in columns] + absent,
            "estimate": fit.beta,
            "se": fit.se,
            "t": fit.beta / fit.se,
            "df": np.full(len(fit.beta), float(fit.df)),
            "p_value": fit.p_values,
            "odds_ratio": np.exp(fit.beta),
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


def class_table(classes: Classes, declaration: ClassesDeclaration, *, is_rate: bool = True) -> ClassTable:
    """classes.json. is_rate: whether risk × children are children (of an index they are not)."""
    rows = tuple(
        ClassRow(
            number=c.number,
            low=c.low,
            high=c.high,
            areas=c.areas,
            children=c.children,
            expected=c.expected if is_rate else None,
        )
        for c in classes.summary
    )
    return ClassTable(
        method=declaration.method, requested=declaration.number, breaks=classes.breaks, classes=rows
    )


def geojson(boundaries: Boundaries | None, territories: Territories) -> dict[str, object] | None:
    """areas.geojson, if there are boundaries."""
    if boundaries is None:
        return None
    names = dict(zip(territories.codes, territories.names, strict=True))
    parents = dict(zip(territories.codes, territories.parent_codes, strict=True))
    return feature_collection(boundaries, names, parents)


def _estimate_columns(
    estimates: Estimates, direct: Direct, estimated: Estimated, year: int, source: str
) -> dict[str, Any]:
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
        "interval_kind": np.full(rows, estimated.interval_kind, dtype=object),
        "expected": estimates.expected,
    }
