"""Write a simulated country: census in parts, survey, registers, boundaries, truth and ready specs.

The pieces are drawn and written one after the other; only sums by area and the sampled persons are kept, so memory
grows with the number of enumeration areas not of persons. What is drawn depends on persons and seed alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pyreadstat
import shapely
from numpy.typing import NDArray

from mirti.errors import InputError, MachineError, Problem
from mirti.io.toml_text import toml
from mirti.simulate import Plan, Totals, draw_piece, plan_country, spec
from mirti.simulate.boundaries import dissolve
from mirti.simulate.households import Columns
from mirti.simulate.pieces import YOUNG, AreaSums, Recorded
from mirti.simulate.registers import population, registers

Progress = Callable[[str, int, int], None]

FORMATS = (".parquet", ".csv.gz", ".dta", ".sav")
CENSUS_COLUMNS = (
    "area", "segment", "zone", "household", "person", "relation", "sex", "age", "attendance", "schooling", "activity",
    "informal", "birthplace", "residence5", "ethnicity", "water", "electricity", "sanitation", "rooms", "members",
    "head_sex", "head_schooling", "head_activity", "any_informal", "lag", "lacking", "overcrowded",
)  # fmt: skip
SURVEY_COLUMNS = (
    "stratum", "psu", "weight", "stratum_psus", "psu_households",
    *(name for name in CENSUS_COLUMNS if name != "segment"),
    "hours", "branch", "occupation", "chores_hours",
)  # fmt: skip


VALUE_LABELS: dict[str, dict[int | float, str]] = {
    "sex": {1: "male", 2: "female"},
    "zone": {1: "urban", 2: "rural"},
    "attendance": {1: "attends", 2: "does not attend"},
    "relation": {1: "head", 2: "spouse", 3: "child", 4: "grandchild", 5: "other relative", 6: "not related"},
    "activity": {1: "employed", 2: "unemployed", 3: "inactive"},
    "ethnicity": {1: "indigenous", 2: "afro-descendant", 3: "other"},
    "birthplace": {1: "this municipality", 2: "another municipality", 3: "abroad"},
}


@dataclass(frozen=True)
class Written:
    """What came back from one piece: its sums, the sampled persons, their truth."""

    sums: AreaSums
    survey: pa.Table
    truth: pa.Table


def write_country(
    out: Path,
    persons: int,
    seed: int,
    progress: Progress | None = None,
    *,
    municipalities: int | None = None,
    departments: int | None = None,
    survey_formats: Iterable[str] = (".parquet",),
) -> Path:
    """Write a country of about `persons` persons into the new folder `out`, which appears only when it is complete.

    progress is called with a stage, what is done and of how many. survey_formats: which of FORMATS the survey is
    written in. Raises InputError where `out` exists or the sizes cannot be met.
    """
    formats = tuple(survey_formats)
    _check_request(out, formats)
    plan = plan_country(persons, seed, municipalities, departments)
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        (partial / "census").mkdir(parents=True)
        written = _write_pieces(plan, partial / "census", progress)
        _write_rest(plan, partial, written, formats)
        partial.rename(out)
    except OSError as error:
        raise MachineError(
            Problem(
                f"The files could not be written: {error.strerror}.",
                str(out),
                "Make room, or name another folder.",
            )
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return out


def _check_request(out: Path, formats: tuple[str, ...]) -> None:
    if out.exists():
        raise InputError(
            Problem("The folder exists already.", str(out), "Name a new folder, or remove this one.")
        )
    unknown = tuple(f for f in formats if f not in FORMATS)
    if unknown:
        raise InputError(
            Problem(
                "A format of the survey is not known.",
                "simulate",
                f"Use {', '.join(FORMATS)}.",
                items=unknown,
            )
        )


def _write_pieces(plan: Plan, folder: Path, progress: Progress | None) -> list[Written]:
    done = []
    for piece in range(len(plan.pieces)):
        done.append(_write_piece(plan, folder, piece))
        if progress is not None:
            progress("census", len(done), len(plan.pieces))
    return done


def _write_piece(plan: Plan, folder: Path, piece: int) -> Written:
    drawn = draw_piece(plan, piece)
    census = _table(drawn.census, CENSUS_COLUMNS)
    pq.write_table(census, folder / f"part-{piece:05d}.parquet", compression="zstd", compression_level=1)
    return Written(drawn.sums, _table(drawn.survey, SURVEY_COLUMNS), pa.table(drawn.sample_truth))


def _table(recorded: Recorded, names: tuple[str, ...]) -> pa.Table:
    return pa.table({name: _array(recorded.columns[name], recorded.masks.get(name)) for name in names})


def _array(values: NDArray[np.generic], mask: NDArray[np.bool_] | None) -> pa.Array:
    kind = pa.string() if values.dtype == object else None
    return pa.array(values, type=kind, mask=mask)


def _write_rest(plan: Plan, folder: Path, written: list[Written], formats: tuple[str, ...]) -> None:
    totals = _totals(plan, (w.sums for w in written))
    _write_survey(pa.concat_tables([w.survey for w in written]), folder, formats)
    pq.write_table(pa.concat_tables([w.truth for w in written]), folder / "truth-sample.parquet")
    pq.write_table(pa.table(_truth(plan, totals)), folder / "truth.parquet")
    _write_csv(registers(plan.areas, totals, plan.seed), folder / "registers.csv")
    _write_csv(population(plan.areas, totals, plan.seed), folder / "population.csv")
    _write_csv(_territories(plan), folder / "territories.csv")
    _write_boundaries(plan, folder)
    for name, stored in (("model.toml", False), ("model-stored.toml", True)):
        text = toml(spec(plan.country_name, plan.seed, stored=stored))
        (folder / name).write_text(text, encoding="utf-8")


def _totals(plan: Plan, parts: Iterable[AreaSums]) -> Totals:
    size = len(plan.areas.code)
    totals = Totals(
        persons=np.zeros(size, dtype=np.int64),
        children=np.zeros(size, dtype=np.int64),
        expected=np.zeros(size),
        working=np.zeros(size, dtype=np.int64),
        out_of_school=np.zeros(size, dtype=np.int64),
        young=np.zeros((size, YOUNG, 2), dtype=np.int64),
    )
    for part in parts:
        for name in ("persons", "children", "expected", "working", "out_of_school", "young"):
            getattr(totals, name)[part.area] += getattr(part, name)
    return totals


def _truth(plan: Plan, totals: Totals) -> Columns:
    """expected: mean probability of the area's children given the effects; realised: the share drawn."""
    areas, children = plan.areas, np.maximum(totals.children, 1)
    sampled = np.zeros(len(areas.code), dtype=bool)
    sampled[plan.units.area[plan.units.drawn]] = True
    return {
        "code": np.array([f"{code:05d}" for code in areas.code], dtype=object),
        "persons": totals.persons,
        "children": totals.children,
        "expected_rate": totals.expected / children,
        "realised_rate": totals.working / children,
        "expected_children": totals.expected,
        "working_children": totals.working,
        "area_effect": areas.effect,
        "sampled": sampled,
    }


