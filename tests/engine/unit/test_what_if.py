"""The pieces of a release that answer why, and what if: tables that add up, intervals, sentences."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from mirti.characterise.drivers import Drivers
from mirti.characterise.scenarios import change_of, move
from mirti.declarations import AreaCovariateDeclaration, Label, ModelDeclaration, ScenarioDeclaration
from mirti.errors import InputError
from mirti.io.release_tables import floats, texts
from mirti.io.territories import Territories
from mirti.models.coding import ModelMatrix
from mirti.pipeline.reasons import drivers_table
from mirti.pipeline.what_if import plain_state, scenarios_table, what_if
from mirti.smallarea.area_covariates import census_share, standardised
from mirti.smallarea.patterns import count_patterns
from mirti.smallarea.population import population
from mirti.tables import CensusCells
from tests.support.cells import census, covariates, random_fit

LABEL = Label(es="a", pt="b", en="c", fr="d")
TERMS = ("sex", "schooling", "age")
PARENT = np.array([0, 0, 1, 1, 1, -1, -1], dtype=np.int32)
CODES = tuple(f"{i:03d}" for i in range(7))
PLACES = Territories(CODES, CODES, PARENT, ("A", "B"), ("Dep A", "Dep B"))
OUT = {"name": "out", "covariate": "schooling", "levels": ("out",), "multiply": 0.5}


def asked(*scenarios: dict[str, object], cells: CensusCells | None = None, survey=None, of_areas=()):
    """What a run would hand over: a census, a model without effects, and the answers to its scenarios."""
    cells = cells or census()
    matrix, patterns = ModelMatrix(cells.covariates, TERMS), count_patterns(cells)
    columns = [
        standardised(census_share(patterns, cells.covariates, a.census), patterns.children, a.name)
        for a in of_areas
    ]
    area_x = np.column_stack(columns) if columns else None
    beta = np.concatenate([random_fit(len(matrix.names)).beta, np.full(len(columns), 0.5)])
    people = population(patterns, matrix, area_x=area_x)
    declared = [ScenarioDeclaration.model_validate({"label": LABEL} | s) for s in scenarios]
    model = ModelDeclaration(terms=TERMS, area_covariates=tuple(of_areas))
    spec = SimpleNamespace(declaration=SimpleNamespace(scenarios=declared, model=model))
    codes = cells.codes if survey is None else survey
    seen = SimpleNamespace(cells=SimpleNamespace(codes=codes))
    inputs = SimpleNamespace(cells=cells, territories=PLACES, survey=seen)
    found = what_if(inputs, matrix, patterns, people, beta, spec)
    return found, plain_state(people, beta), patterns


def test_a_spec_without_scenarios_has_no_table():
    found, state, _ = asked()
    assert found is None
    assert scenarios_table(found, state, PLACES, "XX") == {}


def test_the_table_adds_up_by_area_domain_and_country():
    found, state, patterns = asked(OUT, {**OUT, "name": "more", "multiply": None, "difference": 0.2})
    table = scenarios_table(found, state, PLACES, "XX")["scenarios.parquet"]
    assert texts(table, "scenario") == ["out"] * 10 + ["more"] * 10
    assert texts(table, "code") == [*CODES, "A", "B", "XX"] * 2
    children, rate = patterns.children, state.rates.rate
    for rows in (slice(0, 10), slice(10, 20)):
        risk, difference, expected, moved = (
            floats(table, name)[rows] for name in ("risk", "difference", "expected_difference", "moved")
        )
        assert risk[:7] == pytest.approx(rate + difference[:7], abs=1e-12)
        assert expected[:7] == pytest.approx(difference[:7] * children)
        for position, inside in ((7, PARENT == 0), (8, PARENT == 1), (9, PARENT > -2)):
            assert expected[position] == pytest.approx(expected[:7][inside].sum())
            assert difference[position] == pytest.approx(
                np.average(difference[:7][inside], weights=children[inside])
            )
            assert risk[position] == pytest.approx(np.average(risk[:7][inside], weights=children[inside]))
            assert moved[position] == pytest.approx(np.average(moved[:7][inside], weights=children[inside]))
    assert np.isnan(floats(table, "ci_low")).all()


def test_intervals_are_the_difference_less_the_quantiles_of_its_errors():
    found, state, _ = asked(OUT)
    errors = np.random.default_rng(1).normal(0, 0.01, (199, 1, 10)).astype(np.float32)
    table = scenarios_table(found, state, PLACES, "XX", errors)["scenarios.parquet"]
    ordered = np.sort(errors.astype(float), axis=0)[:, 0]
    difference = floats(table, "difference")
    assert floats(table, "ci_low") == pytest.approx(difference - ordered[194])
    assert floats(table, "ci_high") == pytest.approx(difference - ordered[4])


def test_no_interval_goes_below_a_rate_of_zero_or_above_one():
    found, state, _ = asked(OUT)
    errors = np.random.default_rng(1).normal(0, 3, (99, 1, 10))
    table = scenarios_table(found, state, PLACES, "XX", errors)["scenarios.parquet"]
    present = floats(table, "risk") - floats(table, "difference")
    assert floats(table, "ci_low") == pytest.approx(-present)
    assert floats(table, "ci_high") == pytest.approx(1 - present)


def test_the_drivers_carry_their_intervals_in_the_same_order():
    factors = ("sex", "area_effect", "remainder")
    rng = np.random.default_rng(2)
    drivers = Drivers(factors, rng.normal(0, 0.05, (7, 3)), rng.normal(0, 0.05, (2, 3)))
    errors = rng.normal(0, 0.01, (59, 9, 3))
    table = drivers_table(drivers, PLACES, errors)
    rows = {(row["code"], row["factor"]): row for row in table.to_pylist()}
    assert len(rows) == 27
    found = rows["B", "area_effect"]
    assert found["contribution"] == drivers.domains[1, 1]
    low, high = np.quantile(errors[:, 8, 1], [0.025, 0.975], method="weibull")
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(
        (drivers.domains[1, 1] - high, drivers.domains[1, 1] - low)
    )
    assert drivers_table(drivers, PLACES)["ci_low"].null_count == 27


def test_a_share_of_the_areas_children_moves_with_them():
    """Out of school halves in each area, so the covariate of the area that is its share halves before it is scaled."""
    of_areas = (
        AreaCovariateDeclaration(name="share_out", census="schooling=out"),
        AreaCovariateDeclaration(name="boys", census="sex=male"),
    )
    found, state, patterns = asked(OUT, of_areas=of_areas)
    out, boys = (census_share(patterns, covariates(), a.census) for a in of_areas)
    mean = np.average(out, weights=patterns.children)
    deviation = np.sqrt(np.average((out - mean) ** 2, weights=patterns.children))
    area_x = np.column_stack([(out / 2 - mean) / deviation, standardised(boys, patterns.children, "boys")])
    declaration = ScenarioDeclaration.model_validate({"label": LABEL} | OUT)
    after = move(patterns, covariates(), change_of(declaration, covariates())).patterns
    people = population(after, ModelMatrix(covariates(), TERMS), area_x=area_x)
    expected = plain_state(people, state.beta).rates.rate - state.rates.rate
    assert found.differences(state)[0, :7] == pytest.approx(expected, abs=1e-10)


def test_a_target_that_moves_nobody_is_said():
    found, state, _ = asked({**OUT, "multiply": None, "share": 1.0, "direction": "down"})
    assert len(found.warnings) == 1
    assert 'Scenario "out" moves nobody' in found.warnings[0]
    assert found.differences(state) == pytest.approx(0.0, abs=1e-15)


def test_combinations_that_no_surveyed_child_has_are_counted():
    cells = census()
    survey = cells.codes[cells.codes[:, 1] == 2]
    found, _, patterns = asked({**OUT, "multiply": 0.0}, survey=survey)
    out = float(patterns.pattern_totals()[patterns.codes[:, 1] == 2].sum())
    assert f"gives {out / patterns.children.sum():.1%} of the children" in found.warnings[0]
    assert not asked({**OUT, "multiply": 0.9, "to": ("behind",)})[0].warnings


def test_an_unknown_level_stops_the_run_with_those_there_are():
    with pytest.raises(InputError, match="on time, behind, out"):
        asked({**OUT, "levels": ("late",)})
