"""The use case of a country that no survey serves: registers and census tables go in, a composite index comes out."""

from __future__ import annotations

from pathlib import Path

from mirti.io.readers import connect
from mirti.io.release_writer import write_release
from mirti.pipeline.index_inputs import read_index_inputs
from mirti.pipeline.index_release import index_release
from mirti.pipeline.indexed import compute
from mirti.pipeline.stages import Progress, Stages, silent
from mirti.pipeline.workspace import WORK, Leftover, clear, workspace
from mirti.report.index_page import render_index
from mirti.report.page import ready
from mirti.spec.index_load import load_index

STAGES = ("spec", "tables", "index", "uncertainty", "sensitivity", "release")


def run_index(
    spec_path: Path,
    out: Path,
    progress: Progress = silent,
    *,
    leftover: Leftover = "refuse",
    memory: str = "1GB",
) -> Path:
    """Compute the index that the spec at spec_path declares, and write the release folder `out`.

    memory: how much DuckDB may hold before it spills to disk. Raises InputError for whatever is wrong with spec or
    data, MachineError for a full disk or memory; in both cases neither `out` nor `<out>.partial` is left.
    """
    stages = Stages(STAGES, progress)
    with stages.stage("spec"):
        ready()
        spec = load_index(spec_path)
    with workspace(out, leftover, resumable=False) as folder:
        with stages.stage("tables"):
            inputs = read_index_inputs(connect(memory, temp=folder / WORK), spec)
        indexed = compute(spec, inputs, stages, progress)
        with stages.stage("release"):
            clear(folder)
            release = index_release(spec, inputs, indexed, stages.timings)
            write_release(out, release, render_index)
    return out
