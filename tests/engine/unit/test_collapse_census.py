"""Cells of the census against the slow, obvious count of its rows."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from mirti.declarations import Spec
from mirti.errors import InputError
from mirti.io.census import CensusResult, collapse_census
from mirti.io.collapse import check_areas, support
from mirti.io.survey import collapse_survey
from mirti.tables import CensusCells, Covariate
from tests.support import rows
from tests.support.rows import Key, Row

NAMES = [one["name"] for one in rows.COVARIATES]
MISSING = {"school": "unknown", "head_years": "unknown"}


def covariates_of(folder: Path, spec: Spec) -> tuple[Covariate, ...]:
    opened = rows.opened(folder, spec, "survey")
    return collapse_survey(opened.con, opened, spec).cells.covariates


def collapse(folder: Path, spec: Spec) -> CensusResult:
    opened = rows.opened(folder, spec, "census")
    return collapse_census(opened.con, opened, spec, covariates_of(folder, spec))


def as_dict(cells: CensusCells) -> dict[Key, float]:
    """Cells by area code and labels; a key given twice would lose children, which the callers would notice."""
    labels = [covariate.levels for covariate in cells.covariates]
    return {
        (cells.area_codes[area], tuple(labels[j][code] for j, code in enumerate(codes))): float(n)
        for area, codes, n in zip(cells.area, cells.codes, cells.n, strict=True)
    }


def approx(counts: dict[Key, float]) -> object:
    return pytest.approx({key: n for key, n in counts.items() if n > 0}, rel=1e-12)


@pytest.fixture
def survey(tmp_path: Path) -> list[Row]:
    """A survey in which every level, the missing ones included, has a child."""
    sampled = rows.people(seed=99, homes=400)
    rows.write(tmp_path, "survey", sampled)
    assert all(any(None in (levels[j],) for _, levels in rows.patterns(sampled, NAMES)) for j in (2, 5))
    return sampled


@pytest.mark.parametrize("seed", range(4))
def test_cells_are_what_counting_the_rows_gives(tmp_path: Path, survey: list[Row], seed: int) -> None:
    people = rows.people(seed)
    rows.write(tmp_path, "census", people)

    result = collapse(tmp_path, rows.spec(tmp_path))

    assert as_dict(result.cells) == approx(rows.spread(people, NAMES, MISSING))


def test_cells_without_missing_values_are_whole_numbers(tmp_path: Path, survey: list[Row]) -> None:
    people = rows.people(seed=5, blank=0)
    rows.write(tmp_path, "census", people)

    result = collapse(tmp_path, rows.spec(tmp_path))

    counted = Counter(
        (str(row["area"]), tuple("unknown" if level is None else level for level in levels))
        for row, levels in rows.patterns(people, NAMES)
    )
    assert as_dict(result.cells) == counted
    assert result.counted == sum(counted.values())


def test_order_and_parts_of_the_rows_change_nothing(tmp_path: Path, survey: list[Row]) -> None:
    people = rows.people(seed=6)
    rows.write(tmp_path, "census", people)
    first = collapse(tmp_path, rows.spec(tmp_path))
    random.Random(1).shuffle(people)
    parts = tmp_path / "parts"
    parts.mkdir()
    rows.write(parts, "a", people[:200])
    rows.write(parts, "b", people[200:])

    second = collapse(tmp_path, rows.spec(tmp_path, census={"source": {"file": "parts"}}))

    for name in ("area", "codes", "n"):
        np.testing.assert_array_equal(getattr(first.cells, name), getattr(second.cells, name))


def test_a_census_of_counts_gives_the_cells_of_its_persons(tmp_path: Path, survey: list[Row]) -> None:
    names = ["sex", "age", "school", "years", "lag"]
    kept = ("area", "age", "sex", "school", "years")
    people = rows.people(seed=7)
    rows.write(tmp_path, "census", people)
    spec = rows.spec(tmp_path, names)
    by_person = collapse(tmp_path, spec)
    counted = Counter(tuple(row[name] for name in kept) for row in people)
    counts = [{**dict(zip(kept, key, strict=True)), "n": n} for key, n in counted.items()]
    rows.write(tmp_path, "census", counts, {"n": pa.int64()})

    by_count = collapse(tmp_path, rows.spec(tmp_path, names, census={"kind": "counts", "count": "n"}))

    assert as_dict(by_count.cells) == as_dict(by_person.cells)
    assert by_count.counted == by_person.counted
    assert by_count.missing == by_person.missing


@pytest.mark.parametrize("types", [
    {"area": pa.string(), "age": pa.float64(), "school": pa.float64(), "years": pa.float64(), "kin": pa.float64()},
    {"area": pa.string(), "age": pa.string(), "school": pa.string(), "years": pa.string(), "works": pa.string()},
])  # fmt: skip
def test_the_type_of_a_column_changes_nothing(
    tmp_path: Path, survey: list[Row], types: dict[str, pa.DataType]
) -> None:
    people = rows.people(seed=8)
    rows.write(tmp_path, "census", people)
    spec = rows.spec(tmp_path)
    first = collapse(tmp_path, spec)
    retyped = [{key: _as(types.get(key), value) for key, value in row.items()} for row in people]
    rows.write(tmp_path, "census", retyped, types)

    assert as_dict(collapse(tmp_path, spec).cells) == as_dict(first.cells)


def _as(kind: pa.DataType | None, value: object) -> object:
    if kind is None or value is None:
        return value
    return str(value) if kind == pa.string() else float(str(value))


def test_area_codes_that_differ_only_in_their_prefix_are_one_area(tmp_path: Path, survey: list[Row]) -> None:
    people = rows.people(seed=9, blank=0)
    rows.write(tmp_path, "census", people)
    whole = collapse(
        tmp_path, rows.spec(tmp_path, census={"area": {"column": "area", "modulo": 2, "digits": 3}})
    )

    assert whole.cells.area_codes == ("000", "001")
    assert whole.children_by_area.sum() == len(rows.children(people))
    assert len(as_dict(whole.cells)) == len(whole.cells.n)


def test_a_pattern_too_large_for_one_key_is_counted_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survey: list[Row]
) -> None:
    people = rows.people(seed=10)
    rows.write(tmp_path, "census", people)
    one_key = collapse(tmp_path, rows.spec(tmp_path))
    monkeypatch.setattr("mirti.io.collapse._LIMIT", 200)

    assert as_dict(collapse(tmp_path, rows.spec(tmp_path)).cells) == as_dict(one_key.cells)


# --- refused --------------------------------------------------------------------------------------------------------


def refused(
    folder: Path, people: list[Row], types: dict[str, pa.DataType] | None = None, **census: object
) -> str:
    rows.write(folder, "census", people, types)
    names = ["sex", "age", "school", "years"] if census else None
    with pytest.raises(InputError) as caught:
        collapse(folder, rows.spec(folder, names, census=census))
    return str(caught.value)


def test_a_code_that_no_recode_names(tmp_path: Path, survey: list[Row]) -> None:
    people = rows.people(seed=11)
    child = next(i for i, row in enumerate(people) if 5 <= row["age"] <= 17)
    people[child] = {**people[child], "sex": "X"}

    message = refused(tmp_path, people)

    assert "Covariate 'sex': 1 " in message
    assert "'X' × 1" in message


def test_a_child_without_an_area(tmp_path: Path, survey: list[Row]) -> None:
    people = [{**row, "area": None} if row["age"] == 9 else row for row in rows.people(seed=12)]

    assert f"{sum(row['age'] == 9 for row in people)} children of the census have no area" in refused(
        tmp_path, people
    )


def test_nobody_of_the_ages(tmp_path: Path, survey: list[Row]) -> None:
    assert "nobody aged 5 to 17" in refused(
        tmp_path, [row for row in rows.people(seed=13) if row["age"] > 17]
    )


def test_areas_of_the_survey_must_be_in_the_census(tmp_path: Path, survey: list[Row]) -> None:
    rows.write(tmp_path, "census", [row for row in rows.people(seed=14) if row["area"] != 102])
    spec = rows.spec(tmp_path)
    opened = rows.opened(tmp_path, spec, "survey")
    cells = collapse_survey(opened.con, opened, spec).cells

    with pytest.raises(InputError, match=r"Areas of the survey are absent from the census \(102\)"):
        check_areas(cells, collapse(tmp_path, spec).cells, "census")


def test_patterns_without_support_are_counted_with_their_children(tmp_path: Path, survey: list[Row]) -> None:
    names = ["sex", "age"]
    sampled = [row for row in survey if not (row["sex"] == "M" and row["age"] >= 15)]
    rows.write(tmp_path, "survey", sampled)
    people = rows.people(seed=15)
    rows.write(tmp_path, "census", people)
    spec = rows.spec(tmp_path, names)
    opened = rows.opened(tmp_path, spec, "survey")
    cells = collapse_survey(opened.con, opened, spec).cells

    found = support(cells, collapse(tmp_path, spec).cells)

    unseen = [row for row in rows.children(people) if row["sex"] == "M" and row["age"] >= 15]
    assert (found.patterns, found.unsupported) == (8, 1)
    assert found.children == len(unseen)
    assert found.share == pytest.approx(len(unseen) / len(rows.children(people)))
