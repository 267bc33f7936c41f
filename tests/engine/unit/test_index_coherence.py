"""What the index says of its indicators before anybody uses it: correlations, warnings, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mirti.declarations.index import MethodDeclaration
from mirti.errors import InputError
from mirti.index.coherence import coherence_of, cronbach, warnings_of
from mirti.index.screen import screen
from tests.support.indexes import DIMENSION, NAMES, PUBLISHED, chain, design, values

CODES = [f"{i:03d}" for i in range(60)]


def method(**keys: object) -> MethodDeclaration:
    return MethodDeclaration.model_validate(keys)


def test_correlations_are_those_of_the_oriented_indicators() -> None:
    composite = chain().run(PUBLISHED)
    found = coherence_of(composite)
    np.testing.assert_allclose(found.pearson, np.corrcoef(composite.normalised.T), atol=1e-12)
    np.testing.assert_allclose(found.spearman, stats.spearmanr(composite.normalised).statistic, atol=1e-12)
    np.testing.assert_allclose(found.dimensions, np.corrcoef(composite.dimensions.T), atol=1e-12)
    assert found.pearson[0, 2] > 0  # attendance, of which less is worse, has been turned round


def test_cronbachs_alpha_by_its_other_formula() -> None:
    x = values()[:, :3]
    covariance = np.cov(x.T)
    mean_covariance = covariance[~np.eye(3, dtype=bool)].mean()
    alternative = 3 * mean_covariance / (covariance.diagonal().mean() + 2 * mean_covariance)
    assert cronbach(x) == pytest.approx(alternative)
    assert np.isnan(cronbach(x[:, :1]))


def test_indicators_that_pull_apart_are_warned_of_within_a_dimension_only() -> None:
    wrong_way = values()
    wrong_way[:, 0] = -wrong_way[:, 0]
    told = warnings_of(coherence_of(chain(wrong_way).run(PUBLISHED)), 60)
    assert len(told) == 2
    assert all("'illiteracy'" in each and "'education'" in each and "pull apart" in each for each in told)


def test_an_indicator_that_counts_twice_is_warned_of() -> None:
    twins = values()
    twins[:, 1] = twins[:, 0] * 3
    [told] = warnings_of(coherence_of(chain(twins).run(PUBLISHED)), 60)
    assert "count twice" in told


def test_few_areas_are_warned_of() -> None:
    told = warnings_of(coherence_of(chain(values(4)).run(PUBLISHED)), 4)
    assert any("fewer areas (4) than indicators (5)" in each for each in told)
    assert any("only 4 areas" in each for each in told)
    assert warnings_of(coherence_of(chain().run(PUBLISHED)), 60) == []


def test_a_constant_indicator_is_refused_or_dropped_aloud() -> None:
    constant = values()
    constant[:, 1] = 7
    with pytest.raises(InputError, match=r"one and the same value in every area.*\(lag\)"):
        screen(constant, NAMES, CODES, method(), "index.toml")
    found = screen(constant, NAMES, CODES, method(constant="drop"), "index.toml")
    assert found.kept.tolist() == [0, 2, 3, 4]
    assert found.warnings == ("'lag' has one and the same value in every area and is dropped.",)
    assert design().keep(found.kept).names == ("illiteracy", "attendance", "informality", "crowding")


def test_missing_values_are_refused_with_their_areas_unless_imputed() -> None:
    holes = values()
    holes[:4, 2] = np.nan
    with pytest.raises(InputError) as refused:
        screen(holes, NAMES, CODES, method(), "index.toml")
    [problem] = refused.value.problems
    assert problem.items == ("000", "001", "002", "003")
    assert "'attendance'" in problem.what
    assert "imputation" in problem.remedy
    found = screen(holes, NAMES, CODES, method(imputation="median"), "index.toml")
    assert found.missing == {"attendance": 4}
    assert found.warnings == ("'attendance' is missing in 4 of 60 areas (6.7%) and imputed there (median).",)
    assert screen(holes, NAMES, CODES, method(imputation="median", missing_warning=0.1), "x").warnings == ()


def test_areas_that_are_mostly_imputed_are_listed() -> None:
    holes = values()
    holes[5, [0, 1, 2]] = np.nan
    told = screen(holes, NAMES, CODES, method(imputation="regression"), "x").warnings
    assert told == ("More than half of the indicators are imputed in 1 areas: 005.",)


def test_all_faults_are_told_at_once() -> None:
    bad = values()
    bad[:, 0] = 3
    bad[2:, 1] = np.nan
    with pytest.raises(InputError) as refused:
        screen(bad, NAMES, CODES, method(), "index.toml")
    assert len(refused.value.problems) == 3  # two values only, a constant, missing ones


def test_one_indicator_is_no_index() -> None:
    with pytest.raises(InputError, match="at least 2 indicators that vary, there are 1"):
        screen(values()[:, :1], NAMES[:1], CODES, method(), "index.toml")


def test_dimensions_are_numbered_again_when_one_is_dropped() -> None:
    kept = design().keep(np.array([3, 4]))
    assert kept.dimensions == ("living",)
    assert kept.dimension.tolist() == [0, 0]
    assert DIMENSION.tolist() == [0, 0, 0, 1, 1]
