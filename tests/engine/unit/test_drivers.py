"""Drivers: rows sum to the distance from the national rate, and no row depends on which level is the reference."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.special import expit, logit

from mirti.characterise.drivers import DriverMap, StateDrivers, contributions
from mirti.characterise.grouping import Grouping
from mirti.models.coding import ModelMatrix
from mirti.models.mixed.effects import NODES, AreaEffects
from mirti.models.mixed.likelihood import normal_rule
from mirti.smallarea.benchmark import Targets, benchmark
from mirti.smallarea.patterns import count_patterns
from mirti.smallarea.population import population
from mirti.smallarea.predictor import KnownEffects, PriorEffects, Projector, Rates, predict
from mirti.smallarea.projection import project
from mirti.smallarea.uncertainty import linear_intervals
from mirti.tables import CensusCells
from tests.support.cells import FakeFit, census, covariates, random_fit

GROUPS = np.array([0, 0, 1, 1, 1, 2, 2], dtype=np.int32)
TERMS = ("sex", "schooling", "age", "sex:schooling", "sex:age", "sex:schooling:age", "schooling:age")
AREAS, DOMAINS = 7, 3


def drivers_of(fit, matrix, cells):
    projection = project(fit, matrix, cells, GROUPS, domains=3)
    return contributions(fit.beta, matrix, projection, GROUPS), projection


def grouping(patterns):
    return Grouping(GROUPS, DOMAINS, patterns.children)


def recoded(terms, fit, matrix, cells):
    """The same model with other reference levels: coefficients solved so that every prediction is the same."""
    other = ModelMatrix(covariates(reference=1), terms)
    grid = np.array(np.meshgrid(range(2), range(3), range(3))).reshape(3, -1).T.astype(np.int16)
    beta = np.linalg.lstsq(other.build(grid), matrix.build(grid) @ fit.beta, rcond=None)[0]
    same = CensusCells(other.covariates, cells.area_codes, cells.area, cells.codes, cells.n)
    return FakeFit(beta, np.eye(len(beta))), other, same


def prior_effects(sigma, areas):
    """As the fit gives them to areas without sample."""
    at, log_weight = normal_rule(NODES)
    return AreaEffects(np.tile(sigma * at, (areas, 1)), np.tile(np.exp(log_weight), (areas, 1)))


def mixed_state(cells, matrix, fit, *, sigma_u=0.8, sigma_v=0.4, area_x=None, gamma=()):
    """The drivers of a benchmarked mixed model, its state and its population; areas 0 and 3 have no sample."""
    patterns = count_patterns(cells)
    people = population(patterns, matrix, area_x=area_x)
    beta = np.concatenate([fit.beta, gamma])
    projector = Projector(people, beta)
    effects = prior_effects(sigma_u, AREAS)
    known = np.random.default_rng(4).normal(0, sigma_u, AREAS)[:, None]
    sampled = ~np.isin(np.arange(AREAS), (0, 3))[:, None]
    effects = replace(effects, nodes=np.where(sampled, known + effects.nodes / 3, effects.nodes))
    targets = Targets(GROUPS, np.array([0.2, 0.35, np.nan]), 0.3)
    state, _ = benchmark(projector.gathered(beta), sigma_v, effects, people.children, targets, sigma_u)
    names = tuple(f"z{j}" for j in range(len(gamma)))
    territories = DriverMap(matrix, patterns, grouping(patterns), area_x=area_x, area_names=names)
    return territories, StateDrivers(territories), state, people


def distances(rate, children):
    """Rates of areas, then domains, less the nation's, one after the other."""
    nation = np.average(rate, weights=children)
    domains = [np.average(rate[g == GROUPS], weights=children[g == GROUPS]) for g in range(DOMAINS)]
    return np.array([*rate, *domains]) - nation


