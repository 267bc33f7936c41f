"""The main use case: a survey and a census go in, a release comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from mirti.declarations import Spec
from mirti.io.readers import connect
from mirti.io.release_tables import Release
from mirti.io.release_writer import write_release
from mirti.pipeline import assemble, records
from mirti.pipeline.estimates import Estimated, Model, estimate, estimate_mixed, fit_model
from mirti.pipeline.findings import Findings, find
from mirti.pipeline.inputs import Inputs, read_inputs
from mirti.pipeline.mixed import Mixed, fit_mixed_model
from mirti.pipeline.reasons import drivers_table
from mirti.pipeline.stages import Progress, Stages, silent
from mirti.pipeline.state import KeptReplicates, replicates_key
from mirti.pipeline.what_if import scenarios_table
from mirti.pipeline.workspace import STATE, WORK, Leftover, clear, workspace
from mirti.report.page import ready, render
from mirti.smallarea.bootstrap import ReplicateStore
from mirti.smallarea.patterns import PatternCounts, count_patterns
from mirti.spec import OutcomeKind, load, read_as
from mirti.survey.comparability import Comparability, compare

STAGES = (
    "spec",
    "boundaries",
    "sources",
    "survey",
    "census",
    "comparability",
    "model",
    "worlds",
    "findings",
    "release",
)


def run(
    spec_path: Path,
    out: Path,
    progress: Progress = silent,
    *,
    leftover: Leftover = "refuse",
    memory: str = "1GB",
    outcome: OutcomeKind | None = None,
) -> Path:
    """Estimate the risk of every area as the spec at spec_path declares, and write the release folder `out`.

    memory: how much DuckDB may hold before it spills to disk. outcome: what the spec's rule is read as, by default
    what it declares. Raises InputError for whatever is wrong with spec or
    data, MachineError for a full disk or memory; in both cases neither `out` nor `<out>.partial` is left.
    """
    stages = Stages(STAGES, progress)
    with stages.stage("spec"):
        ready()
        spec = load(spec_path)
        spec = read_as(spec, outcome) if outcome else spec
    with workspace(out, leftover) as folder:
        inputs = read_inputs(connect(memory, temp=folder / WORK), spec, stages.stage, folder / STATE)
        with stages.stage("comparability"):
            gate = compare_sources(inputs, spec)
        with stages.stage("model"):
            model = fit_model(inputs.survey.cells, spec)
            patterns = count_patterns(inputs.cells)
            mixed = mixed_model(inputs, model, patterns, spec)
        with stages.stage("worlds"):
            store = KeptReplicates(folder / STATE, replicates_key(spec, inputs.records))
            worlds = stages.counted("worlds")
            estimated = estimate_all(inputs, model, mixed, patterns, spec, store, worlds)
        with stages.stage("findings"):
            findings = find(inputs, model, estimated, spec, stages.counted("findings"))
            release = assembled(spec, inputs, gate, model, estimated, findings)
        with stages.stage("release"):
            clear(folder)
            write_release(out, _with_timings(release, stages.timings), render)
    return out


def mixed_model(inputs: Inputs, model: Model, patterns: PatternCounts, spec: Spec) -> Mixed | None:
    """The mixed model, if the spec's estimator is that."""
    if spec.declaration.model.estimator != "mixed":
        return None
    return fit_mixed_model(inputs, model.matrix, patterns, spec)


def estimate_all(
    inputs: Inputs,
    model: Model,
    mixed: Mixed | None,
    patterns: PatternCounts,
    spec: Spec,
    store: ReplicateStore,
    progress: Callable[[int, int], None],
) -> Estimated:
    """Every territory's rate by the model that the spec's estimator names."""
    if mixed is None:
        return estimate(inputs, model, patterns, spec)
    return estimate_mixed(inputs, model, mixed, patterns, spec, store=store, progress=progress)


def compare_sources(inputs: Inputs, spec: Spec) -> Comparability:
    """The gate between survey and census. Raises InputError where a covariate stops it."""
    accepted = {accept.covariate: accept.reason for accept in spec.declaration.accept}
    single_psu = spec.declaration.survey.single_psu
    return compare(inputs.survey.cells, inputs.cells, accepted=accepted, single_psu=single_psu)


def assembled(
    spec: Spec, inputs: Inputs, gate: Comparability, model: Model, estimated: Estimated, findings: Findings
) -> Release:
    """Everything a release holds, but for its id and its timings."""
    declared, territories = spec.declaration, inputs.territories
    year, source = inputs.census.children_year, inputs.census.children_source
    return Release(
        manifest=records.manifest(spec, inputs, gate, model, estimated, findings),
        classes=assemble.class_table(estimated.classes, declared.classes),
        diagnostics=records.diagnostics(spec, inputs, gate, model, estimated, findings),
        tables={
            "areas.parquet": assemble.areas_table(estimated, territories, year, source),
            "domains.parquet": assemble.domains_table(estimated, territories, declared, year, source),
            "drivers.parquet": drivers_table(estimated.drivers, territories, estimated.driver_errors),
            "coefficients.parquet": assemble.coefficients_table(model, estimated.mixed),
            "profile.parquet": assemble.profile_table(estimated.profile, territories, declared.run.country),
            **scenarios_table(
                estimated.scenarios,
                estimated.state,
                territories,
                declared.run.country,
                estimated.scenario_errors,
            ),
            **assemble.replicates_table(estimated.drawn, territories),
            **_present({"hotspots.parquet": findings.mapped.table, "types.parquet": findings.typed.table}),
        },
        geojson=assemble.geojson(inputs.boundaries, inputs.territories),
    )


def _present(tables: dict[str, pa.Table | None]) -> dict[str, pa.Table]:
    return {name: table for name, table in tables.items() if table is not None}


def _with_timings(release: Release, timings: dict[str, float]) -> Release:
    return replace(release, manifest=release.manifest.model_copy(update={"timings": timings}))
