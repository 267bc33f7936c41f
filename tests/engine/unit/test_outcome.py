"""The outcome by rule equals, on every combination of answers, what a person would say child by child."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import ibis
import pyarrow as pa
import pytest

from mirti.declarations import ColumnOutcome, HoursRule, RuleOutcome
from mirti.errors import InputError
from mirti.outcome import judge_missing, outcome_column

Answer = bool | None

QUESTIONS: dict[str, tuple[object, ...]] = {
    "age": (5, 11, 12, 13, 14, 15, 16, 17),
    "works": (1, 2, None),
    "hours": (0.0, 0.5, 1.0, 13.0, 14.0, 42.0, 43.0, None),
    "chores": (0.0, 20.5, 21.0, None),
    "branch": ("0510", "111", "4711", None),
    "job": ("9211", "5221", None),
}
CHILDREN = [dict(zip(QUESTIONS, answers, strict=True)) for answers in itertools.product(*QUESTIONS.values())]
RULE = {
    "works": "works == 1",
    "hours": "hours",
    "chores_hours": "chores",
    "branch": "branch",
    "branch_digits": 4,
    "occupation": "job",
    "hazardous_branches": ("05", "0111"),
    "hazardous_occupations": ("9211",),
    "source": "national list",
}


def any_of(answers: Sequence[Answer]) -> Answer:
    """Yes if one is yes, no if all are no, unknown otherwise."""
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def both(one: Answer, other: Answer) -> Answer:
    return None if None in (one, other) and False not in (one, other) else bool(one and other)


def at_least(hours: float | None, threshold: float) -> Answer:
    return None if hours is None else hours >= threshold


def economic_hours(age: int, hours: float | None, minimum_age: int = 15) -> Answer:
    if 5 <= age <= 11:
        return at_least(hours, 1)
    if 12 <= age < minimum_age:
        return at_least(hours, 14)
    if minimum_age <= age <= 17:
        return at_least(hours, 43)
    return False


def listed(child: dict[str, object]) -> Answer:
    branch, job = child["branch"], child["job"]
    mining_or_maize: Answer = None if branch is None else branch in ("0510", "111")
    farm_hand: Answer = None if job is None else job == "9211"
    return any_of([mining_or_maize, farm_hand])


def working(child: dict[str, object]) -> Answer:
    return None if child["works"] is None else child["works"] == 1


def child_labour(child: dict[str, object], minimum_age: int = 15) -> Answer:
    age = int(str(child["age"]))
    by_hours = economic_hours(age, child["hours"], minimum_age)  # type: ignore[arg-type]
    at_home = at_least(child["chores"], 21) if 5 <= age <= 14 else False  # type: ignore[arg-type]
    return any_of([both(working(child), any_of([by_hours, listed(child)])), at_home])


def hazardous_work(child: dict[str, object]) -> Answer:
    long_hours = at_least(child["hours"], 43)  # type: ignore[arg-type]
    return both(working(child), any_of([long_hours, listed(child)]))


def computed(declaration: RuleOutcome | ColumnOutcome, children: list[dict[str, object]]) -> list[Answer]:
    table = pa.Table.from_pylist(children).append_column("row", pa.array(range(len(children))))
    lazy = ibis.memtable(table)
    found = lazy.select("row", y=outcome_column(declaration, lazy, age="age")).order_by("row").to_pyarrow()
    return [None if y is None else bool(y) for y in found["y"].to_pylist()]


def test_child_labour_is_the_slow_rule() -> None:
    declaration = RuleOutcome(kind="child_labour", **RULE)  # type: ignore[arg-type]
    assert computed(declaration, CHILDREN) == [child_labour(child) for child in CHILDREN]


def test_hazardous_work_is_the_slow_rule_from_the_same_questionnaire() -> None:
    declaration = RuleOutcome(kind="hazardous_work", **RULE)  # type: ignore[arg-type]
    assert computed(declaration, CHILDREN) == [hazardous_work(child) for child in CHILDREN]


@pytest.mark.parametrize("minimum_age", [14, 16, 18])
def test_minimum_age_moves_the_border_of_long_hours(minimum_age: int) -> None:
    declaration = RuleOutcome(kind="child_labour", minimum_age=minimum_age, **RULE)  # type: ignore[arg-type]
    assert computed(declaration, CHILDREN) == [child_labour(child, minimum_age) for child in CHILDREN]


def test_hazardous_work_is_always_child_labour() -> None:
    pairs = zip(
        computed(RuleOutcome(kind="hazardous_work", **RULE), CHILDREN),  # type: ignore[arg-type]
        computed(RuleOutcome(kind="child_labour", **RULE), CHILDREN),  # type: ignore[arg-type]
        strict=True,
    )
    assert all(labour is True for hazardous, labour in pairs if hazardous is True)


def test_declared_hours_replace_the_standard_ones() -> None:
    rules = (HoursRule(ages=(5, 17), hours=10),)
    declaration = RuleOutcome(
        kind="child_labour", works="works == 1", hours="hours", economic=rules, source="Act 1"
    )
    children: list[dict[str, object]] = [{"age": 6, "works": 1, "hours": hours} for hours in (9.5, 10.0)]
    assert computed(declaration, children) == [False, True]


def test_codes_that_mean_missing_are_no_hours_and_no_branch() -> None:
    declaration = RuleOutcome(
        kind="child_labour", works="works == 1", hours="hours", na=("999",), branch="branch",
        hazardous_branches=("05",), source="Act 1",
    )  # fmt: skip
    answers = [(999, "01"), (999.0, "05"), (20, "999"), (20, "01")]
    children: list[dict[str, object]] = [
        {"age": 15, "works": 1, "hours": float(hours), "branch": branch} for hours, branch in answers
    ]
    assert computed(declaration, children) == [None, True, None, False]


def test_the_age_of_a_rule_is_that_in_completed_years() -> None:
    declaration = RuleOutcome(kind="child_labour", works="works == 1", hours="hours")
    children: list[dict[str, object]] = [
        {"age": age, "works": 1, "hours": hours} for age, hours in ((11.5, 1), (14.9, 14), (17.99, 43))
    ]
    assert computed(declaration, children) == [True, True, True]


def test_a_ready_column_keeps_what_is_named_and_leaves_the_rest_missing() -> None:
    declaration = ColumnOutcome(
        kind="column", ages=(10, 17), column="state", positive=("1",), negative=("2", "3")
    )
    children: list[dict[str, object]] = [
        {"age": 10, "state": state} for state in (1.0, 2.0, 3.0, -1.0, 9.0, None)
    ]
    assert computed(declaration, children) == [True, False, False, None, None, None]


def test_a_column_that_is_not_there_is_named() -> None:
    declaration = ColumnOutcome(kind="column", ages=(10, 17), column="sate")
    with pytest.raises(InputError, match=r'survey, outcome: there is no column "sate"\n.*Did you mean state'):
        computed(declaration, [{"age": 10, "state": 1}])


def test_missing_outcomes_warn_over_two_percent_and_stop_at_ten() -> None:
    assert judge_missing(0.019, None, "survey") is None
    warning = judge_missing(0.05, None, "survey")
    assert warning is not None
    assert "missing for 5.0% of the children (weighted)" in warning
    with pytest.raises(
        InputError, match=r"missing for 12\.3% of the children.*stops at 10%\n.*accept_missing_outcome"
    ):
        judge_missing(0.123, None, "survey")


def test_an_accepted_share_goes_on_and_repeats_the_reason() -> None:
    told = judge_missing(0.4, "asked of half the sample by design", "survey")
    assert told is not None
    assert told.endswith("accepted: asked of half the sample by design")
