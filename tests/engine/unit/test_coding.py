"""Values of a source become positions in the levels, household features included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from mirti.declarations import CovariateDeclaration, Persons
from mirti.errors import InputError
from mirti.io.coding import check_codes, code_values, cut_labels, find_covariates
from mirti.io.sources import add_values
from mirti.tables import Covariate
from tests.support import rows
from tests.support.rows import Row

PERSONS = Persons(age="age", household=("home",), head="kin == 1")


def covariate(coding: dict[str, Any], **more: Any) -> CovariateDeclaration:
    return CovariateDeclaration.model_validate({"name": "x", "survey": coding, "census": coding, **more})


def values(table: ibis.Table, declaration: CovariateDeclaration) -> ibis.Table:
    return add_values(table, [declaration.survey], PERSONS, keep=ibis.literal(True))


def coded(
    folder: Path,
    column: dict[str, list[Any]],
    declaration: CovariateDeclaration,
    types: dict[str, Any] | None = None,
) -> tuple[list[int], Covariate]:
    arrays = {name: pa.array(values, (types or {}).get(name)) for name, values in column.items()}
    table = ibis.memtable(pa.table({"row": range(len(next(iter(column.values())))), **arrays}))
    valued = values(table, declaration)
    covariates = find_covariates(valued, [declaration], "survey", "table")
    result = code_values(valued, [declaration], "survey", covariates, "table")
    check_codes(result, [declaration], "survey", "table")
    return result.order_by("row").to_pyarrow()["x0"].to_pylist(), covariates[0]


@pytest.mark.parametrize("kind", [pa.int8(), pa.float64(), pa.string()])
def test_a_recode_reads_codes_of_any_type(tmp_path: Path, kind: pa.DataType) -> None:
    values = ["2", "1", "9", None, "1"] if kind == pa.string() else [2, 1, 9, None, 1]
    declaration = covariate({"column": "v", "recode": {"1": "in", "2": "out"}, "na": ["9"]})

    codes, found = coded(tmp_path, {"v": values}, declaration, {"v": kind})

    assert found.levels == ("in", "out")
    assert codes == [1, 0, -1, -1, 0]


def test_not_a_number_and_an_empty_text_are_missing(tmp_path: Path) -> None:
    assert coded(tmp_path, {"v": [1.0, float("nan")]}, covariate({"column": "v"}))[0] == [0, -1]


def test_an_empty_text_is_missing(tmp_path: Path) -> None:
    assert coded(tmp_path, {"v": ["a", ""]}, covariate({"column": "v"}))[0] == [0, -1]


def test_own_values_are_sorted_as_numbers_if_they_are(tmp_path: Path) -> None:
    codes, found = coded(tmp_path, {"v": ["10", "9", "2", "10"]}, covariate({"column": "v"}))

    assert found.levels == ("2", "9", "10")
    assert codes == [2, 1, 0, 2]


@pytest.mark.parametrize(
    "values", [[4, 5, 9, 10, 30], ["4", "5", "9", "10", "30"], [4.99, 5.0, 9.0, 10.0, 1e9]]
)
def test_a_cut_belongs_to_the_band_above_it(tmp_path: Path, values: list[Any]) -> None:
    codes, found = coded(tmp_path, {"v": values}, covariate({"column": "v", "cuts": [5, 10]}))

    assert found.levels == ("<5", "5–<10", "≥10")
    assert codes == [0, 1, 1, 2, 2]


def test_cut_points_between_whole_numbers_are_not_rounded(tmp_path: Path) -> None:
    assert coded(tmp_path, {"v": [2, 3]}, covariate({"column": "v", "cuts": [2.5]}))[0] == [0, 1]
    assert cut_labels([2.5]) == ("<2.5", "≥2.5")


def test_a_numeric_covariate_keeps_its_values(tmp_path: Path) -> None:
    codes, found = coded(tmp_path, {"v": ["3", "1.5", "3.0"]}, covariate({"column": "v"}, kind="numeric"))

    assert found.values == (1.5, 3.0)
    assert codes == [1, 0, 1]


def test_the_missing_level_comes_last_and_the_reference_is_found(tmp_path: Path) -> None:
    declaration = covariate({"column": "v"}, levels=["a", "b"], missing="none", reference="b")

    _, found = coded(tmp_path, {"v": ["a", "b"]}, declaration)

    assert found.levels == ("a", "b", "none")
    assert found.reference == 1


HOME = {
    "home": [1, 1, 1, 2, 2, 3],
    "kin": [1, 3, 3, 3, 1, 3],
    "age": [40, 10, 3, 12, 60, 9],
    "works": [1, 0, None, None, 0, None],
    "years": [6, 2, None, 5, 11, 3],
}
FEATURES: list[tuple[dict[str, Any], list[str | None]]] = [
    ({"summary": "head", "of": "years"}, ["6", "6", "6", "11", "11", None]),
    ({"summary": "any", "of": "works == 1"}, ["1", "1", "1", "0", "0", None]),
    ({"summary": "any", "of": "works", "where": "age >= 18"}, ["1", "1", "1", "0", "0", "0"]),
    ({"summary": "all", "of": "works == 1"}, ["0", "0", "0", "0", "0", None]),
    ({"summary": "all", "of": "works == 1", "where": "age >= 18"}, ["1", "1", "1", "0", "0", "1"]),
    ({"summary": "count"}, ["3", "3", "3", "2", "2", "1"]),
    ({"summary": "count", "where": "age < 5"}, ["1", "1", "1", "0", "0", "0"]),
    ({"summary": "sum", "of": "years"}, ["8", "8", "8", "16", "16", "3"]),
    ({"summary": "sum", "of": "years", "where": "age >= 18"}, ["6", "6", "6", "11", "11", "0"]),
    ({"summary": "mean", "of": "years"}, ["4", "4", "4", "8", "8", "3"]),
    ({"summary": "min", "of": "years"}, ["2", "2", "2", "5", "5", "3"]),
    ({"summary": "max", "of": "years", "where": "age < 18"}, ["2", "2", "2", "5", "5", "3"]),
]


@pytest.mark.parametrize(("feature", "expected"), FEATURES, ids=[str(feature) for feature, _ in FEATURES])
def test_a_household_feature_is_given_to_every_member(
    tmp_path: Path, feature: dict[str, Any], expected: list[str | None]
) -> None:
    codes, found = coded(tmp_path, HOME, covariate({"household": feature}))

    assert [None if code < 0 else found.levels[code] for code in codes] == expected


def test_a_child_without_a_household_has_no_feature(tmp_path: Path) -> None:
    homes = {**HOME, "home": [1, 1, 1, 2, None, None]}

    codes, _ = coded(tmp_path, homes, covariate({"household": {"summary": "count"}}))

    assert codes[4:] == [-1, -1]


# --- refused --------------------------------------------------------------------------------------------------------


def refused(folder: Path, column: dict[str, list[Any]], declaration: CovariateDeclaration) -> str:
    with pytest.raises(InputError) as caught:
        coded(folder, column, declaration)
    return str(caught.value)


def test_an_unknown_code_is_named_with_its_number(tmp_path: Path) -> None:
    message = refused(tmp_path, {"v": [1, 7, 7, 8]}, covariate({"column": "v", "recode": {"1": "in"}}))

    assert "Covariate 'x': 3 " in message
    assert "'7' × 2, '8' × 1" in message
    assert "survey.recode" in message


def test_a_value_that_is_no_declared_level(tmp_path: Path) -> None:
    assert "'c' × 1" in refused(tmp_path, {"v": ["a", "c"]}, covariate({"column": "v"}, levels=["a", "b"]))


def test_too_many_levels(tmp_path: Path) -> None:
    message = refused(tmp_path, {"v": list(range(1001))}, covariate({"column": "v"}))

    assert "has 1001 levels" in message
    assert "Cut it into bands" in message


def test_a_numeric_covariate_with_texts(tmp_path: Path) -> None:
    declaration = covariate({"column": "v", "recode": {"1": "one"}}, kind="numeric")

    assert "numeric, but some of its levels are not numbers" in refused(tmp_path, {"v": [1]}, declaration)


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    assert "w" in refused(tmp_path, {"v": [1]}, covariate({"column": "w"}))


def test_the_census_must_have_the_levels_of_the_survey(tmp_path: Path) -> None:
    people: list[Row] = rows.people(1)
    schema = pa.schema(rows.COLUMNS)
    table = ibis.memtable(pa.Table.from_pylist(people, schema=schema))
    survey_levels = (Covariate("x", ("0", "1", "2", "3", "4")),)

    years = covariate({"column": "years"})
    result = code_values(values(table, years), [years], "census", survey_levels, "table")

    with pytest.raises(InputError) as caught:
        check_codes(result, [years], "census", "table")

    fives = sum(row["years"] == 5 for row in people)
    assert f"'5' × {fives}" in str(caught.value)
