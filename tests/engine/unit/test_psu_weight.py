"""The PSU's own weight: from the survey's column to the cells, and from the cells to level two of the mixed model."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mirti.errors import InputError
from mirti.io.checks import check_sources
from mirti.io.survey import collapse_survey
from mirti.models.mixed.data import mixed_data
from mirti.smallarea.leave_out import without
from mirti.tables import Floats, SurveyCells
from tests.support import rows
from tests.support.rows import Row
from tests.support.specs import refusal

NAMES = ("sex", "age")  # covariates that are never missing


def weighted(seed: int) -> list[Row]:
    """Every PSU of an area has a weight of its own, the same for all its persons."""
    return [
        row | {"psu_weight": 2.0 + 3.5 * row["psu"] + row["area"] % 4 + (row["stratum"] == "s1")}
        for row in rows.people(seed)
    ]


def collapse(folder: Path, people: list[Row], **survey: Any) -> SurveyCells:
    rows.write(folder, "survey", people, {"psu_weight": pa.float64()})
    spec = rows.spec(folder, NAMES, survey=survey)
    opened = rows.opened(folder, spec, "survey")
    return collapse_survey(opened.con, opened, spec).cells


def with_weights(folder: Path, people: list[Row]) -> SurveyCells:
    return collapse(folder, people, psu_weight="psu_weight")


def test_every_cell_carries_the_weight_of_its_psu(tmp_path: Path) -> None:
    people = weighted(41)
    cells = with_weights(tmp_path, people)
    obvious = {(f"{row['stratum']}/{row['psu']}", str(row["area"])): row["psu_weight"] for row in people}
    assert cells.psu_weight is not None
    assert len(cells.psu_weight) == len(cells.n)
    for psu, area, weight in zip(cells.psu, cells.area, cells.psu_weight, strict=True):
        assert weight == obvious[cells.sample.psu_labels[psu], cells.area_codes[area]]


def test_without_the_column_cells_carry_none(tmp_path: Path) -> None:
    assert collapse(tmp_path, weighted(42)).psu_weight is None


def test_an_area_left_out_takes_its_psus_with_it_and_the_others_keep_their_weights(tmp_path: Path) -> None:
    cells = with_weights(tmp_path, weighted(43))
    group = np.arange(len(cells.area_codes), dtype=np.int32)
    kept = without(cells, group, 1)
    assert cells.psu_weight is not None
    np.testing.assert_array_equal(kept.psu_weight, cells.psu_weight[cells.area != 1])


def test_level_two_is_the_psus_weights_scaled_within_their_area(tmp_path: Path) -> None:
    cells = with_weights(tmp_path, weighted(44))
    data = mixed_data(
        np.ones((len(cells.n), 1)), cells, names=("(Intercept)",), stage_weights=cells.psu_weight
    )
    assert cells.psu_weight is not None
    by_area: dict[int, dict[int, float]] = defaultdict(dict)
    for area, psu, weight in zip(cells.area, cells.psu, cells.psu_weight, strict=True):
        by_area[area][psu] = weight
    wanted: list[Floats] = []
    for area in sorted(by_area):
        own = np.array([by_area[area][psu] for psu in sorted(by_area[area])])
        wanted.append(own * own.sum() / (own**2).sum())
    np.testing.assert_allclose(data.psu_weight, np.concatenate(wanted))


def test_weights_that_differ_within_a_psu_are_refused_with_its_name(tmp_path: Path) -> None:
    people = weighted(45)
    chosen = next(row for row in people if row["age"] in range(5, 18) and row["outcome"] is not None)
    spoilt = [row | {"psu_weight": 90.0} if row is chosen else row for row in people]
    with pytest.raises(InputError) as refused:
        with_weights(tmp_path, spoilt)
    problem = refused.value.problems[0]
    assert "'psu_weight' is not the same for all children of a PSU in an area, in 1 of" in problem.what
    assert f"PSU {chosen['stratum']}/{chosen['psu']}: " in problem.items[0]
    assert problem.items[0].endswith("to 90")


@pytest.mark.parametrize("weight", [None, 0.0, -1.0])
def test_weights_that_are_none_are_counted_with_the_first_rows(tmp_path: Path, weight: float | None) -> None:
    people = [row | {"psu_weight": weight if row["psu"] == 2 else 1.0} for row in weighted(46)]
    rows.write(tmp_path, "survey", people, {"psu_weight": pa.float64()})
    rows.write(tmp_path, "census", people)
    spec = rows.spec(tmp_path, NAMES, survey={"psu_weight": "psu_weight"})
    survey, census = (rows.opened(tmp_path, spec, role) for role in ("survey", "census"))
    with pytest.raises(InputError) as refused:
        check_sources(spec.declaration, survey, census)
    problem = refused.value.problems[0]
    assert problem.count == sum(row["psu"] == 2 for row in people)
    assert 'the weight "psu_weight" is missing, zero or negative in' in problem.what
    assert "inverse of the PSU's inclusion probability" in problem.remedy


def test_a_weight_of_psus_needs_psus() -> None:
    said = refusal(('psu = "psu"\n', 'psu_weight = "psu_weight"\n'))
    assert "survey.psu_weight needs survey.psu" in said