@pytest.mark.parametrize("terms", [TERMS[:3], TERMS[:4], TERMS])
def test_rows_sum_to_the_distance_from_the_national_rate(terms):
    cells = census()
    matrix = ModelMatrix(cells.covariates, terms)
    drivers, projection = drivers_of(random_fit(len(matrix.names)), matrix, cells)
    assert drivers.factors == (*matrix.factor_names, "remainder")
    assert drivers.areas.sum(axis=1) == pytest.approx(
        projection.areas.risk - projection.nation.risk, abs=1e-14
    )
    assert drivers.domains.sum(axis=1) == pytest.approx(
        projection.domains.risk - projection.nation.risk, abs=1e-14
    )


@pytest.mark.parametrize("terms", [TERMS[:3], TERMS[:4], TERMS])
def test_another_reference_level_changes_no_row(terms):
    cells = census()
    matrix = ModelMatrix(cells.covariates, terms)
    fit = random_fit(len(matrix.names))
    before, _ = drivers_of(fit, matrix, cells)
    after, _ = drivers_of(*recoded(terms, fit, matrix, cells))
    assert after.areas == pytest.approx(before.areas, abs=1e-10)
    assert after.domains == pytest.approx(before.domains, abs=1e-10)


def test_another_reference_level_changes_no_row_of_the_mixed_model():
    cells = census()
    matrix = ModelMatrix(cells.covariates, TERMS)
    fit = random_fit(len(matrix.names))
    _, drivers, state, _ = mixed_state(cells, matrix, fit)
    other_fit, other, same = recoded(TERMS, fit, matrix, cells)
    _, others, its, _ = mixed_state(same, other, other_fit)
    assert others(its) == pytest.approx(drivers(state), abs=1e-9)


def test_a_main_effect_is_the_difference_of_means_times_beta_times_slope():
    cells = census()
    matrix = ModelMatrix(cells.covariates, ("sex", "schooling", "age"))
    fit = random_fit(len(matrix.names))
    drivers, projection = drivers_of(fit, matrix, cells)
    x = matrix.build(cells.codes)
    national = np.average(x, axis=0, weights=cells.n)
    for d in range(7):
        inside = cells.area == d
        distance = np.average(x[inside], axis=0, weights=cells.n[inside]) - national
        slope = (projection.areas.slope[d] + projection.nation.slope[0]) / 2
        columns = [j for j, factor in enumerate(matrix.factors) if factor == "schooling"]
        expected = float(distance[columns] @ fit.beta[columns]) * slope
        assert drivers.areas[d, drivers.factors.index("schooling")] == pytest.approx(expected, abs=1e-14)


def test_a_factor_without_effect_and_one_that_does_not_vary_contribute_nothing():
    cells = census()
    codes = cells.codes.copy()
    codes[:, 1] = 2
    constant = CensusCells(cells.covariates, cells.area_codes, cells.area, codes, cells.n)
    matrix = ModelMatrix(cells.covariates, ("sex", "schooling", "age"))
    fit = random_fit(len(matrix.names))
    fit.beta[list(matrix.factors).index("sex")] = 0.0
    drivers, _ = drivers_of(fit, matrix, constant)
    assert drivers.areas[:, :2] == pytest.approx(0.0, abs=1e-15)


