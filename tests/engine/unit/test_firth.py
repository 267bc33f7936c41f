"""Firth's estimate with intercept correction: a slow obvious version, identities, separation, coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from mirti.errors import InputError
from mirti.models.firth import FirthFit, fit_firth
from mirti.models.logistic import fit_logistic
from mirti.survey.design import build_design
from mirti.survey.replicate_making import make_replicates
from mirti.survey.variance import covariance
from mirti.tables import Floats

NAMES = ("(Intercept)", "girl", "age", "remote")
SLOPES = np.array([0.7, 0.4, -0.3])
PSUS, STRATA = 60, 6


class Country:
    """Sampled children with a rare outcome, 20 in each of 60 PSUs: everything of a fit but its options."""

    def __init__(self, seed: int, intercept: float = -3.7, children: int = 20 * PSUS) -> None:
        random = np.random.default_rng(seed)
        psu = np.repeat(np.arange(PSUS), children // PSUS)
        self.x = np.column_stack(
            [
                np.ones(children),
                random.integers(0, 2, children),
                np.round(random.normal(size=children), 1),
                random.random(children) < 0.08,
            ]
        ).astype(float)
        self.w = random.gamma(3, 10, children) + 2
        effect = random.normal(size=PSUS) * 0.3
        risk = expit(self.x @ np.r_[intercept, SLOPES] + effect[psu])
        self.y = (random.random(children) < risk).astype(float)
        self.design = build_design([str(one % STRATA) for one in psu], [str(one) for one in psu])

    def fit(self, **options: Any) -> FirthFit:
        w, y, design = self.w, self.y, self.design
        return fit_firth(self.x, w, w * y, design.psu, design.sample, names=NAMES, **options)


@pytest.fixture(scope="module")
def country() -> Country:
    return Country(seed=3)


@pytest.fixture(scope="module")
def fit(country: Country) -> FirthFit:
    return country.fit()


# --- the estimate ---------------------------------------------------------------------------------------------------


def slow_firth(x: Floats, y: Floats, w: Floats) -> tuple[Floats, float]:
    """Step by step as it is defined: the highest penalised likelihood, then the intercept that meets the rate."""
    w = w * w.sum() / (w**2).sum()

    def loss(beta: Floats) -> float:
        p = expit(x @ beta)
        information = x.T @ np.diag(w * p * (1 - p)) @ x
        likelihood = sum(w * (y * np.log(p) + (1 - y) * np.log1p(-p)))
        return -float(likelihood + np.linalg.slogdet(information)[1] / 2)

    options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 20_000, "maxfev": 20_000}
    found = minimize(loss, np.zeros(x.shape[1]), method="Nelder-Mead", options=options)
    low, high = -50.0, 50.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        above = w @ expit(x @ np.r_[middle, found.x[1:]]) > w @ y
        low, high = (low, middle) if above else (middle, high)
    return np.r_[low, found.x[1:]], -float(found.fun)


def test_the_fit_is_the_slow_obvious_one() -> None:
    small = Country(seed=8, intercept=-2.5, children=240)
    fit = small.fit()
    beta, penalised = slow_firth(small.x, small.y, small.w)
    np.testing.assert_allclose(fit.beta, beta, rtol=1e-4, atol=1e-5)
    assert fit.penalised == pytest.approx(penalised, abs=1e-9)


def test_the_mean_prediction_is_the_weighted_rate(country: Country, fit: FirthFit) -> None:
    rate = country.w @ country.y / country.w.sum()
    assert country.w @ fit.predict(country.x) / country.w.sum() == pytest.approx(rate, rel=1e-12)
    assert (
        fit.penalised_intercept > fit.beta[0]
    )  # Firth's own intercept draws a rare outcome's rate towards a half


def test_where_events_abound_the_penalty_does_not_matter() -> None:
    common = Country(seed=5, intercept=0.0, children=60_000)
    firth = common.fit()
    w, design = common.w, common.design
    plain = fit_logistic(common.x, w, w * common.y, design.psu, design.sample, names=NAMES)
    np.testing.assert_allclose(firth.beta, plain.beta, atol=0.01 * plain.se.min())
    np.testing.assert_allclose(firth.se, plain.se, rtol=2e-3)
    assert (firth.df, firth.psus, firth.strata, firth.children) == (plain.df, PSUS, STRATA, plain.children)
    assert firth.null_deviance == pytest.approx(plain.null_deviance, rel=1e-12)
    assert firth.deviance == pytest.approx(plain.deviance, rel=1e-6)
    np.testing.assert_allclose(firth.naive_cov, plain.naive_cov, rtol=1e-2)


# --- identities -----------------------------------------------------------------------------------------------------


def assert_same(one: FirthFit, other: FirthFit) -> None:
    np.testing.assert_allclose(one.beta, other.beta, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(one.cov, other.cov, rtol=1e-6, atol=1e-10)
    assert one.deviance == pytest.approx(other.deviance, rel=1e-9)
    assert one.effective_size == pytest.approx(other.effective_size, rel=1e-12)


def test_doubling_the_weights_changes_nothing(country: Country, fit: FirthFit) -> None:
    doubled = Country(seed=3)
    doubled.w = 2 * country.w
    assert_same(doubled.fit(), fit)


def test_cells_give_what_persons_give(country: Country, fit: FirthFit) -> None:
    patterns, at = np.unique(np.column_stack([country.x, country.design.psu]), axis=0, return_inverse=True)
    m, w, y = len(patterns), country.w, country.y
    sums = [np.bincount(at, values, m) for values in (w, w * y, w**2, np.ones(len(w)))]
    cells = fit_firth(
        patterns[:, :-1],
        sums[0],
        sums[1],
        patterns[:, -1].astype(np.int32),
        country.design.sample,
        names=NAMES,
        sw2=sums[2],
        n=sums[3].astype(np.int64),
    )
    assert m < len(w)
    assert_same(cells, fit)


def test_an_outcome_turned_round_turns_the_slopes_round(country: Country, fit: FirthFit) -> None:
    turned = Country(seed=3)
    turned.y = 1 - country.y
    np.testing.assert_allclose(turned.fit().beta, -fit.beta, rtol=1e-7)


# --- separation and uncertainty -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def separated() -> Country:
    country = Country(seed=3)
    country.y = country.y * (country.x[:, 3] == 0)
    return country


def test_a_separated_level_has_an_estimate_and_an_honest_error(separated: Country) -> None:
    w, design = separated.w, separated.design
    with pytest.raises(InputError, match="remote"):
        fit_logistic(separated.x, w, w * separated.y, design.psu, design.sample, names=NAMES)
    fit = separated.fit()
    bread = fit.naive_cov * fit.children / fit.effective_size
    residual = (w * (separated.y - fit.predict(separated.x))) * fit.effective_size / w.sum()
    plain = bread @ covariance(design.sample, design.psu, separated.x, factor=residual) @ bread
    assert -6 < fit.beta[3] < -0.5
    assert fit.se[3] > np.sqrt(bread[3, 3])  # what so many children could tell if each were drawn by itself
    assert (
        np.sqrt(plain[3, 3]) < fit.se[3] / 3
    )  # the sandwich alone: nobody contradicts the level, so it looks certain
    assert np.sqrt(plain[1, 1]) > 0.9 * fit.se[1]


def test_intervals_cover_the_truth_where_events_are_rare() -> None:
    """Fifteen to thirty events; a sandwich without what the penalty adds covers the rarest level in some 85 % only."""
    covered = []
    for seed in range(120):
        ends = Country(seed=100 + seed, intercept=-4.2).fit().intervals()[1:]
        covered.append((ends[:, 0] < SLOPES) & (ends[:, 1] > SLOPES))
    shares = np.mean(covered, axis=0)
    assert (shares > 0.91).all()
    assert shares[:2].mean() < 0.995


def test_replicate_weights_give_nearly_the_linearised_errors(country: Country, fit: FirthFit) -> None:
    made = make_replicates(country.design.sample, "JKn")
    rw = country.w[:, None] * made.factors[country.design.psu]
    sample = replace(country.design.sample, replicates=made.replicates)
    w, y = country.w, country.y
    jackknife = fit_firth(
        country.x, w, w * y, country.design.psu, sample, names=NAMES, replicated=(rw * y[:, None], rw)
    )
    np.testing.assert_allclose(jackknife.beta, fit.beta)
    np.testing.assert_allclose(jackknife.se, fit.se, rtol=0.15)
    assert (jackknife.variance, jackknife.replicates) == ("JKn", PSUS)


def test_a_level_that_a_replicate_loses_is_named_with_it(country: Country) -> None:
    made = make_replicates(country.design.sample, "JKn")
    rw = country.w[:, None] * made.factors[country.design.psu]
    sample = replace(country.design.sample, replicates=made.replicates)
    x = country.x.copy()
    x[:, 3] = country.design.psu == 7  # which is left out under one replicate, and determined by nothing then
    w, y = country.w, country.y
    with pytest.raises(InputError, match=r"Under 1 of 60 replicate weights .* replicate \d+: .*remote"):
        fit_firth(x, w, w * y, country.design.psu, sample, names=NAMES, replicated=(rw * y[:, None], rw))


# --- what is refused ------------------------------------------------------------------------------------------------


def test_columns_that_others_determine_are_named(country: Country) -> None:
    w, design = country.w, country.design
    x = np.column_stack([country.x, 1 - country.x[:, 1]])
    with pytest.raises(InputError, match="boy"):
        fit_firth(x, w, w * country.y, design.psu, design.sample, names=(*NAMES, "boy"))


def test_an_outcome_of_one_class_is_refused(country: Country) -> None:
    w, design = country.w, country.design
    with pytest.raises(InputError, match="one class only"):
        fit_firth(country.x, w, 0 * w, design.psu, design.sample, names=NAMES)
