"""Linearised variances against loops over strata, PSUs and second-stage units, and the rules for single PSUs."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.survey.design import build_design
from mirti.survey.estimates import domain_ratios, mean
from mirti.survey.variance import covariance, domain_variances, units_held
from tests.support.samples import Persons, covariance_by_loops, sample


@pytest.fixture
def persons() -> Persons:
    return sample(11)


def test_covariance_of_totals_is_that_of_loops(persons: Persons) -> None:
    values = np.column_stack([persons.weight, persons.weight * persons.y]) * persons.inside[:, None]
    design, inside = persons.design, persons.inside
    found = covariance(design.sample, design.psu[inside], values[inside], ssu=design.ssu[inside])
    np.testing.assert_allclose(found, covariance_by_loops(persons, values), rtol=1e-10)


def test_a_factor_multiplies_the_rows(persons: Persons) -> None:
    design = persons.design
    values = np.column_stack([np.ones(len(persons.y)), persons.y])
    once = covariance(design.sample, design.psu, values, ssu=design.ssu, factor=persons.weight)
    np.testing.assert_allclose(
        once, covariance_by_loops(persons, values * persons.weight[:, None]), rtol=1e-10
    )


def test_many_domains_at_once_are_each_domain_alone(persons: Persons) -> None:
    design = persons.design
    domain = (persons.codes[:, 1] * 2 + persons.codes[:, 0]).astype(np.int32)
    values = persons.weight * persons.y
    together = domain_variances(design.sample, design.psu, values, domain, 6, ssu=design.ssu)
    alone = [covariance_by_loops(persons, (values * (domain == d))[:, None])[0, 0] for d in range(6)]
    np.testing.assert_allclose(together, alone, rtol=1e-10)


def test_a_ratio_of_domains_is_linearised(persons: Persons) -> None:
    design, w = persons.design, persons.weight
    domain = persons.codes[:, 1].astype(np.int32)
    found = domain_ratios(design.sample, design.psu, w * persons.y, w, domain, 4, ssu=design.ssu)
    for d in range(3):
        inside = domain == d
        rate = np.average(persons.y[inside], weights=w[inside])
        linear = np.where(inside, w * (persons.y - rate) / w[inside].sum(), 0.0)
        assert found.estimate[d] == pytest.approx(rate)
        assert found.se[d] == pytest.approx(np.sqrt(covariance_by_loops(persons, linear[:, None])[0, 0]))
    assert np.isnan([found.estimate[3], found.se[3]]).all()
    assert found.psus.tolist() == [20, 20, 20, 0]
    assert found.strata.tolist() == [4, 4, 4, 0]


def test_a_domain_in_one_psu_has_a_rate_but_no_standard_error() -> None:
    design = build_design(np.zeros(6), np.array([1, 1, 2, 2, 3, 3]))
    domain = np.array([0, 0, 1, 1, 1, 1], dtype=np.int32)
    found = domain_ratios(design.sample, design.psu, np.array([1.0, 0, 1, 0, 1, 1]), np.ones(6), domain, 2)
    assert found.estimate.tolist() == [0.5, 0.75]
    assert np.isnan(found.se[0])
    assert found.se[1] > 0


def test_units_held_count_psus_with_a_member_and_their_strata() -> None:
    design = build_design(np.array([1, 1, 1, 2, 2]), np.array([1, 2, 3, 1, 2]))
    assert units_held(design.sample, design.psu) == (5, 2)
    assert units_held(design.sample, design.psu[[0, 1, 1]]) == (2, 1)


class TestSinglePsu:
    strata = np.array(["A", "A", "A", "B", "C", "C"])
    y = np.array([1.0, 0, 1, 1, 0, 1])

    def rate(self, rule: str, inside: slice = slice(None), **options: object) -> float:
        design = build_design(self.strata, np.arange(6), **options)
        w = np.ones(6)[inside]
        return mean(design.sample, design.psu[inside], self.y[inside] * w, w, single_psu=rule)[1]

    def test_fail_names_the_stratum_and_the_remedies(self) -> None:
        with pytest.raises(InputError) as caught:
            self.rate("fail")
        assert "1 stratum has one sampled PSU: the variance cannot be estimated. (B)" in str(caught.value)
        assert "survey.merge_strata" in str(caught.value)

    def test_certainty_adds_nothing_and_adjust_squares_about_zero(self) -> None:
        influence = (self.y - self.y.mean()) / 6
        certainty, adjust = self.rate("certainty") ** 2, self.rate("adjust") ** 2
        assert adjust - certainty == pytest.approx(influence[3] ** 2)

    def test_a_stratum_without_a_member_of_the_domain_needs_no_rule(self) -> None:
        assert self.rate("fail", slice(0, 3)) > 0

    def test_a_stratum_whose_one_psu_is_its_whole_population_needs_no_rule(self) -> None:
        population = np.array([9.0, 9, 9, 1, 9, 9])
        assert self.rate("fail", stratum_population=population) > 0

    def test_a_single_second_stage_unit_is_named(self) -> None:
        design = build_design(
            np.zeros(6),
            np.array([1, 1, 2, 2, 3, 3]),
            ssu=np.array([1, 2, 1, 1, 1, 2]),
            stratum_population=np.full(6, 9.0),
            psu_population=np.full(6, 4.0),
        )
        with pytest.raises(InputError, match=r"1 PSU has one sampled unit of stage 2.*\(2\)"):
            mean(design.sample, design.psu, self.y, np.ones(6), ssu=design.ssu)