def obvious_components(fit, matrix, cells):
    """Sobol's decomposition of the predictor on the grid of all levels: the mean over the product of the national
    distributions given some covariates, less every lower component. Nothing of the engine's factors or columns.
    """
    sizes = (2, 3, 3)
    shares = [np.bincount(cells.codes[:, i], cells.n, size) / cells.n.sum() for i, size in enumerate(sizes)]
    grid = list(product(*(range(size) for size in sizes)))
    eta = {cell: float((matrix.build(np.array([cell], dtype=np.int16)) @ fit.beta)[0]) for cell in grid}
    found = {}
    for part in [(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]:
        for cell in grid:
            mean = 0.0
            for other in grid:
                if all(other[i] == cell[i] for i in part):
                    mean += eta[other] * np.prod([shares[i][other[i]] for i in range(3) if i not in part])
            lower = sum(found[p][cell] for p in found if set(p) < set(part))
            found.setdefault(part, {})[cell] = mean - lower
    return found


def test_components_are_those_of_the_analysis_of_variance():
    cells = census()
    matrix = ModelMatrix(cells.covariates, TERMS)
    fit = random_fit(len(matrix.names))
    drivers, projection = drivers_of(fit, matrix, cells)
    found = obvious_components(fit, matrix, cells)
    position = {"sex": 0, "schooling": 1, "age": 2}
    for factor in TERMS:
        component = found[tuple(sorted(position[name] for name in factor.split(":")))]
        values = np.array([component[tuple(code)] for code in cells.codes.tolist()])
        for d in range(AREAS):
            inside = cells.area == d
            distance = np.average(values[inside], weights=cells.n[inside]) - np.average(
                values, weights=cells.n
            )
            slope = (projection.areas.slope[d] + projection.nation.slope[0]) / 2
            got = drivers.areas[d, drivers.factors.index(factor)]
            assert got == pytest.approx(distance * slope, abs=1e-12), factor


def test_rows_of_the_mixed_model_sum_and_are_what_each_step_changes():
    cells = census()
    matrix = ModelMatrix(cells.covariates, TERMS[:4])
    territories, drivers, state, people = mixed_state(cells, matrix, random_fit(len(matrix.names)))
    rows = drivers(state)
    children = people.children
    assert rows.shape == (AREAS + DOMAINS, len(territories.factors))
    assert rows.sum(axis=1) == pytest.approx(distances(state.rates.rate, children), abs=1e-14)
    gathered, none = Projector(people, state.beta).gathered(state.beta), np.zeros(AREAS)
    unshifted = predict(gathered, 0.4, state.effects, none).rates.rate
    unknown = predict(gathered, 0.4, PriorEffects(0.8, AREAS), none).rates.rate
    assert rows[:, -2] == pytest.approx(
        distances(state.rates.rate, children) - distances(unshifted, children), abs=1e-14
    )
    assert rows[:, -3] == pytest.approx(
        distances(unshifted, children) - distances(unknown, children), abs=1e-14
    )
    assert np.abs(rows[:, -3:]).max() > 0.01


def test_areas_without_sample_have_the_effect_of_the_nation_alone():
    cells = census()
    matrix = ModelMatrix(cells.covariates, TERMS[:3])
    territories, drivers, state, _ = mixed_state(cells, matrix, random_fit(len(matrix.names)))
    effect = drivers(state)[:, territories.factors.index("area_effect")]
    assert effect[0] == pytest.approx(effect[3], abs=1e-7)  # the fit's rule has 15 nodes
    assert abs(effect[1] - effect[0]) > 1e-4


def test_without_effects_and_benchmark_their_rows_are_nothing():
    cells = census()
    matrix = ModelMatrix(cells.covariates, TERMS[:4])
    fit = random_fit(len(matrix.names))
    patterns = count_patterns(cells)
    projector = Projector(population(patterns, matrix), fit.beta)
    none = np.zeros(AREAS)
    state = predict(projector.gathered(fit.beta), 0.0, KnownEffects(none), none, 0.0)
    rows = StateDrivers(DriverMap(matrix, patterns, grouping(patterns)))(state)
    plain, _ = drivers_of(fit, matrix, cells)
    assert rows[:, -3:-1] == pytest.approx(0.0, abs=1e-15)
    assert rows[:AREAS, :-3] == pytest.approx(plain.areas[:, :-1], abs=1e-9)
    assert rows[AREAS:, :-3] == pytest.approx(plain.domains[:, :-1], abs=1e-9)


def test_a_covariate_of_areas_is_a_factor_of_its_own():
    cells = census()
    matrix = ModelMatrix(cells.covariates, TERMS[:3])
    area_x = np.random.default_rng(5).normal(size=(AREAS, 2))
    gamma = np.array([0.6, -0.3])
    territories, drivers, state, people = mixed_state(
        cells, matrix, random_fit(len(matrix.names)), area_x=area_x, gamma=gamma
    )
    rows, children = drivers(state), people.children
    assert territories.factors[-5:-3] == ("z0", "z1")
    nation = np.average(state.rates.slope, weights=children)
    slope = (state.rates.slope + nation) / 2
    expected = (area_x[:, 0] - np.average(area_x[:, 0], weights=children)) * gamma[0] * slope
    assert rows[:AREAS, -5] == pytest.approx(expected, abs=1e-14)
    assert rows.sum(axis=1) == pytest.approx(distances(state.rates.rate, children), abs=1e-14)


def test_domains_and_nation_are_weighted_by_the_children_given():
    cells = census()
    matrix = ModelMatrix(cells.covariates, ("sex",))
    patterns, weights = count_patterns(cells), np.arange(1.0, 8.0) ** 2
    territories = DriverMap(matrix, patterns, Grouping(GROUPS, DOMAINS, weights))
    rng = np.random.default_rng(3)
    rates = Rates(rng.uniform(0.1, 0.5, AREAS), rng.uniform(0.1, 0.2, AREAS))
    rows = territories.rows(np.array([-2.0, 0.7]), rates, rates, rates)
    boys = np.array(
        [np.average(cells.codes[cells.area == d, 0], weights=cells.n[cells.area == d]) for d in range(7)]
    )
    slopes = distances(rates.slope, weights) + 2 * np.average(rates.slope, weights=weights)
    assert rows[:, 0] == pytest.approx(distances(boys, weights) * 0.7 * slopes / 2, abs=1e-14)
    assert rows.sum(axis=1) == pytest.approx(distances(rates.rate, weights), abs=1e-14)


def test_a_state_without_the_spread_of_effects_is_a_fault_of_the_program():
    cells = census()
    matrix = ModelMatrix(cells.covariates, ("sex",))
    fit = random_fit(2)
    patterns = count_patterns(cells)
    projector = Projector(population(patterns, matrix), fit.beta)
    state = predict(projector.gathered(fit.beta), 0.0, KnownEffects(np.zeros(AREAS)), np.zeros(AREAS))
    with pytest.raises(ValueError, match="σ_u"):
        StateDrivers(DriverMap(matrix, patterns, grouping(patterns)))(state)


def test_the_area_effect_follows_a_world_that_is_known():
    """Of a world whose effects are known: its own rate less what its model says of an area it knows nothing of."""
    cells = census()
    matrix = ModelMatrix(cells.covariates, ("sex",))
    beta = np.array([-2.0, 0.0])  # one probability for every child
    patterns = count_patterns(cells)
    projector = Projector(population(patterns, matrix), beta)
    effect = np.linspace(-1, 1, AREAS)
    state = predict(projector.gathered(beta), 0.0, KnownEffects(effect), np.zeros(AREAS), 1e-9)
    rows = StateDrivers(DriverMap(matrix, patterns, grouping(patterns)))(state)
    rate = expit(-2 + effect)
    assert rows[:AREAS, 1] == pytest.approx(rate - np.average(rate, weights=patterns.children), abs=1e-9)
    assert logit(state.rates.rate) == pytest.approx(-2 + effect, abs=1e-9)


def test_intervals_of_drivers_are_the_estimate_less_the_quantiles_of_its_errors():
    rng = np.random.default_rng(6)
    estimate, errors = rng.normal(size=(5, 3)), rng.normal(size=(199, 5, 3))
    low, high, stretched = linear_intervals(estimate, errors)
    ordered = np.sort(errors, axis=0)
    held = ~stretched
    assert held.any()
    # Type 6 of 199 values: the 5th and the 195th.
    assert low[held] == pytest.approx((estimate - ordered[194])[held])
    assert high[held] == pytest.approx((estimate - ordered[4])[held])
