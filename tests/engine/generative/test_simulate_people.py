"""Households, the outcome's truth and the answers: what one piece of the country promises."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest

from mirti.outcome import chores_rules, economic_rules
from mirti.simulate import Piece, Plan, draw_piece, plan_country
from mirti.simulate.children import INTERCEPT, LOG_ODDS
from mirti.simulate.households import expected_members
from mirti.simulate.questionnaire import CHORES_LIMIT, CHORES_UNTIL, HOURS_OF_AGE


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_country(200_000, seed=4)


@pytest.fixture(scope="module")
def piece(plan: Plan) -> Piece:
    return draw_piece(plan, 0)


def test_every_household_has_one_head_and_at_most_one_spouse(piece: Piece) -> None:
    people = piece.census.columns
    _, home = np.unique(people["household"], return_inverse=True)
    assert (np.bincount(home, people["relation"] == 1) == 1).all()
    assert np.bincount(home, people["relation"] == 2).max() == 1
    assert (np.bincount(home)[home] == people["members"]).all()


def test_ages_within_a_household_are_possible(piece: Piece) -> None:
    people = piece.census.columns
    _, first, home = np.unique(people["household"], return_index=True, return_inverse=True)
    assert (people["relation"][first] == 1).all()
    older = people["age"][first][home].astype(int) - people["age"]
    assert older[people["relation"] == 3].min() >= 16
    assert people["age"][people["relation"] <= 2].min() >= 18
    assert people["age"].min() == 0


def test_schooling_fits_the_age(piece: Piece) -> None:
    people = piece.census.columns
    assert (people["schooling"] <= np.maximum(people["age"].astype(int) - 6, 0)).all()
    assert people["lag"][people["age"] >= 18].max() == 0


def test_households_are_as_large_as_the_plan_expects(plan: Plan, piece: Piece) -> None:
    expected = expected_members(plan.areas.deprivation, plan.areas.rural) @ plan.areas.households
    assert len(piece.census.columns["age"]) == pytest.approx(expected, rel=0.01)
    assert len(piece.census.columns["age"]) == pytest.approx(plan.persons, rel=0.02)


def test_the_census_asks_activity_of_adults_only(piece: Piece) -> None:
    people, masks = piece.census.columns, piece.census.masks
    assert (masks["activity"] == (people["age"] < 18)).all()


@pytest.mark.parametrize("name", ["schooling", "ethnicity", "birthplace", "water", "sanitation", "rooms"])
def test_about_one_in_a_hundred_answers_is_missing(piece: Piece, name: str) -> None:
    assert piece.census.masks[name].mean() == pytest.approx(0.01, abs=0.003)
    assert piece.survey.masks[name].mean() == pytest.approx(0.01, abs=0.006)


def test_few_hours_are_missing(piece: Piece) -> None:
    works = piece.survey.columns["activity"] == 1
    assert 0 < piece.survey.masks["hours"][works].mean() < 0.012


def test_realised_rates_are_draws_from_the_expected_ones(plan: Plan) -> None:
    """Σ(y - p) over an area has variance Σp(1 - p) ≤ Σp: sums of squares stay near the number of areas."""
    sums = draw_piece(plan, 0).sums
    error = (sums.working - sums.expected) / np.sqrt(sums.expected)
    assert abs((sums.working - sums.expected).sum()) < 4 * np.sqrt(sums.expected.sum())
    assert 0.5 < np.square(error).mean() < 1.3


def test_risk_is_common_enough_and_spread_among_municipalities(piece: Piece) -> None:
    rate = piece.sums.expected / piece.sums.children
    assert 0.06 < piece.sums.expected.sum() / piece.sums.children.sum() < 0.11
    assert np.quantile(rate, 0.9) > 2 * np.quantile(rate, 0.1)


def test_risk_follows_the_area_effect(plan: Plan, piece: Piece) -> None:
    rate = piece.sums.expected / piece.sums.children
    assert np.corrcoef(rate, plan.areas.effect[piece.sums.area])[0, 1] > 0.3


def test_the_questionnaire_knows_the_limits_of_the_rule() -> None:
    """Two modules that may not import each other state the same law."""
    assert [(rule.ages[0], rule.hours) for rule in economic_rules()] == list(HOURS_OF_AGE)
    assert [(rule.ages[1], rule.hours) for rule in chores_rules()] == [(CHORES_UNTIL, CHORES_LIMIT)]


def test_a_piece_does_not_depend_on_what_was_drawn_before_it() -> None:
    plan = plan_country(2_000_000, seed=5)
    again = plan_country(2_000_000, seed=5)
    draw_piece(again, 0)
    left, right = draw_piece(plan, 3), draw_piece(again, 3)
    for name, values in left.census.columns.items():
        assert np.array_equal(values, right.census.columns[name]), name


def test_a_piece_takes_little_memory() -> None:
    """What is in work is one piece a process and one entry an enumeration area, whatever the country's size."""
    plan = plan_country(2_000_000, seed=5)
    tracemalloc.start()
    try:
        draw_piece(plan, 2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 400 * 2**20


def test_probabilities_follow_the_published_effects(plan: Plan, piece: Piece) -> None:
    """The slow, obvious version, child by child, on the sampled children; missing answers do not change the truth."""
    people, truth = piece.survey.columns, piece.sample_truth
    row_of = {key: row for row, key in enumerate(zip(people["household"], people["person"], strict=True))}
    effect = (plan.areas.effect[plan.units.area] + plan.units.effect)[people["psu"] - 1]
    for i in range(0, len(truth["person"]), 25):
        row = row_of[truth["household"][i], truth["person"][i]]
        child = {name: int(values[row]) for name, values in people.items() if name in LOG_ODDS}
        logit = (
            INTERCEPT + effect[row] + sum(LOG_ODDS[name][level_of(name, child[name])] for name in LOG_ODDS)
        )
        assert truth["probability"][i] == pytest.approx(1 / (1 + math.exp(-logit)))


def level_of(name: str, value: int) -> int:
    cuts = {"age": (9, 12, 15), "lag": (1, 3), "head_schooling": (6, 9, 12), "lacking": (1, 2)}
    from_zero = {"any_informal", "overcrowded"}
    if name in cuts:
        return sum(value >= cut for cut in cuts[name])
    return value if name in from_zero else value - 1


def test_outcomes_are_drawn_with_their_probabilities() -> None:
    """The score of a logistic model in the logit of the probability is 0 at intercept 0 and slope 1, within 4 SE."""
    plan = plan_country(2_000_000, seed=6)
    samples = [draw_piece(plan, k).sample_truth for k in range(len(plan.pieces))]
    p = np.concatenate([sample["probability"] for sample in samples])
    y = np.concatenate([sample["child_labour"] for sample in samples]).astype(float)
    x = np.stack([np.ones(len(p)), np.log(p / (1 - p))], axis=1)
    information = x.T @ (x * (p * (1 - p))[:, None])
    step = np.linalg.solve(information, x.T @ (y - p))
    assert np.abs(step / np.sqrt(np.diag(np.linalg.inv(information)))).max() < 4
    assert len(p) > 5_000
