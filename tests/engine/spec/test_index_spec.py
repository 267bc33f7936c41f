"""The spec of an index: what it may say, and what it is told when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirti.errors import InputError, Problem
from mirti.spec import load_index
from mirti.spec.index_load import parse_index
from tests.support.indexes import NAMES, spec_text
from tests.support.specs import SPEC

HERE = Path("index.toml")


def faults(text: str) -> list[Problem]:
    with pytest.raises(InputError) as refused:
        parse_index(text, HERE)
    return list(refused.value.problems)


def only(text: str) -> Problem:
    [problem] = faults(text)
    return problem


def line_of(text: str, part: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_whole_spec_is_read_with_its_defaults() -> None:
    declared = parse_index(spec_text(), HERE)
    assert [each.name for each in declared.indicators] == list(NAMES)
    assert declared.method.normalisation == "min_max"
    assert declared.uncertainty.leave_out
    assert declared.classes.number == 3


def test_the_file_is_named_and_hashed(tmp_path: Path) -> None:
    path = tmp_path / "index.toml"
    path.write_text(spec_text(), encoding="utf-8")
    spec = load_index(path)
    assert spec.resolve("a.csv") == tmp_path / "a.csv"
    assert len(spec.sha256) == 64
    with pytest.raises(InputError, match="there is no such spec"):
        load_index(tmp_path / "other.toml")


def test_a_risk_models_spec_is_sent_to_mirti_run() -> None:
    problem = only(SPEC)
    assert "risk model" in problem.what
    assert "mirti run" in problem.remedy


def test_an_unknown_key_is_told_with_its_line_and_the_nearest_one() -> None:
    text = spec_text(method='normalization = "z"')
    problem = only(text)
    assert problem.where == f"index.toml, line {line_of(text, 'normalization')}"
    assert "method.normalization" in problem.what
    assert "Did you mean normalisation?" in problem.remedy


def test_an_unknown_value_lists_the_known_ones() -> None:
    problem = only(spec_text(method='aggregation = "harmonic"'))
    assert problem.remedy == 'Use one of "arithmetic", "geometric", "mixed".'


def test_a_missing_key_of_an_indicator_is_told_where_it_should_stand() -> None:
    text = spec_text().replace('unit = "%"\n', "", 1)
    problem = only(text)
    assert "dimensions[1].indicators[1].unit is missing" in problem.what
    assert problem.where.endswith(f"line {line_of(text, '[[dimensions.indicators]]')}")


def test_a_label_in_three_languages_lacks_the_fourth() -> None:
    problem = only(spec_text().replace(', fr = "lag (fr)"', "", 1))
    assert "no text in French" in problem.what


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("crowding", "lag", 'indicator "lag" is declared 2 times'),
        ("living", "education", 'dimension "education" is declared 2 times'),
        ("living", "remainder", "the drivers have a row of that name"),
    ],
)
def test_names_are_given_once_and_none_is_a_row_of_the_drivers(before: str, after: str, told: str) -> None:
    assert told in only(spec_text().replace(f'name = "{before}"', f'name = "{after}"', 1)).what


def test_a_table_that_does_not_exist_offers_the_nearest() -> None:
    problem = only(spec_text().replace('table = "register"', 'table = "registre"', 1))
    assert '"registre" is no table' in problem.what
    assert "Did you mean register?" in problem.remedy


def test_a_table_that_nobody_reads_is_a_fault() -> None:
    unused = '\n[[tables]]\nname = "health"\nsource = { file = "h.csv" }\narea = { column = "code" }\n'
    assert 'no indicator is taken from the table "health"' in only(spec_text(more=unused)).what


def test_goalposts_must_be_whole_and_increase() -> None:
    text = spec_text(method='normalisation = "goalposts"')
    assert parse_index(text, HERE)
    without = text.replace("goalposts = [0.0, 60.0]\n", "", 1)
    problem = only(without)
    assert problem.where.endswith(f"line {line_of(without, 'normalisation')}")
    assert "these indicators have none: illiteracy" in problem.what
    assert "do not increase" in only(text.replace("[0.0, 60.0]", "[60.0, 0.0]", 1)).what


def test_goalposts_among_the_draws_are_asked_for_too() -> None:
    text = spec_text(uncertainty='normalisation = ["z", "goalposts"]').replace(
        "goalposts = [0.0, 50.0]\n", ""
    )
    assert "crowding" in only(text).what


def test_declared_weights_must_be_whole() -> None:
    text = spec_text(method='weighting = "declared"')
    assert parse_index(text, HERE)
    assert "these have none: lag" in only(text.replace("weight = 2\n", "", 1)).what
    nothing = text.replace("weight = 4\n", "weight = 0\n").replace("weight = 5\n", "weight = 0\n")
    assert 'no indicator of "living" has a weight above 0' in only(nothing).what


@pytest.mark.parametrize("part", ["method", "uncertainty"])
def test_budget_allocation_needs_experts_and_experts_need_it(part: str) -> None:
    asked = {"method": 'weighting = "budget"', "uncertainty": 'weighting = ["budget"]'}[part]
    experts = '\n[[experts]]\nname = "Ministry"\npoints = { lag = 70, crowding = 30 }\n'
    assert parse_index(spec_text(**{part: asked}, more=experts), HERE)
    assert "no expert has given points" in only(spec_text(**{part: asked})).what
    assert "no weighting uses them" in only(spec_text(more=experts)).what
    wrong = spec_text(**{part: asked}, more=experts.replace("lag", "lagg"))
    assert "Did you mean lag?" in only(wrong).remedy
    empty = spec_text(**{part: asked}, more=experts.replace("70", "0").replace("30", "0"))
    assert "gives no points at all" in only(empty).what


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("ages = [5, 17]", "ages = [17, 5]"), "the ages do not increase"),
        (("sensitivity_points = 64", "sensitivity_points = 100"), "no power of two"),
        (("[method]\n", "[method]\nquantiles = [0.9, 0.1]\n"), "the quantiles do not increase"),
        (("[method]\n", '[classes]\nmethod = "fixed"\n\n[method]\n'), "3 classes need 2 breaks"),
        (("parent_from_code = 2", 'name = "town"'), "areas.name needs areas.source"),
        (("draws = 200", "draws = 5"), "greater than or equal to 100"),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be(change: tuple[str, str], told: str) -> None:
    text = spec_text()
    assert change[0] in text
    assert told in only(text.replace(*change, 1)).what


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = spec_text(method='normalization = "z"', uncertainty="sensitivity_points = 100").replace(
        'direction = "less"', 'direction = "lower"'
    )
    found = [int(problem.where.rsplit(" ", 1)[1]) for problem in faults(text)]
    assert len(found) == 3
    assert found == sorted(found)
