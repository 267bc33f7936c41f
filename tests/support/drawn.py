"""Releases whose rates carry bootstrap replicates, as if from surveys of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import expit, logit

from mirti.documents import InputRecord
from mirti.io.release_tables import Release, arrow_table, floats, texts
from tests.support.releases import synthetic_release


def drawn_release(
    seed: int = 1, *, moved: Any = 0.0, name: str = "first", survey: str = "1", replicates: int = 120
) -> Release:
    """The synthetic release of seed 1 with every area's logit moved, an error of 0.15, and draws of the truth.

    moved: a number or (A,). survey: a digit that the survey file's hash is made of. Classes keep the breaks.
    """
    base = synthetic_release(1, name=name)
    rng = np.random.default_rng(seed)
    areas = base.areas
    centre = logit(floats(areas, "risk")) + moved + rng.normal(0, 0.15, areas.num_rows)
    draws = expit(centre[:, None] - rng.normal(0, 0.15, (areas.num_rows, replicates)))
    tables = base.tables | {
        "areas.parquet": _with_risk(areas, expit(centre)),
        "domains.parquet": _domains(base.domains, areas, expit(centre)),
        "replicates.parquet": _replicates(texts(areas, "code"), draws),
    }
    manifest = base.manifest.model_copy(
        update={
            "interval_kind": "bootstrap",
            "replicates": replicates,
            "inputs": (
                InputRecord(role="survey", name="survey.parquet", sha256=survey * 64, rows=12000),
                InputRecord(role="census", name="census.parquet", sha256="c" * 64, rows=1_000_000),
            ),
        }
    )
    return replace(base, manifest=manifest, tables=tables)


def _with_risk(table: pa.Table, risk: Any) -> pa.Table:
    columns = {"risk": risk, "expected": risk * floats(table, "children")}
    columns |= {"ci_low": expit(logit(risk) - 0.3), "ci_high": expit(logit(risk) + 0.3)}
    columns |= {"se": 0.15 * risk * (1 - risk)}
    for name, values in columns.items():
        table = table.set_column(
            table.schema.get_field_index(name), table.schema.field(name), pa.array(values)
        )
    kind = pa.array(["bootstrap"] * table.num_rows)
    return table.set_column(
        table.schema.get_field_index("interval_kind"), table.schema.field("interval_kind"), kind
    )


def _domains(domains: pa.Table, areas: pa.Table, risk: Any) -> pa.Table:
    parents = np.array(texts(areas, "parent"), dtype=object)
    children = floats(areas, "children")
    inside = [
        np.full(len(parents), True) if level == "country" else parents == code
        for code, level in zip(texts(domains, "code"), texts(domains, "level"), strict=True)
    ]
    return _with_risk(domains, np.array([np.average(risk[i], weights=children[i]) for i in inside]))


def _replicates(codes: list[str], draws: Any) -> pa.Table:
    number = np.arange(draws.shape[1], dtype=np.int32)
    columns = {
        "code": np.repeat(np.array(codes, dtype=object), len(number)),
        "replicate": np.tile(number, len(codes)),
        "risk": draws.astype(np.float32).ravel(),
    }
    return arrow_table("replicates.parquet", columns)
