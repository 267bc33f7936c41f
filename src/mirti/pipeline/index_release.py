"""From an index to the tables and documents of its release: scores divided by 100 stand where rates do."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from platform import python_version
from typing import Any

import numpy as np
import pyarrow as pa

from mirti.declarations import LANGUAGES
from mirti.declarations.index import IndexDeclaration, IndexSpec
from mirti.documents import Diagnostics, Manifest, OutcomeRecord
from mirti.index.coherence import warnings_of
from mirti.index.treat import still_extreme
from mirti.index.uncertainty import spread
from mirti.io.release_tables import Release, arrow_table
from mirti.pipeline.assemble import class_table, geojson, profile_table
from mirti.pipeline.index_diagnostics import index_record
from mirti.pipeline.index_inputs import IndexInputs, profile_of, rules_of
from mirti.pipeline.indexed import SCALE, Indexed
from mirti.pipeline.records import PACKAGES
from mirti.release import SCHEMA_VERSION
from mirti.smallarea.ranks import competition_ranks
from mirti.tables import Floats, Index

INTERVAL_KIND = "choices"


def index_release(
    spec: IndexSpec, inputs: IndexInputs, indexed: Indexed, timings: dict[str, float]
) -> Release:
    """The release in memory."""
    declared = spec.declaration
    return Release(
        manifest=_manifest(spec, inputs, indexed, timings),
        classes=class_table(indexed.classes, declared.classes, is_rate=False),
        diagnostics=_diagnostics(inputs, indexed),
        tables={
            "areas.parquet": _areas_table(declared, inputs, indexed),
            "domains.parquet": _domains_table(declared, inputs, indexed),
            "drivers.parquet": _drivers_table(inputs, indexed),
            "replicates.parquet": _replicates_table(inputs, indexed),
            "weights.parquet": _weights_table(declared, indexed),
            "profile.parquet": profile_table(
                profile_of(declared, inputs), inputs.territories, declared.run.country
            ),
        },
        geojson=geojson(inputs.boundaries, inputs.territories),
    )


def _areas_table(declared: IndexDeclaration, inputs: IndexInputs, indexed: Indexed) -> pa.Table:
    territories, found = inputs.territories, indexed.places
    columns = _scores(declared, indexed.composite.score, indexed.draws.scores, inputs.table.children)
    columns |= {"code": territories.codes, "name": territories.names, "parent": territories.parent_codes}
    columns |= {"class": indexed.classes.number, "rank": indexed.rankings.published}
    columns |= {"rank_low": found.low, "rank_high": found.high, "p_top": found.top}
    columns |= {f"p_{k + 1}": found.classes[:, k] for k in range(found.classes.shape[1])}
    return arrow_table("areas.parquet", columns, found.classes.shape[1])


def _domains_table(declared: IndexDeclaration, inputs: IndexInputs, indexed: Indexed) -> pa.Table:
    """The country first, then its departments: scores and draws are means over the areas weighted by children."""
    territories, children = inputs.territories, inputs.table.children
    size = len(territories.domain_codes)
    groups = _groups(territories.parent, size)
    of_groups = groups @ children
    mean = groups * children / of_groups[:, None]
    score, draws = mean @ indexed.composite.score, mean @ indexed.draws.scores
    columns = _scores(declared, score, draws, of_groups)
    columns |= {"code": [declared.run.country, *territories.domain_codes]}
    columns |= {"name": [declared.run.country_name.es, *territories.domain_names]}
    columns |= {"level": ["country"] + ["department"] * size}
    columns |= {"areas": groups.sum(axis=1).astype(np.int64)}
    columns |= {"rank": [None, *competition_ranks(score[1:]).tolist()]}
    return arrow_table("domains.parquet", columns)


def _groups(parent: Index, domains: int) -> Floats:
    """(1 + G, A) membership of the country and of its departments."""
    departments = (parent == np.arange(domains)[:, None]).astype(np.float64)
    return np.concatenate([np.ones((1, len(parent))), departments])


def _scores(declared: IndexDeclaration, score: Floats, draws: Floats, children: Floats) -> dict[str, Any]:
    """The columns that areas and domains share."""
    rows, found = len(score), spread(draws, score)
    return {
        "children": children,
        "children_year": np.full(rows, declared.children.year),
        "children_source": np.full(rows, declared.children.source, dtype=object),
        "risk": score / SCALE,
        "se": found.se / SCALE,
        "ci_low": found.low / SCALE,
        "ci_high": found.high / SCALE,
        "interval_kind": np.full(rows, INTERVAL_KIND, dtype=object),
    }


def _drivers_table(inputs: IndexInputs, indexed: Indexed) -> pa.Table:
    """Dimensions, then the remainder where the aggregation leaves one; of areas, then of departments."""
    territories, children, parts = inputs.territories, inputs.table.children, indexed.contributions
    values, factors = parts.dimensions, [*indexed.composite.design.dimensions]
    if indexed.composite.choice.aggregation != "arithmetic":
        values = np.column_stack([values, np.full(len(values), parts.remainder)])
        factors.append("remainder")
    groups = _groups(territories.parent, len(territories.domain_codes))[1:] * children
    values = np.concatenate([values, groups @ values / groups.sum(axis=1, keepdims=True)])
    codes = (*territories.codes, *territories.domain_codes)
    return arrow_table(
        "drivers.parquet",
        {
            "code": np.repeat(np.array(codes, dtype=object), len(factors)),
            "factor": factors * len(codes),
            "contribution": values.ravel() / SCALE,
        },
    )


def _replicates_table(inputs: IndexInputs, indexed: Indexed) -> pa.Table:
    areas, draws = indexed.draws.scores.shape
    codes = np.array(inputs.territories.codes, dtype=object)
    return arrow_table(
        "replicates.parquet",
        {
            "code": np.repeat(codes, draws),
            "replicate": np.tile(np.arange(draws, dtype=np.int32), areas),
            "risk": (indexed.draws.scores / SCALE).astype(np.float32).ravel(),
        },
    )


def _weights_table(declared: IndexDeclaration, indexed: Indexed) -> pa.Table:
    composite, design = indexed.composite, indexed.composite.design
    by_name = {indicator.name: indicator for indicator in declared.indicators}
    indicators = [by_name[name] for name in design.names]
    columns: dict[str, Any] = {
        "indicator": design.names,
        "dimension": [design.dimensions[d] for d in design.dimension],
        "weight": composite.weights.of_indicators(design.dimension),
        "treatment": composite.prepared.what,
    }
    for key in ("direction", "unit", "year", "source"):
        columns[key] = [getattr(indicator, key) for indicator in indicators]
    for language in LANGUAGES:
        columns[f"label_{language}"] = [getattr(indicator.label, language) for indicator in indicators]
    return arrow_table("weights.parquet", columns)


def _manifest(spec: IndexSpec, inputs: IndexInputs, indexed: Indexed, timings: dict[str, float]) -> Manifest:
    declared = spec.declaration
    return Manifest(
        schema_version=SCHEMA_VERSION,
        measure="index",
        name=declared.run.name,
        created=datetime.now(UTC).replace(microsecond=0),
        title=declared.run.title,
        country=declared.run.country,
        country_name=declared.run.country_name,
        outcome=OutcomeRecord(label=declared.index_label, rule={"kind": "index"}),
        ages=declared.children.ages,
        survey_year=None,
        census_year=None,
        children_year=declared.children.year,
        children_source=declared.children.source,
        interval_kind=INTERVAL_KIND,
        replicates=declared.uncertainty.draws,
        spec=declared.model_dump(mode="json"),
        spec_sha256=spec.sha256,
        inputs=inputs.records,
        packages={"python": python_version()} | {name: version(name) for name in PACKAGES},
        seed=declared.run.seed,
        timings=timings,
        warnings=(
            *inputs.warnings,
            *warnings_of(indexed.coherence, len(inputs.table.codes)),
            *_warnings(declared, indexed),
        ),
    )


def _warnings(declared: IndexDeclaration, indexed: Indexed) -> list[str]:
    """What stays extreme where extremes decide, and intervals that hold no choice at all."""
    composite, found = indexed.composite, []
    if composite.choice.normalisation in ("min_max", "z"):
        found = [
            f"'{composite.design.names[i]}' is still extreme (skewness and kurtosis) as it enters the index: a few "
            "areas decide its scale. Treat it by another way (treat), or use ranks."
            for i in still_extreme(composite.prepared.values, rules_of(declared))
        ]
    if not indexed.rankings.alternatives.triggers:
        found.append(
            "No choice of method has an alternative: the intervals have no width and say nothing. "
            "Declare alternatives under [uncertainty]."
        )
    return found


def _diagnostics(inputs: IndexInputs, indexed: Indexed) -> Diagnostics:
    return Diagnostics(
        model=None,
        national=None,
        index=index_record(inputs, indexed),
        areas=len(inputs.table.codes),
        areas_sampled=0,
        areas_without_children=inputs.table.empty,
        boundaries=inputs.joined,
    )