def _territories(plan: Plan) -> dict[str, Any]:
    areas = plan.areas
    return {
        "code": [f"{code:05d}" for code in areas.code],
        "name": list(areas.name),
        "parent": [f"{group + 1:02d}" for group in areas.department],
        "parent_name": [plan.department_names[group] for group in areas.department],
    }


def _write_survey(survey: pa.Table, folder: Path, formats: tuple[str, ...]) -> None:
    if ".parquet" in formats:
        pq.write_table(survey, folder / "survey.parquet", compression="zstd")
    if ".csv.gz" in formats:
        with pa.CompressedOutputStream(str(folder / "survey.csv.gz"), "gzip") as stream:
            pa_csv.write_csv(survey, stream)
    for name in (".dta", ".sav"):
        if name in formats:
            _write_statistical(survey, folder / f"survey{name}")


def _write_statistical(survey: pa.Table, path: Path) -> None:
    """Stata and SPSS files, with value labels; both hold a missing text as an empty one."""
    writer = pyreadstat.write_dta if path.suffix == ".dta" else pyreadstat.write_sav
    frame = survey.to_pandas().fillna({"branch": "", "occupation": ""})
    writer(frame, str(path), variable_value_labels=VALUE_LABELS)


def _write_csv(columns: dict[str, Any], path: Path) -> None:
    pa_csv.write_csv(pa.table(columns), path, pa_csv.WriteOptions(quoting_style="needed"))


def _write_boundaries(plan: Plan, folder: Path) -> None:
    """Municipalities, departments and the country, each level the exact union of the one below."""
    territories = _territories(plan)
    polygons, group = plan.map.polygons, plan.map.department
    municipal = [dict(zip(territories, row, strict=True)) for row in zip(*territories.values(), strict=True)]
    provincial = [{"code": f"{g + 1:02d}", "name": name} for g, name in enumerate(plan.department_names)]
    country = [{"code": spec(plan.country_name, plan.seed)["run"]["country"], "name": plan.country_name}]
    _write_geojson(polygons, municipal, folder / "boundaries.geojson")
    _write_geojson(dissolve(polygons, group), provincial, folder / "departments.geojson")
    _write_geojson(dissolve(polygons, np.zeros_like(group)), country, folder / "country.geojson")


def _write_geojson(shapes: Iterable[shapely.Geometry], properties: list[dict[str, str]], path: Path) -> None:
    features = [
        {"type": "Feature", "properties": own, "geometry": json.loads(shapely.to_geojson(shape))}
        for own, shape in zip(properties, shapes, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
