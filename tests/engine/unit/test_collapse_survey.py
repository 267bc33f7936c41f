"""Cells and design of the survey against the slow, obvious reading of its rows."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mirti.errors import InputError
from mirti.io.survey import SurveyResult, collapse_survey
from mirti.tables import SurveyCells
from tests.support import rows
from tests.support.rows import Row

NAMES = [one["name"] for one in rows.COVARIATES]
LEVELS_OF_MISSING = {"school": "unknown", "head_years": "unknown"}
DESIGN = {"population": pa.int32(), "homes": pa.int32()}


def collapse(folder: Path, people: list[Row], **survey: Any) -> SurveyResult:
    rows.write(folder, "survey", people, DESIGN)
    spec = rows.spec(folder, survey=survey)
    opened = rows.opened(folder, spec, "survey")
    return collapse_survey(opened.con, opened, spec)


def as_dict(cells: SurveyCells) -> dict[tuple[Any, ...], tuple[float, ...]]:
    """Σ1, Σy, Σw, Σwy, Σw², Σw²y by PSU label, area code and labels."""
    labels = [covariate.levels for covariate in cells.covariates]
    sums = zip(cells.n, cells.ny, cells.sw, cells.swy, cells.sw2, cells.sw2y, strict=True)
    return {
        (
            cells.sample.psu_labels[cells.psu[i]],
            cells.area_codes[cells.area[i]],
            tuple(labels[j][code] for j, code in enumerate(cells.codes[i])),
        ): tuple(map(float, values))
        for i, values in enumerate(sums)
    }


def obvious(people: list[Row]) -> dict[tuple[Any, ...], list[float]]:
    sums: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0] * 6)
    for row, missing in rows.patterns(people, NAMES):
        levels = tuple(
            LEVELS_OF_MISSING.get(name) if level is None else level
            for name, level in zip(NAMES, missing, strict=True)
        )
        if row["outcome"] is None or None in levels:
            continue
        y, w = row["outcome"], row["weight"]
        cell = sums[f"{row['stratum']}/{row['psu']}", str(row["area"]), levels]
        for i, value in enumerate((1, y, w, w * y, w * w, w * w * y)):
            cell[i] += value
    return sums


@pytest.mark.parametrize("seed", range(3))
def test_cells_are_the_sums_over_the_rows(tmp_path: Path, seed: int) -> None:
    people = rows.people(seed, homes=300)

    found, expected = as_dict(collapse(tmp_path, people).cells), obvious(people)

    assert found.keys() == expected.keys()
    for key, sums in expected.items():
        assert found[key] == pytest.approx(sums, rel=1e-12)


def test_the_order_of_the_rows_changes_no_bit(tmp_path: Path) -> None:
    people = rows.people(7, homes=300)
    first = collapse(tmp_path, people)
    random.Random(2).shuffle(people)
    second = collapse(tmp_path, people)

    for name in ("psu", "area", "codes", "n", "ny", "sw", "swy", "sw2", "sw2y"):
        np.testing.assert_array_equal(getattr(first.cells, name), getattr(second.cells, name))
    assert first.missing_outcome_share == second.missing_outcome_share


def test_the_design_holds_every_sampled_person_not_only_children(tmp_path: Path) -> None:
    people = rows.people(3)
    childless = {**people[0], "age": 40, "stratum": "s9", "psu": 77, "home": 10_000, "area": 103}

    sample = collapse(tmp_path, [*people, childless]).cells.sample

    assert "s9/77" in sample.psu_labels
    assert sample.stratum_labels[sample.psu_stratum[sample.psu_labels.index("s9/77")]] == "s9"
    assert set(sample.psu_labels) == {f"{row['stratum']}/{row['psu']}" for row in [*people, childless]}


def test_merged_strata_keep_their_psus_apart(tmp_path: Path) -> None:
    people = rows.people(4)

    sample = collapse(tmp_path, people, merge_strata={"s0": "west", "s1": "west"}).cells.sample

    assert sample.stratum_labels == ("west",)
    assert len(sample.psu_labels) == len({(row["stratum"], row["psu"]) for row in people})


def test_populations_of_merged_strata_add_up(tmp_path: Path) -> None:
    people = [{**row, "population": 40 if row["stratum"] == "s0" else 60} for row in rows.people(4)]

    apart = collapse(tmp_path, people, stratum_population="population").cells.sample
    merged = collapse(
        tmp_path, people, stratum_population="population", merge_strata={"s0": "w", "s1": "w"}
    ).cells.sample

    assert apart.stratum_population is not None
    assert merged.stratum_population is not None
    assert apart.stratum_population.tolist() == [40, 60]
    assert merged.stratum_population.tolist() == [100]


def test_two_stages_name_the_second_stage_unit_of_every_cell(tmp_path: Path) -> None:
    people = [{**row, "population": 50, "homes": 400} for row in rows.people(5)]
    stages = {"stratum_population": "population", "ssu": "home", "psu_population": "homes"}

    cells = collapse(tmp_path, people, **stages).cells

    assert cells.ssu is not None
    (second,) = cells.sample.stages
    np.testing.assert_array_equal(second.parent[cells.ssu], cells.psu)
    assert len(second.parent) == len({(row["stratum"], row["psu"], row["home"]) for row in people})
    assert set(second.population) == {400.0}


def test_without_psus_every_person_is_one(tmp_path: Path) -> None:
    people = rows.people(6)

    cells = collapse(tmp_path, people, psu=None).cells

    assert len(cells.sample.psu_labels) == len(people)
    assert len(set(cells.psu.tolist())) == len(cells.n) == cells.n.sum()
    per_stratum = np.bincount(cells.sample.psu_stratum)
    assert per_stratum.tolist() == [sum(row["stratum"] == s for row in people) for s in ("s0", "s1")]


def test_children_whose_covariate_is_missing_leave_and_are_reported(tmp_path: Path) -> None:
    people = rows.people(8, homes=300)

    result = collapse(tmp_path, people)

    assert result.children == sum(sums[0] for sums in obvious(people).values())
    assert any("'years' is missing" in warning for warning in result.warnings)
    assert not any("'school'" in warning for warning in result.warnings)  # it has a missing level


def test_a_missing_level_that_no_child_has_is_no_level(tmp_path: Path) -> None:
    people = [{**row, "school": row["school"] if row["school"] in (1, 2) else 1} for row in rows.people(9)]

    covariates = {one.name: one for one in collapse(tmp_path, people).cells.covariates}

    assert covariates["school"].levels == ("in", "out")


def test_the_share_of_missing_outcomes_is_weighted(tmp_path: Path) -> None:
    people = rows.people(10)
    children = rows.children(people)
    missing = sum(row["weight"] for row in children if row["outcome"] is None)

    share = collapse(tmp_path, people).missing_outcome_share

    assert share == pytest.approx(missing / sum(row["weight"] for row in children))


# --- refused --------------------------------------------------------------------------------------------------------


def refused(folder: Path, people: list[Row], **survey: Any) -> str:
    with pytest.raises(InputError) as caught:
        collapse(folder, people, **survey)
    return str(caught.value)


def test_a_psu_in_two_strata(tmp_path: Path) -> None:
    message = refused(tmp_path, rows.people(12), nest=False)

    assert "PSU codes that stand in more than one stratum: 5. (0, 1, 2, 3, 4)" in message
    assert "nest = true" in message


def test_a_person_without_a_psu(tmp_path: Path) -> None:
    people = rows.people(13)
    people[5] = {**people[5], "psu": None}

    assert "1 sampled persons have no value in 'psu'" in refused(tmp_path, people)


def test_a_population_smaller_than_its_sample(tmp_path: Path) -> None:
    people = [{**row, "population": 2} for row in rows.people(14)]

    message = refused(tmp_path, people, stratum_population="population")

    assert "Units whose population is smaller than the number sampled: 2. (s0: 5 of 2, s1: 5 of 2)" in message


def test_a_population_that_varies_within_its_stratum(tmp_path: Path) -> None:
    people = [{**row, "population": 50 + row["psu"]} for row in rows.people(15)]

    assert "missing or not the same on all rows: 2. (s0, s1)" in refused(
        tmp_path, people, stratum_population="population"
    )


def test_a_population_that_some_persons_lack(tmp_path: Path) -> None:
    people = [{**row, "population": None if i == 3 else 50} for i, row in enumerate(rows.people(15))]

    message = refused(tmp_path, people, stratum_population="population")

    assert "survey.parquet: stratum_population: Units whose population is missing" in message
    assert message.count("s0") + message.count("s1") == 1


@pytest.mark.parametrize(
    ("merge", "message"),
    [
        ({"s7": "s0"}, "names strata that the survey does not have (s7)"),
        ({"s0": "s7"}, "merges a stratum into one that the survey does not have (s7)"),
    ],
)
def test_merging_strata_in_vain(tmp_path: Path, merge: dict[str, str], message: str) -> None:
    told = refused(tmp_path, rows.people(18), merge_strata=merge)

    assert message in told
    assert "The strata are s0, s1." in told


def test_an_outcome_that_never_varies(tmp_path: Path) -> None:
    people = [{**row, "outcome": 0} for row in rows.people(16)]

    assert "have the same outcome, 0" in refused(tmp_path, people)


def test_nobody_in_the_domain(tmp_path: Path) -> None:
    people = [{**row, "outcome": None} for row in rows.people(17)]

    assert "The survey has no" in refused(tmp_path, people)
