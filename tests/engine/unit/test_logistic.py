"""The design-based logistic fit against slow versions, and what does not change it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.models.logistic import fit_logistic
from mirti.survey.design import build_design
from mirti.tables import Covariate
from tests.support.samples import (
    COVARIATES,
    Persons,
    collapse,
    covariance_by_loops,
    fit,
    fit_by_optimiser,
    sample,
)

TIGHT = 1e-9


@pytest.fixture
def persons() -> Persons:
    return sample(1)


def matrix_of(persons: Persons) -> np.ndarray:
    return ModelMatrix(COVARIATES).build(persons.codes[persons.inside])


def test_the_estimate_is_the_maximum_that_a_general_optimiser_finds(persons: Persons) -> None:
    inside = persons.inside
    slow = fit_by_optimiser(matrix_of(persons), persons.weight[inside], persons.y[inside])
    np.testing.assert_allclose(fit(persons).beta, slow, rtol=1e-6)


def test_the_score_is_zero_at_the_estimate(persons: Persons) -> None:
    x, inside = matrix_of(persons), persons.inside
    w, y = persons.weight[inside], persons.y[inside]
    score = x.T @ (w * (y - expit(x @ fit(persons).beta)))
    assert np.abs(score).max() < 1e-10 * w.sum()


def test_the_covariance_is_the_sandwich_of_loops_over_strata_psus_and_second_stage_units(
    persons: Persons,
) -> None:
    found = fit(persons)
    x = ModelMatrix(COVARIATES).build(persons.codes)
    w = np.where(persons.inside, persons.weight, 0.0)
    p = expit(x @ found.beta)
    bread = np.linalg.inv((x * (w * p * (1 - p))[:, None]).T @ x)
    slow = covariance_by_loops(persons, x * (w * (persons.y - p))[:, None] @ bread)
    np.testing.assert_allclose(found.cov, slow, rtol=1e-8)


def test_cells_give_what_persons_give(persons: Persons) -> None:
    design, inside = persons.design, persons.inside
    values = {"n": np.ones(inside.sum()), "sw": persons.weight[inside]}
    values["swy"] = values["sw"] * persons.y[inside]
    totals, codes, (psu, ssu) = collapse(
        persons.codes[inside], design.psu[inside], design.ssu[inside], values=values
    )
    matrix = ModelMatrix(COVARIATES)
    cells = fit_logistic(
        matrix.build(codes),
        totals["sw"],
        totals["swy"],
        psu,
        design.sample,
        ssu=ssu,
        n=totals["n"].astype(int),
        names=matrix.names,
    )
    whole = fit(persons)
    assert len(codes) < inside.sum()
    np.testing.assert_allclose(cells.beta, whole.beta, rtol=TIGHT)
    np.testing.assert_allclose(cells.cov, whole.cov, rtol=TIGHT)
    assert (cells.df, cells.children) == (whole.df, whole.children)
    np.testing.assert_allclose([cells.deviance, cells.null_deviance], [whole.deviance, whole.null_deviance])


def test_an_infinite_population_is_sampling_with_replacement(persons: Persons) -> None:
    infinite = replace(persons, stratum_population=np.full(len(persons.y), np.inf))
    without = build_design(persons.stratum, persons.psu)
    np.testing.assert_allclose(fit(infinite).cov, fit(persons, without).cov, rtol=TIGHT)


def test_a_population_wholly_sampled_has_no_sampling_error(persons: Persons) -> None:
    census = replace(
        persons, stratum_population=np.full(len(persons.y), 5.0), psu_population=np.full(len(persons.y), 3.0)
    )
    assert np.abs(fit(census).cov).max() == 0


def test_psus_without_a_child_of_the_domain_count_in_the_variance_but_not_in_df(persons: Persons) -> None:
    emptied = persons.inside & ~((persons.stratum == 0) & (persons.psu > 1))
    domain = replace(persons, inside=emptied)
    everyone = build_design(persons.stratum, persons.psu)
    filtered_design = build_design(persons.stratum[emptied], persons.psu[emptied])
    filtered = replace(
        persons,
        inside=np.ones(emptied.sum(), bool),
        y=persons.y[emptied],
        weight=persons.weight[emptied],
        codes=persons.codes[emptied],
    )
    as_domain, as_filter = fit(domain, everyone), fit(filtered, filtered_design)
    np.testing.assert_allclose(as_domain.beta, as_filter.beta, rtol=TIGHT)
    assert as_domain.df == as_filter.df == 17 - 4 + 1 - 5
    assert not np.allclose(as_domain.se, as_filter.se, rtol=1e-3)


def test_changing_the_reference_changes_no_prediction(persons: Persons) -> None:
    other = (
        Covariate("sex", ("girl", "boy"), reference=1),
        replace(COVARIATES[1], reference=2),
        COVARIATES[2],
    )
    matrix, inside, design = ModelMatrix(other), persons.inside, persons.design
    x = matrix.build(persons.codes[inside])
    w = persons.weight[inside]
    again = fit_logistic(
        x,
        w,
        w * persons.y[inside],
        design.psu[inside],
        design.sample,
        ssu=design.ssu[inside],
        names=matrix.names,
    )
    first = fit(persons)
    np.testing.assert_allclose(again.predict(x), first.predict(matrix_of(persons)), rtol=TIGHT)
    np.testing.assert_allclose(again.se[matrix.names.index("sex=girl")], first.se[1], rtol=TIGHT)
    assert again.deviance == pytest.approx(first.deviance)


def test_many_rows_are_fitted_from_a_start_on_a_tenth_to_the_same_maximum() -> None:
    rng = np.random.default_rng(5)
    m = 45_000
    x = np.column_stack(
        [np.ones(m), rng.normal(size=(m, 3)), rng.random(m) < 0.001]
    )  # a level rare in any tenth
    y = (rng.random(m) < expit(x @ np.array([-3.0, 0.5, -0.5, 0.2, 2.0]))).astype(float)
    w = rng.gamma(2, 5, m) + 1
    design = build_design(rng.integers(0, 5, m), rng.integers(0, 30, m))
    found = fit_logistic(x, w, w * y, design.psu, design.sample, names=list("abcde"))
    score = x.T @ (w * (y - found.predict(x)))
    assert np.sqrt(score @ found.naive_cov @ score) / w.mean() < 1e-8


def test_fewer_psus_than_columns_give_estimates_but_no_interval() -> None:
    persons = sample(3, strata=1, psus=4, ssus=2, size=60)
    found = fit(persons)
    assert found.df == 4 - 1 + 1 - 5
    assert np.isnan(found.intervals()).all()
    assert np.isnan(found.p_values).all()
    assert np.isfinite(found.se).all()


@pytest.mark.parametrize("wrong", [0.0, -2.0, np.nan])
def test_a_weight_that_is_missing_or_not_above_0_is_refused(persons: Persons, wrong: float) -> None:
    weight = persons.weight.copy()
    weight[np.flatnonzero(persons.inside)[4]] = wrong
    with pytest.raises(InputError, match=r"missing or not above 0: 1\. \(row 5: "):
        fit(replace(persons, weight=weight))
