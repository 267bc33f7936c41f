"""The Monte Carlo and the sensitivity of the index against going through every choice by hand."""

from __future__ import annotations

from dataclasses import fields
from itertools import product

import numpy as np
import pytest
from scipy import stats

from mirti.index.alternatives import Alternatives, alternatives
from mirti.index.chain import Chain
from mirti.index.design import NOTHING, Choice
from mirti.index.sensitivity import sensitivity, sobol_indices
from mirti.index.treat import Rules
from mirti.index.uncertainty import Draws, Rankings, draw, places, spread
from mirti.maps.breaks import class_of
from mirti.tables import Floats
from tests.support.indexes import PUBLISHED, chain, design, parents, values

DRAWS = 400
BREAKS = np.array([30.0, 45.0])


def options(**other: tuple[str, ...]) -> Alternatives:
    given: dict[str, tuple[str, ...]] = {
        "treatment": ("automatic", "none"),
        "normalisation": ("z", "rank"),
        "weighting": ("equal", "pca"),
        "aggregation": ("arithmetic", "geometric"),
    }
    return alternatives(PUBLISHED, 5, leave_out=True, **(given | other))


def silent(done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def rankings() -> Rankings:
    return Rankings(chain(), options())


@pytest.fixture(scope="module")
def draws(rankings: Rankings) -> Draws:
    return draw(rankings, chain().run(PUBLISHED).score, DRAWS, 7, silent)


def test_the_published_choice_is_always_among_the_alternatives() -> None:
    found = options().options
    assert found["normalisation"] == ("min_max", "z", "rank")
    assert found["left_out"] == (NOTHING, 0, 1, 2, 3, 4)
    assert options().count() == 2 * 3 * 2 * 3 * 6


def test_every_value_of_a_choice_is_drawn_as_often_as_the_others() -> None:
    found = options()
    centres = (np.arange(6) + 0.5) / 6
    assert [found.at(np.array([0, 0, 0, 0, c])).left_out for c in centres] == [NOTHING, 0, 1, 2, 3, 4]
    assert found.at(np.ones(5)).left_out == 4
    assert found.at(np.zeros(5)) == PUBLISHED


def test_draws_are_what_a_fresh_chain_gives_for_each_choice(draws: Draws) -> None:
    published = chain().run(PUBLISHED).score
    found = options()
    for i, place in enumerate(np.random.default_rng(7).random((DRAWS, 5))[:40]):
        fresh = Chain(values(), design(), parents(), Rules()).run(found.at(place)).score
        ranks = [1 + sum(other > each for other in fresh) for each in fresh]
        assert draws.ranks[:, i].tolist() == ranks
        assert draws.scores[:, i].tolist() == [sorted(published, reverse=True)[r - 1] for r in ranks]


def test_the_same_seed_gives_the_same_draws_and_another_others(rankings: Rankings, draws: Draws) -> None:
    published = chain().run(PUBLISHED).score
    np.testing.assert_array_equal(draw(rankings, published, DRAWS, 7, silent).ranks, draws.ranks)
    assert (draw(rankings, published, DRAWS, 8, silent).ranks != draws.ranks).any()


def test_where_there_is_nothing_to_choose_nothing_is_uncertain() -> None:
    score = chain().run(PUBLISHED).score
    alone = Rankings(chain(), alternatives(PUBLISHED, 5, leave_out=False, treatment=("automatic",)))
    drawn = draw(alone, score, 100, 1, silent)
    found = spread(drawn.scores, score)
    np.testing.assert_array_equal(found.se, 0)
    np.testing.assert_array_equal(found.low, found.high)
    assert sensitivity(alone, 64, 1, silent) is None


def test_probabilities_and_intervals_follow_from_the_draws(rankings: Rankings, draws: Draws) -> None:
    score = chain().run(PUBLISHED).score
    found, about = places(draws, rankings.published, BREAKS, top=12), spread(draws.scores, score)
    np.testing.assert_allclose(found.classes.sum(axis=1), 1)
    for a in range(0, 60, 7):
        number = class_of(draws.scores[a], BREAKS)
        assert found.classes[a].tolist() == [(number == k).mean() for k in (1, 2, 3)]
        assert found.top[a] == (draws.ranks[a] <= 12).mean()
        ordered = np.sort(draws.ranks[a])
        assert found.low[a] == min(
            ordered[9], rankings.published[a]
        )  # the tenth of 400 is the 2.5 % quantile
        assert found.high[a] == max(ordered[389], rankings.published[a])
        assert about.se[a] == pytest.approx(np.sqrt(np.mean((draws.scores[a] - score[a]) ** 2)))
    assert (about.low <= score).all()
    assert (about.high >= score).all()


def test_an_interval_is_drawn_out_to_the_published_score_and_counted() -> None:
    scores = np.array([[10.0] * 100, [10.0] * 100])
    found = spread(scores, np.array([10.0, 60.0]))
    assert (found.low.tolist(), found.high.tolist(), found.extended) == ([10, 10], [10, 60], 1)


def test_each_choice_is_computed_once_however_often_it_is_drawn(rankings: Rankings) -> None:
    drawn = {options().at(place) for place in np.random.default_rng(7).random((DRAWS, 5))}
    fresh = Rankings(chain(), options())
    draw(fresh, chain().run(PUBLISHED).score, DRAWS, 7, silent)
    assert fresh.computed == len(drawn | {PUBLISHED})


def ishigami(places: Floats) -> Floats:
    x = (2 * places - 1) * np.pi
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def test_sobol_indices_of_the_ishigami_function_are_known() -> None:
    found = sobol_indices(ishigami, 3, 8192, 1)
    assert found is not None
    np.testing.assert_allclose(found.first, [0.3139, 0.4424, 0.0], atol=0.02)
    np.testing.assert_allclose(found.total, [0.5576, 0.4424, 0.2437], atol=0.02)


def test_sobol_indices_are_scipys() -> None:
    theirs = stats.sobol_indices(
        func=lambda x: ishigami(x.T), n=4096, dists=[stats.uniform()] * 3, rng=np.random.default_rng(1)
    )
    ours = sobol_indices(ishigami, 3, 4096, 1)
    assert ours is not None
    np.testing.assert_allclose(ours.first, theirs.first_order, atol=0.02)
    np.testing.assert_allclose(ours.total, theirs.total_order, atol=0.02)


def test_the_intervals_of_the_indices_hold_the_truth_about_as_often_as_they_say() -> None:
    truth = np.array([0.3139, 0.4424, 0.0])
    held = []
    for seed in range(60):
        found = sobol_indices(ishigami, 3, 256, seed)
        assert found is not None
        held.append((found.first_interval[:, 0] <= truth) & (truth <= found.first_interval[:, 1]))
    assert np.mean(held) > 0.9  # Sobol' points are more even than the random ones that the bootstrap supposes


def test_sobol_indices_are_those_of_the_whole_factorial(rankings: Rankings) -> None:
    """The choices are finite: going through all of them gives first-order and total indices without sampling."""
    found = sensitivity(rankings, 4096, 3, silent)
    assert found is not None
    levels = [rankings.alternatives.options[name] for name in found.triggers]
    kept = {f.name: getattr(PUBLISHED, f.name) for f in fields(Choice)}
    every = [kept | dict(zip(found.triggers, each, strict=True)) for each in product(*levels)]
    shifts = np.array([rankings.shift(Choice(**each)) for each in every])
    shifts = shifts.reshape([len(level) for level in levels])
    for i in range(len(levels)):
        others = tuple(j for j in range(len(levels)) if j != i)
        first = shifts.mean(axis=others).var() / shifts.var()
        total = shifts.var(axis=i).mean() / shifts.var()
        assert found.indices.first[i] == pytest.approx(first, abs=0.05)
        assert found.indices.total[i] == pytest.approx(total, abs=0.05)


def test_a_choice_that_changes_nothing_has_no_part_in_the_variance() -> None:
    calm = values()
    calm[:, 4] = calm[:, 3] + 1  # nothing is extreme: treating or not is the same
    found = sensitivity(Rankings(chain(calm), options()), 256, 1, silent)
    assert found is not None
    i = found.triggers.index("treatment")
    assert found.indices.total[i] == found.indices.first[i] == 0
    assert found.indices.total_interval[i].tolist() == [0, 0]


def test_progress_is_told(rankings: Rankings) -> None:
    told: list[tuple[int, int]] = []
    draw(rankings, chain().run(PUBLISHED).score, 100, 1, lambda done, total: told.append((done, total)))
    assert told == [(i, 100) for i in range(0, 100, 20)]
