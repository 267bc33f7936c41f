"""Replicate weights: identities with the linearised variance, refits one by one, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.models.logistic import fit_logistic
from mirti.survey.design import Design, build_design
from mirti.survey.estimates import domain_ratios
from mirti.survey.replicate import degrees_of_freedom, describe, replicate_covariance
from mirti.survey.replicate_checks import check_half_samples, check_replicates, stratum_rscales
from mirti.survey.replicate_making import MadeReplicates, make_replicates
from mirti.survey.variance import covariance, unit_totals
from tests.support.samples import COVARIATES, Persons, fit_by_optimiser, sample

KINDS = ["JKn", "BRR", "Fay", "bootstrap", "SDR"]


def one_stage(persons: Persons, *, fpc: bool = False) -> Design:
    return build_design(
        persons.stratum, persons.psu, stratum_population=persons.stratum_population if fpc else None
    )


def made(design: Design, kind: Any, **options: Any) -> MadeReplicates:
    return make_replicates(design.sample, kind, rho=0.4 if kind == "Fay" else None, **options)


def variance_of_a_total(persons: Persons, design: Design, weights: MadeReplicates) -> tuple[float, float]:
    """By replicates, and linearised."""
    values = persons.weight * persons.y * persons.inside
    totals = unit_totals(values[:, None], design.psu, len(design.sample.psu_labels))
    each = weights.factors.T @ totals
    linear = covariance(design.sample, design.psu, values[:, None])
    return replicate_covariance(each, totals.sum(axis=0), weights.replicates)[0, 0], linear[0, 0]


@pytest.mark.parametrize("fpc", [False, True])
def test_a_total_under_jkn_has_the_linearised_variance(fpc: bool) -> None:
    persons = sample(21)
    design = one_stage(persons, fpc=fpc)
    found, linear = variance_of_a_total(persons, design, made(design, "JKn"))
    assert found == pytest.approx(linear, rel=1e-12)


@pytest.mark.parametrize("kind", ["JKn", "BRR", "Fay"])
def test_a_total_of_paired_psus_has_the_linearised_variance(kind: str) -> None:
    persons = sample(22, strata=7, psus=2)
    design = one_stage(persons)
    found, linear = variance_of_a_total(persons, design, made(design, kind))
    assert found == pytest.approx(linear, rel=1e-12)


def test_a_total_under_jk1_has_the_linearised_variance() -> None:
    persons = sample(23, strata=1, psus=9)
    design = one_stage(persons, fpc=True)
    found, linear = variance_of_a_total(persons, design, made(design, "JK1"))
    assert found == pytest.approx(linear, rel=1e-12)


@pytest.mark.parametrize("fpc", [False, True])
def test_a_total_under_many_bootstrap_weights_comes_near_the_linearised_variance(fpc: bool) -> None:
    persons = sample(24, strata=3, psus=6)
    design = one_stage(persons, fpc=fpc)
    found, linear = variance_of_a_total(persons, design, made(design, "bootstrap", number=20_000, seed=3))
    assert found == pytest.approx(linear, rel=0.05)  # its Monte Carlo error is √(2 / 20,000) = 1 %


def test_a_total_under_successive_differences_is_half_their_squares() -> None:
    persons = sample(25, strata=1, psus=11)
    design = one_stage(persons)
    found, _ = variance_of_a_total(persons, design, made(design, "SDR"))
    values = persons.weight * persons.y * persons.inside
    totals = np.array([values[persons.psu == c].sum() for c in range(11)])
    assert found == pytest.approx(((totals - np.roll(totals, -1)) ** 2).sum() / 2, rel=1e-12)


def test_the_fit_is_refitted_under_each_weight_and_cells_give_what_persons_give() -> None:
    persons = sample(26, strata=3, psus=4)
    design, inside = one_stage(persons), persons.inside
    jackknife = made(design, "JKn")
    rw = (jackknife.factors[design.psu] * persons.weight[:, None])[inside]
    y, matrix = persons.y[inside], ModelMatrix(COVARIATES)
    x = matrix.build(persons.codes[inside])
    whole = replace(design.sample, replicates=jackknife.replicates)
    found = fit_logistic(
        x,
        persons.weight[inside],
        persons.weight[inside] * y,
        design.psu[inside],
        whole,
        names=matrix.names,
        replicated=(rw * y[:, None], rw),
    )
    slow = np.array([fit_by_optimiser(x, w, y) for w in rw.T])
    by_loops = replicate_covariance(slow, found.beta, jackknife.replicates)
    np.testing.assert_allclose(found.cov, by_loops, rtol=1e-4, atol=1e-6 * by_loops.max())
    assert found.df == degrees_of_freedom(rw) + 1 - 5 == 12 - 3 + 1 - 5
    assert found.replicates == 12


def test_a_domain_in_some_psus_is_left_out_of_replicates_without_it() -> None:
    design = build_design(np.zeros(6), np.arange(6))
    jackknife = make_replicates(design.sample, "JK1")
    sample_ = replace(design.sample, replicates=jackknife.replicates)
    y, w = np.array([1.0, 0, 1, 1, 0, 1]), np.ones(6)
    domain = np.array([0, 0, 0, 0, 0, 1], dtype=np.int32)
    pair = jackknife.factors * y[:, None], jackknife.factors
    found = domain_ratios(sample_, design.psu, y, w, domain, 2, replicated=pair)
    rates = [np.average(y[:5], weights=jackknife.factors[:5, r]) for r in range(6)]
    assert found.se[0] ** 2 == pytest.approx(5 / 6 * sum((rate - 0.6) ** 2 for rate in rates))
    assert np.isnan(found.se[1])


def test_separation_under_a_replicate_names_it_and_the_term() -> None:
    rng = np.random.default_rng(2)
    design = build_design(np.zeros(120), np.repeat(np.arange(6), 20))
    x = np.column_stack([np.ones(120), np.arange(120) % 20 == 0])
    y = (rng.random(120) < 0.4).astype(float)
    y[x[:, 1] == 1] = 0.0
    y[20] = 1.0  # the one child of PSU 1 keeps the level from being separated
    jackknife = make_replicates(design.sample, "JK1")
    rw = jackknife.factors[design.psu]
    whole = replace(design.sample, replicates=jackknife.replicates)
    with pytest.raises(InputError, match=r"Under 1 of 6 replicate weights .*replicate 2: .*rare") as caught:
        fit_logistic(
            x, np.ones(120), y, design.psu, whole, names=["one", "rare"], replicated=(rw * y[:, None], rw)
        )
    assert "linearised" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("JKn", {}, "do not say how their squares are weighted"),
        ("JKn", {"rscales": [0.5, 0.5]}, "2 rscales for 8 replicate weights"),
        ("JK1", {"rscales": [-1.0] * 8}, "below 0"),
        ("Fay", {}, "have no rho"),
    ],
)
def test_a_description_that_contradicts_itself_is_refused(
    kind: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        describe(kind, 8, **options)


class TestWeightsThatDoNotBelong:
    persons = sample(27, strata=4, psus=2)
    design = one_stage(persons)
    full = persons.weight

    def weights(self, kind: Any, **options: Any) -> Any:
        return made(self.design, kind, **options).factors[self.design.psu] * self.full[:, None]

    def refuse(self, kind: Any, each: Any, message: str, **options: Any) -> None:
        with pytest.raises(InputError, match=message):
            check_replicates(kind, self.full, each, sample=self.design.sample, **options)

    @pytest.mark.parametrize("kind", KINDS)
    def test_those_of_the_design_are_accepted(self, kind: Any) -> None:
        check_replicates(kind, self.full, self.weights(kind), sample=self.design.sample)
        check_half_samples(kind, self.full, self.weights(kind), rho=0.4 if kind == "Fay" else None)

    def test_missing_and_negative_ones_name_their_columns(self) -> None:
        each = self.weights("JKn")
        each[3, 1], each[4, 5] = np.nan, -1
        self.refuse("JKn", each, r"in 2 columns\. \(b, f\)", columns=tuple("abcdefgh"))

    def test_the_sampling_weight_among_them_is_found(self) -> None:
        each = np.column_stack([self.weights("BRR"), self.full])
        self.refuse("BRR", each, r"the sampling weight itself: 1\. \(replicate 9\)")

    def test_factors_that_are_taken_for_weights_are_found(self) -> None:
        self.refuse("JKn", self.weights("JKn") / self.full[:, None], "combined to false")

    def test_weights_that_are_taken_for_factors_are_found(self) -> None:
        self.refuse("JKn", self.weights("JKn") * self.full[:, None], "combined to false")

    def test_more_jackknife_replicates_than_psus(self) -> None:
        each = np.hstack([self.weights("JKn"), self.weights("JKn")[:, :1]])
        self.refuse("JKn", each, "9 replicates are more than the survey's 8 PSUs")

    def test_fewer_half_samples_than_strata(self) -> None:
        self.refuse("BRR", self.weights("BRR")[:, :3], "there are 3 for 4 strata")

    def test_fay_weights_called_brr(self) -> None:
        with pytest.raises(InputError, match=r"rho = 0\.4"):
            check_half_samples("BRR", self.full, self.weights("Fay"))

    def test_another_rho(self) -> None:
        with pytest.raises(InputError, match=r"as with rho = 0\.40, not 0\.7"):
            check_half_samples("Fay", self.full, self.weights("Fay"), rho=0.7)


def test_rscales_follow_from_the_stratum_of_the_psu_left_out() -> None:
    design = one_stage(sample(28, strata=2, psus=4))
    weights = made(design, "JKn")
    np.testing.assert_allclose(stratum_rscales(weights.factors, design.sample), weights.replicates.rscales)
    with pytest.raises(InputError, match=r"3 of 3 replicates do not\. \(replicate 1: 0 PSUs"):
        stratum_rscales(np.ones((8, 3)), design.sample)


@pytest.mark.parametrize(
    ("kind", "strata", "message"),
    [
        ("JK1", [1, 1, 2, 2], "leave PSUs out of one stratum"),
        ("JKn", [1, 1, 1, 2], r"one sampled PSU: 1\. \(2\)"),
        ("BRR", [1, 1, 1, 2, 2], r"odd number of PSUs.*\(1\)"),
    ],
)
def test_designs_that_have_no_such_weights_are_refused(kind: Any, strata: list[int], message: str) -> None:
    design = build_design(np.array(strata), np.arange(len(strata)))
    with pytest.raises(InputError, match=message):
        make_replicates(design.sample, kind)
