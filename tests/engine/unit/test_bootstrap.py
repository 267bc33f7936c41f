"""Simulated worlds, and the bootstrap: moments, unbiasedness, reproducibility, resuming, coverage."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.linalg import LinAlgError
from scipy.special import expit, logit

from mirti.declarations import ReliabilityDeclaration
from mirti.errors import InputError
from mirti.models.mixed.data import mixed_data
from mirti.models.mixed.fit import fit_mixed
from mirti.smallarea.bootstrap import ATTEMPTS, BLOCK, Replicates, bootstrap
from mirti.smallarea.estimator import Fitted, align, benchmarked, fitted, mixed_refit, sampled_population
from mirti.smallarea.predictor import KnownEffects, Projector, expected, spread
from mirti.smallarea.uncertainty import uncertainty
from mirti.smallarea.worlds import (
    FARTHEST,
    LARGEST_ERROR,
    LARGEST_SPREAD,
    Worlds,
    draw_outcome,
    draw_sigmas,
    linear_predictor,
)
from tests.support.territories import MATRIX, country

LIMITS = ReliabilityDeclaration()


class Kept:
    """A store in memory, which may refuse to go on."""

    def __init__(self, breaks_after: int | None = None) -> None:
        self.blocks: dict[int, dict] = {}
        self.breaks_after = breaks_after

    def load(self, block):
        return self.blocks.get(block)

    def save(self, block, arrays):
        if self.breaks_after is not None and len(self.blocks) == self.breaks_after:
            raise KeyboardInterrupt
        self.blocks[block] = dict(arrays)


class Estimated:
    """A country and its estimate."""

    def __init__(self, **how):
        self.country = country(**how)
        self.setting = self.country.setting
        fit = fit_mixed(self.setting.data)
        self.model = fitted(fit, self.setting.data, self.setting.areas)
        self.refit = mixed_refit(self.setting.areas, fit)
        self.projector = Projector(self.setting.people, self.model.beta)
        gathered = self.projector.gathered(self.model.beta)
        children = self.setting.people.children
        self.state, self.shifts = benchmarked(
            self.setting, gathered, children, self.model, self.setting.cells.swy
        )
        self.worlds = Worlds(self.setting, self.model, self.state, self.projector)

    def bootstrap(self, replicates=12, seed=7, **options) -> Replicates:
        options = {"refit": self.refit, "threads": 1} | options
        return bootstrap(self.setting, self.model, self.state, replicates=replicates, seed=seed, **options)


@pytest.fixture(scope="module")
def made():
    return Estimated()


def same(one: Replicates, other: Replicates) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("areas", "domains", "nation")
    )


# --- worlds ---------------------------------------------------------------------------------------------------------


def cell_of(setting, weights):
    """Survey cells of which the first holds children of these weights."""
    cells, w = setting.cells, np.asarray(weights, dtype=np.float64)
    columns = {"n": len(w), "sw": w.sum(), "sw2": (w**2).sum()}
    return replace(cells, **{name: np.full_like(getattr(cells, name), v) for name, v in columns.items()})


def test_sums_of_weights_have_the_moments_of_a_simple_random_sample(made):
    weights = np.array([1.0, 2.0, 2.5, 4.0, 9.0])
    cells = cell_of(made.setting, weights)
    rng = np.random.default_rng(1)
    draws = [draw_outcome(cells, np.full(len(cells.n), 0.4), rng) for _ in range(60)]
    ny, swy = (np.concatenate(parts) for parts in zip(*draws, strict=True))
    for k in range(len(weights) + 1):
        exact = np.array([sum(chosen) for chosen in combinations(weights, k)])
        found = swy[ny == k]
        assert found.mean() == pytest.approx(exact.mean(), rel=0.02)
        assert found.var() == pytest.approx(exact.var(), rel=0.03, abs=1e-12)
    assert np.bincount(ny) / len(ny) == pytest.approx(
        [0.6**5, 5 * 0.4 * 0.6**4, 10 * 0.4**2 * 0.6**3, 10 * 0.4**3 * 0.6**2, 5 * 0.4**4 * 0.6, 0.4**5],
        abs=0.01,
    )


def test_two_children_and_equal_weights_are_drawn_exactly(made):
    rng = np.random.default_rng(2)
    pair = cell_of(made.setting, [3.0, 8.0])
    ny, swy = draw_outcome(pair, np.full(len(pair.n), 0.5), rng)
    assert np.unique(swy[ny == 1].round(9)).tolist() == [3.0, 8.0]
    assert set(swy[ny == 2]) == {11.0}
    assert set(swy[ny == 0]) == {0.0}
    alike = cell_of(made.setting, [3.0] * 6)
    ny, swy = draw_outcome(alike, np.full(len(alike.n), 0.5), rng)
    assert swy == pytest.approx(3.0 * ny, abs=1e-6)


def test_extreme_weights_never_give_more_than_all_or_less_than_nothing(made):
    cells = cell_of(made.setting, [1.0] * 20 + [500.0])
    _, swy = draw_outcome(cells, np.full(len(cells.n), 0.9), np.random.default_rng(3))
    assert (swy >= 0).all()
    assert (swy <= cells.sw).all()


def test_sigmas_are_drawn_with_normal_logarithms_and_bounds(made):
    model = replace(made.model, sigma_u=0.5, sigma_v=0.3, log_sigma_se=(0.2, 7.0))
    rng = np.random.default_rng(4)
    logs = np.log([draw_sigmas(model, rng) for _ in range(20_000)])
    assert logs[:, 0].mean() == pytest.approx(np.log(0.5), abs=0.01)
    assert logs[:, 0].std() == pytest.approx(0.2, rel=0.03)
    assert np.abs(logs[:, 1] - np.log(0.3)).max() <= FARTHEST * LARGEST_ERROR + 1e-12
    without = replace(made.model, sigma_v=0.0, log_sigma_se=(0.2, float("nan")))
    assert {draw_sigmas(without, rng)[1] for _ in range(5)} == {0.0}


def test_a_sigma_of_psus_that_is_estimated_to_be_0_need_not_be_0_in_the_worlds(made):
    model = replace(made.model, sigma_v=0.0, log_sigma_se=(0.2, float("nan")), sigma_v_spread=0.2)
    rng = np.random.default_rng(4)
    drawn = np.array([draw_sigmas(model, rng)[1] for _ in range(20_000)])
    assert (drawn >= 0).all()
    assert np.sqrt((drawn**2).mean()) == pytest.approx(0.2, rel=0.03)
    unknown = replace(model, sigma_v_spread=float("inf"))
    assert max(draw_sigmas(unknown, rng)[1] for _ in range(500)) <= FARTHEST * LARGEST_SPREAD


def test_the_truth_of_a_world_is_the_expected_rate_given_its_effects(made):
    setting, world = made.setting, made.worlds.draw(np.random.default_rng(5))
    matrix_rows = setting.people.linear.at(made.model.beta)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    for d in (0, 11, 35):
        cells = slice(setting.people.start[d], setting.people.start[d + 1])
        eta = (
            matrix_rows[setting.people.pattern[cells]] + made.state.shift[d] + world.state.effects.nodes[d, 0]
        )
        p = expit(eta[:, None] + world.state.sigma_v * nodes) @ (weights / weights.sum())
        rate = np.average(p, weights=setting.people.count[cells])
        assert world.state.rates.rate[d] == pytest.approx(rate, rel=1e-9)


def other_composition(made: Estimated) -> Estimated:
    """The same survey beside a census in which most of the children are out of school."""
    other = Estimated()
    people = made.setting.people
    count = people.count * np.where(people.linear.codes[people.pattern, 1] == 2, 30.0, 1.0)
    other.setting = replace(made.setting, people=replace(people, count=count))
    other.projector = Projector(other.setting.people, other.model.beta)
    other.state, other.shifts = benchmarked(
        other.setting,
        other.projector.gathered(other.model.beta),
        people.children,
        other.model,
        other.setting.cells.swy,
    )
    other.worlds = Worlds(other.setting, other.model, other.state, other.projector)
    return other


def test_direct_rates_are_right_on_average_even_if_the_census_is_composed_otherwise(made):
    other = other_composition(made)
    assert other.shifts.domains[0] < -0.3
    rng, errors = np.random.default_rng(6), []
    for _ in range(1200):
        world = other.worlds.draw(rng)
        truth = other.setting.domain_rates(world.state)[-1]
        errors.append(world.swy.sum() / other.setting.cells.sw.sum() - truth)
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(len(errors))
    assert np.std(errors) < 0.03


def test_intervals_stay_about_the_estimate_if_the_census_is_composed_otherwise(made):
    other = other_composition(made)
    found = other.bootstrap(60)
    assert abs(found.nation.mean()) < 4 * found.nation.std() / np.sqrt(60)
    assert not uncertainty(other.state.rates.rate, found.areas, LIMITS).stretched.any()


# --- replicates -----------------------------------------------------------------------------------------------------


def test_shapes_and_that_nothing_is_the_same_twice(made):
    found = made.bootstrap()
    assert found.areas.shape == (12, 36)
    assert found.domains.shape == (12, 4)
    assert found.nation.shape == (12,)
    assert len(np.unique(found.areas)) == found.areas.size
    assert found.redrawn == 0
    assert found.warnings == ()


def test_threads_change_nothing_and_the_seed_does(made):
    one = made.bootstrap()
    assert same(one, made.bootstrap(threads=2))
    assert not same(one, made.bootstrap(seed=8))


def test_fewer_replicates_are_the_first_of_more(made):
    more, fewer = made.bootstrap(12), made.bootstrap(5)
    assert np.array_equal(more.areas[:5], fewer.areas)


def test_a_bootstrap_goes_on_where_it_was_interrupted(made):
    store, fits = Kept(breaks_after=1), []

    def counting(data):
        fits.append(1)
        return made.refit(data)

    with pytest.raises(KeyboardInterrupt):
        made.bootstrap(2 * BLOCK + 3, store=store)
    assert list(store.blocks) == [0]
    store.breaks_after = None
    resumed = made.bootstrap(2 * BLOCK + 3, store=store, refit=counting)
    assert len(fits) == BLOCK + 3
    assert same(resumed, made.bootstrap(2 * BLOCK + 3))
    again = made.bootstrap(2 * BLOCK + 3, store=store, refit=lambda data: pytest.fail("fitted again"))
    assert same(again, resumed)


def test_a_stored_block_of_another_length_is_made_again(made):
    store = Kept()
    made.bootstrap(4, store=store)
    assert same(made.bootstrap(9, store=store), made.bootstrap(9))


def test_progress_counts_every_replicate_those_kept_before_included(made):
    store, seen = Kept(), []
    made.bootstrap(BLOCK, store=store)
    made.bootstrap(BLOCK + 2, store=store, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(10, 12), (11, 12), (12, 12)]


def failing(refit, times: int):
    left = [times]

    def sometimes(data) -> Fitted:
        if left[0]:
            left[0] -= 1
            raise LinAlgError("singular")
        return refit(data)

    return sometimes


def test_a_world_that_cannot_be_fitted_is_drawn_again_counted_and_said(made):
    found = made.bootstrap(refit=failing(made.refit, 3))
    assert found.redrawn == 3
    assert found.draws.tolist() == [4] + [1] * 11
    assert "Of 15 simulated worlds 3 could not be fitted" in found.warnings[0]
    assert not np.array_equal(found.areas[0], made.bootstrap().areas[0])
    assert np.array_equal(found.areas[1:], made.bootstrap().areas[1:])


def test_a_model_that_fits_none_of_its_worlds_is_refused(made):
    with pytest.raises(InputError, match=rf"any of {ATTEMPTS} outcomes"):
        made.bootstrap(refit=failing(made.refit, 10**6))


def test_functionals_are_taken_of_estimate_and_world_alike(made):
    found = made.bootstrap(
        functionals={
            "logits": lambda state: logit(state.rates.rate),
            "pairs": lambda state: np.stack([state.rates.rate, state.rates.slope], axis=1),
        }
    )
    assert found.functionals["logits"] == pytest.approx(found.areas, abs=1e-6)
    assert found.functionals["pairs"].shape == (12, 36, 2)


def test_a_large_functional_is_never_held_three_times(made):
    size, replicates = 500_000, 2 * BLOCK
    tracemalloc.start()
    made.bootstrap(replicates, functionals={"large": lambda state: np.full(size, state.sigma_v)})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.4 * size * replicates * 4


def test_a_functional_may_ask_for_another_population(made):
    elsewhere = replace(made.setting.people, count=made.setting.people.count * 3)
    projector = Projector(elsewhere, made.model.beta)
    found = made.bootstrap(functionals={"there": lambda state: logit(projector.rates(state).rate)})
    assert found.functionals["there"] == pytest.approx(found.areas, abs=1e-6)


def test_twice_the_children_change_nothing(made):
    people = made.setting.people
    twice = replace(people, count=2 * people.count, children=2 * people.children)
    found = bootstrap(
        replace(made.setting, people=twice),
        made.model,
        made.state,
        made.refit,
        replicates=6,
        seed=7,
        threads=1,
    )
    assert found.areas == pytest.approx(made.bootstrap(6).areas, abs=1e-9)


# --- other settings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["none", "departments"])
def test_every_benchmark_is_repeated_in_the_replicates(to):
    estimated = Estimated(benchmark=to)
    swy = estimated.setting.cells.swy
    direct = estimated.setting.targets(swy).direct
    rates = estimated.setting.domain_rates(estimated.state)
    if to == "departments":
        assert rates[:-1] == pytest.approx(direct, rel=1e-9)
    else:
        assert (estimated.shifts.areas == 0).all()
    found = estimated.bootstrap(20)
    assert (found.domains.std(axis=0) > 0.02).all()


def test_a_domain_without_sample_is_predicted_and_has_errors_of_its_own():
    estimated = Estimated(benchmark="departments", areas=40, domains=40, unsampled=8)
    unsampled = np.setdiff1d(np.arange(40), estimated.country.sampled)
    assert estimated.shifts.borrowed[unsampled].all()
    found = estimated.bootstrap(6)
    assert np.isfinite(found.domains).all()


def test_rare_outcomes_leave_domains_at_0_and_go_on():
    estimated = Estimated(intercept=-5.6, benchmark="departments", domains=12, sigma=(0.4, 0.3))
    direct = estimated.setting.targets(estimated.setting.cells.swy).direct
    assert (direct == 0).any()
    assert (estimated.shifts.borrowed == (direct == 0)).all()
    found = estimated.bootstrap(6)
    assert np.isfinite(found.areas).all()


def test_without_an_effect_of_psus():
    estimated = Estimated(sigma=(0.5, 0.0))
    assert estimated.model.sigma_v == 0
    found = estimated.bootstrap(6)
    assert np.isfinite(found.areas).all()


def test_an_unweighted_fit_takes_counts_and_the_benchmark_weights():
    estimated = Estimated(scaling="none")
    seen = []

    def watching(data):
        seen.append(data.swy)
        return estimated.refit(data)

    estimated.bootstrap(2, refit=watching)
    assert all((swy == np.rint(swy)).all() and (swy <= estimated.setting.data.sw).all() for swy in seen)


def test_areas_of_the_survey_take_the_numbers_of_the_census(made):
    cells = made.setting.cells
    backwards = np.arange(36)[::-1].astype(np.int32)
    codes = tuple(reversed(cells.area_codes))
    moved = align(cells, backwards, codes)
    assert moved.area_codes == codes
    assert [codes[d] for d in moved.area] == [cells.area_codes[d] for d in cells.area]


def test_the_surveys_children_as_a_population_have_the_predictor_of_its_cells_covariates_of_areas_included():
    setting = country().setting
    area_x = np.random.default_rng(9).normal(size=(setting.areas, 2))
    cells, beta = setting.cells, np.array([-2.0, 0.5, 0.6, 1.2, 0.8, -0.5])
    x = np.hstack([MATRIX.build(cells.codes), area_x[cells.area]])
    data = mixed_data(x, cells, names=[*MATRIX.names, "z1", "z2"])
    sampled = sampled_population(cells, MATRIX, area_x)
    nobody_differs = KnownEffects(np.zeros(setting.areas))
    found = expected(spread(sampled, beta), 0.0, nobody_differs, np.zeros(setting.areas)).rate
    eta = linear_predictor(data, beta)
    assert eta == pytest.approx(x @ beta)
    for d in np.unique(cells.area):
        inside = cells.area == d
        assert found[d] == pytest.approx(np.average(expit(eta[inside]), weights=cells.sw[inside]), abs=1e-11)


def test_an_area_of_the_survey_without_children_in_the_census_is_refused(made):
    numbers = np.arange(36, dtype=np.int32)
    gone = int(made.country.sampled[3])
    numbers[gone] = -1
    with pytest.raises(InputError, match=rf"counts none: 1\. \({gone:03d}\)"):
        align(made.setting.cells, numbers, made.setting.cells.area_codes)


def test_intervals_cover_the_truth():
    covered, national = [], []
    for seed in range(10):
        estimated = Estimated(seed=100 + seed)
        found = estimated.bootstrap(50, seed)
        interval = uncertainty(estimated.state.rates.rate, found.areas, LIMITS)
        truth, children = estimated.country.truth, estimated.setting.people.children
        covered.append((interval.low <= truth) & (truth <= interval.high))
        rate = estimated.setting.domain_rates(estimated.state)[-1:]
        nation = uncertainty(rate, found.nation[:, None], LIMITS)
        national.append(nation.low[0] <= np.average(truth, weights=children) <= nation.high[0])
    assert 0.90 < np.mean(covered) < 0.985
    assert sum(national) >= 7
