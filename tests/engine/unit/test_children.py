"""Children of the reference year: the projection's totals, the census's patterns."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.io.census import CensusResult, collapse_census
from mirti.io.survey import collapse_survey
from tests.support import rows
from tests.support.rows import Row

NAMES = ["sex", "age"]
SOURCE = {"file": "projection.csv"}


def projected(folder: Path, people: list[Row], lines: list[str], **declared: Any) -> CensusResult:
    rows.write(folder, "survey", rows.people(seed=99, homes=300))
    rows.write(folder, "census", people)
    (folder / "projection.csv").write_text("\n".join(lines) + "\n")
    projection = {"source": SOURCE, "year": 2025, "area": {"column": "area"}, "count": "n", **declared}
    spec = rows.spec(folder, NAMES, projection=projection if lines else None)
    survey = rows.opened(folder, spec, "survey")
    covariates = collapse_survey(survey.con, survey, spec).cells.covariates
    census = rows.opened(folder, spec, "census")
    return collapse_census(census.con, census, spec, covariates)


def by_area(people: list[Row]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in rows.children(people):
        found[row["area"]] += 1
    return found


def people(seed: int = 3) -> list[Row]:
    return rows.people(seed, homes=400)


def lines_by_stratum(census: list[Row], factor: dict[tuple[int, int, str], float]) -> list[str]:
    counted: dict[tuple[int, int, str], int] = defaultdict(int)
    for row in rows.children(census):
        counted[row["area"], row["age"], row["sex"]] += 1
    lines = ["area,age,sex,n"]
    for area in sorted({key[0] for key in counted}):
        for age in range(5, 18):
            for sex in "HM":
                key = (area, age, sex)
                lines.append(f"{area},{age},{sex},{counted[key] * factor.get(key, 1.0)}")
    return lines


def test_without_a_projection_the_census_counts(tmp_path: Path) -> None:
    census = people()

    result = projected(tmp_path, census, [])

    assert (result.children_year, result.children_source) == (2018, "census")
    assert result.children_by_area.tolist() == [n for _, n in sorted(by_area(census).items())]


def test_a_projection_by_area_keeps_every_pattern_s_share(tmp_path: Path) -> None:
    census = people()
    before = projected(tmp_path, census, [])

    after = projected(tmp_path, census, ["area,n", "100,1000", "101,2000", "102,30.5", "103,0"])

    assert (after.children_year, after.children_source) == (2025, "projection")
    assert after.children_by_area == pytest.approx([1000, 2000, 30.5, 0])
    kept = before.cells.area < 3
    share = before.cells.n / before.children_by_area[before.cells.area]
    np.testing.assert_allclose(after.cells.n / after.children_by_area[after.cells.area], share[kept])
    np.testing.assert_array_equal(after.cells.codes, before.cells.codes[kept])


def test_a_projection_by_age_and_sex_moves_only_its_group(tmp_path: Path) -> None:
    census = people()
    boys = sum(row["age"] == 9 and row["sex"] == "H" and row["area"] == 101 for row in rows.children(census))
    assert boys
    lines = lines_by_stratum(census, {(101, 9, "H"): 3.0})

    before = projected(tmp_path, census, [])
    after = projected(tmp_path, census, lines, age="age", sex="sex")

    np.testing.assert_array_equal(after.cells.codes, before.cells.codes)
    moved = after.cells.n - before.cells.n
    band = (after.cells.area == 1) & (after.cells.codes[:, 0] == 0) & (after.cells.codes[:, 1] == 1)
    assert moved[band] == pytest.approx([2.0 * boys])
    assert moved[~band] == pytest.approx(0)


@pytest.mark.parametrize("declared", [{"age": "age"}, {"sex": "sex"}])
def test_a_projection_by_age_or_by_sex_alone(tmp_path: Path, declared: dict[str, str]) -> None:
    census = people()
    key = next(iter(declared.values()))
    counted: dict[tuple[int, Any], int] = defaultdict(int)
    for row in rows.children(census):
        counted[row["area"], row[key]] += 1
    lines = [f"area,{key},n", *(f"{area},{value},{2 * n}" for (area, value), n in counted.items())]

    result = projected(tmp_path, census, lines, **declared)

    assert result.children_by_area.tolist() == pytest.approx(
        [2 * n for _, n in sorted(by_area(census).items())]
    )


def test_children_projected_where_nobody_was_counted_go_to_the_area_s_others(tmp_path: Path) -> None:
    census = [row for row in people() if (row["area"], row["age"], row["sex"]) != (102, 7, "M")]
    lines = [line.replace("102,7,M,0", "102,7,M,12") for line in lines_by_stratum(census, {})]

    result = projected(tmp_path, census, lines, age="age", sex="sex")

    assert result.children_by_area[2] == pytest.approx(by_area(census)[102] + 12)
    assert any("12 children" in warning and "(1 areas)" in warning for warning in result.warnings)


def test_ages_outside_the_outcome_s_are_not_read(tmp_path: Path) -> None:
    census = people()
    lines = [*lines_by_stratum(census, {}), "100,4,H,99999", "100,18,M,99999"]

    result = projected(tmp_path, census, lines, age="age", sex="sex")

    assert result.children_by_area.sum() == pytest.approx(len(rows.children(census)))


WHOLE = ["area,n", "100,1", "101,1", "102,1", "103,1"]


@pytest.mark.parametrize(("lines", "message"), [
    (WHOLE[:-1], "Areas of the census are absent from the projection (103)"),
    ([*WHOLE, "104,5"], "Areas of the projection are absent from the census (104)"),
    ([*WHOLE, "103,5"], "The projection has several rows for one group (103)"),
    ([*WHOLE[:-1], "103,-1"], "1 rows have a 'n' that is missing, negative or no number"),
    ([*WHOLE[:-1], "103,"], "1 rows have a 'n' that is missing, negative or no number"),
    ([line.replace("n", "m") for line in WHOLE], 'there is no column "n"'),
])  # fmt: skip
def test_a_projection_that_does_not_fit_is_refused(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        projected(tmp_path, people(), lines)

    assert message in str(caught.value)


def test_a_projection_that_lacks_a_group_is_refused(tmp_path: Path) -> None:
    census = people()
    lines = [line for line in lines_by_stratum(census, {}) if not line.startswith("101,9,H")]

    with pytest.raises(InputError, match=r"no row for groups .* \(101 age 9 sex H\)"):
        projected(tmp_path, census, lines, age="age", sex="sex")


def test_a_projection_whose_sexes_are_others_is_refused(tmp_path: Path) -> None:
    census = people()
    lines = [line.replace("H", "1").replace("M", "2") for line in lines_by_stratum(census, {})]

    with pytest.raises(InputError, match=r"none of the census's \(H, M\) \(1, 2\)"):
        projected(tmp_path, census, lines, age="age", sex="sex")
