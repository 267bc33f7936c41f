"""A release held against what is known from elsewhere, and against its own survey's domains."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mirti.declarations import AreaCode, Source
from mirti.documents import AgreementRecord, DomainsRecord, InputRecord, ValidationRecord
from mirti.documents.validation import ValidationReport
from mirti.errors import InputError, Problem
from mirti.io.measures import ROLE, MeasureColumns, read_measure
from mirti.io.readers import connect, open_source
from mirti.io.release_reader import read_release
from mirti.io.release_tables import Release, floats, texts
from mirti.io.results import write_results
from mirti.io.territories import record
from mirti.pipeline.validated import Benchmark, against_measure, domains_record
from mirti.report.validation_page import render_validation

SEED = 20_260_102  # of the bootstrap over areas
WHOLE = ("bootstrap",)  # intervals that hold the territory's own departure from the model


@dataclass(frozen=True)
class Against:
    """A table with a direct measure by area, and its columns. encoding, delimiter: of a CSV."""

    file: Path
    columns: MeasureColumns
    encoding: str = "utf-8"
    delimiter: str | None = None


def against(
    file: Path,
    code: str,
    rate: str,
    *,
    se: str | None = None,
    children: str | None = None,
    digits: int | None = None,
    encoding: str = "utf-8",
) -> Against:
    """The table at `file` with the columns of area code, rate (a proportion), its standard error, children."""
    columns = MeasureColumns(AreaCode(column=code, digits=digits), rate, se, children)
    return Against(file, columns, encoding)


def validate(folder: Path, measure: Against | None = None, *, out: Path | None = None) -> ValidationReport:
    """Hold the release in `folder` against a direct measure and against its survey's departments.

    Writes validation.json and validation.html to the new folder `out`, if given. Raises InputError if there is no
    release or nothing to hold it against, if the table is at fault or joins fewer than ten areas, or if `out` exists.
    """
    release = read_release(folder)
    manifest = release.manifest
    found, source = (None, None) if measure is None else _measured(release, measure)
    domains = _domains(release)
    left_out = (
        None if release.diagnostics.validation is None else release.diagnostics.validation.leave_one_out
    )
    if found is None and domains is None and left_out is None:
        what = "There is nothing to hold the release against: no file, and no department with a direct rate."
        raise InputError(
            Problem(what, str(folder), "Name a file of a direct measure by area with --against.")
        )
    report = ValidationReport(
        release_id=manifest.release_id,
        title=manifest.title,
        measure=manifest.measure,
        outcome=manifest.outcome.label,
        interval_kind=manifest.interval_kind,
        breaks=release.classes.breaks,
        names=dict(zip(texts(release.domains, "code"), texts(release.domains, "name"), strict=True)),
        source=source,
        weights="release" if measure is None or measure.columns.children is None else "table",
        validation=ValidationRecord(direct_measure=found, domains=domains, leave_one_out=left_out),
    )
    if out is not None:
        write_results(out, {"validation.json": report, "validation.html": render_validation(report)})
    return report


def _measured(release: Release, measure: Against) -> tuple[AgreementRecord, InputRecord]:
    """Agreement with the table, and the record of its file."""
    source = Source(file=str(measure.file.resolve()), encoding=measure.encoding, delimiter=measure.delimiter)
    with tempfile.TemporaryDirectory() as temp:
        opened = open_source(connect(temp=Path(temp)), source, Path(), ROLE)
        read, witness = read_measure(opened, measure.columns), record(opened)
    areas = release.areas
    whole = release.manifest.interval_kind in WHOLE
    return against_measure(
        texts(areas, "code"),
        floats(areas, "risk"),
        floats(areas, "children"),
        release.classes.breaks,
        read,
        where=str(measure.file),
        se=floats(areas, "se") if whole else None,
        interval=(floats(areas, "ci_low"), floats(areas, "ci_high")) if whole else None,
        same_scale=release.manifest.measure == "rate",
        seed=SEED,
    ), witness


def _domains(release: Release) -> DomainsRecord | None:
    """The departments; None if none has a direct rate."""
    inside = np.array(texts(release.domains, "level"), dtype=object) == "department"
    direct = floats(release.domains, "direct")[inside]
    if not np.isfinite(direct).any():
        return None
    codes = [code for code, keep in zip(texts(release.domains, "code"), inside, strict=True) if keep]
    return domains_record(
        codes,
        floats(release.domains, "risk")[inside],
        direct,
        floats(release.domains, "direct_se")[inside],
        _benchmark(release),
    )


def _benchmark(release: Release) -> Benchmark:
    told = release.manifest.spec.get("benchmark") or {}
    to: Benchmark = told.get("to", "none") if isinstance(told, dict) else "none"
    return to if release.diagnostics.benchmark else "none"
