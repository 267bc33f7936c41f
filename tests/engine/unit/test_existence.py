"""A model that has no finite or no single estimate is refused by name, with what to do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from mirti.errors import InputError
from mirti.models.existence import separating_direction
from mirti.models.logistic import LogisticFit, fit_logistic
from mirti.survey.design import build_design


def fitted(x: np.ndarray, y: np.ndarray, names: list[str]) -> LogisticFit:
    m = len(y)
    design = build_design(None, np.arange(m) % 10)
    w = np.linspace(1, 3, m)
    return fit_logistic(np.asarray(x, float), w, w * y, design.psu, design.sample, names=names)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def ordinary(rng: np.random.Generator, m: int = 400) -> tuple[np.ndarray, np.ndarray]:
    x = np.column_stack([np.ones(m), rng.integers(0, 2, m), rng.normal(size=m)])
    return x, (rng.random(m) < 0.3 + 0.2 * x[:, 1]).astype(float)


def test_a_level_without_an_event_is_named(rng: np.random.Generator) -> None:
    x, y = ordinary(rng)
    level = rng.random(len(y)) < 0.1
    y[level] = 0
    with pytest.raises(InputError) as caught:
        fitted(np.column_stack([x, level]), y, ["(Intercept)", "sex=boy", "age", "zone=island"])
    text = str(caught.value)
    assert "no finite estimate; such columns: 1." in text
    assert "zone=island → -infinity" in text
    assert "Merge the level with another, drop the term" in text


def test_perfect_separation_by_a_number_is_named(rng: np.random.Generator) -> None:
    x, _ = ordinary(rng)
    with pytest.raises(InputError, match=r"age → \+infinity"):
        fitted(x, (x[:, 2] > 0.1).astype(float), ["(Intercept)", "sex=boy", "age"])


def test_separation_by_a_combination_of_columns_is_named(rng: np.random.Generator) -> None:
    x, _ = ordinary(rng)
    extra = rng.normal(size=len(x))
    y = (x[:, 2] - 2 * extra > 0).astype(float)
    with pytest.raises(InputError, match=r"schooling → -infinity, age → \+infinity"):
        fitted(np.column_stack([x[:, [0, 2]], extra]), y, ["(Intercept)", "age", "schooling"])


def test_the_column_to_blame_is_named_first(rng: np.random.Generator) -> None:
    x = np.column_stack([np.ones(3000), rng.normal(size=(3000, 15))])
    y = (x[:, 9] > 0.1).astype(float)  # any small weight on the other columns separates the classes too
    with pytest.raises(InputError, match=r"\(c9 → \+infinity"):
        fitted(x, y, [f"c{j}" for j in range(16)])


def in_one_programme(x: np.ndarray, sw: np.ndarray, swy: np.ndarray) -> np.ndarray:
    """Every row at once."""
    sign = (swy == sw).astype(float) - (swy == 0)
    above = -(sign[:, None] * x)[sign != 0]
    mixed = x[sign == 0]
    equal = {"A_eq": mixed, "b_eq": np.zeros(len(mixed))} if len(mixed) else {}
    direction: np.ndarray = linprog(
        -sign @ x, A_ub=above, b_ub=np.zeros(len(above)), bounds=(-1, 1), **equal
    ).x
    return direction


@pytest.mark.parametrize("seed", range(12))
def test_a_programme_that_grows_ends_where_one_of_all_rows_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m = 2500
    x = np.column_stack(
        [np.ones(m), rng.integers(0, 2, (m, 2)), rng.normal(size=m).round(1), rng.random(m) < 0.01]
    )
    sw = rng.integers(1, 4, m).astype(float)
    swy = np.floor(rng.random(m) * (sw + 1))
    if seed % 3:
        swy[x[:, 4] == 1] = 0.0
    if seed % 3 == 2:
        swy[(x[:, 1] == 1) & (x[:, 2] == 1)] = sw[(x[:, 1] == 1) & (x[:, 2] == 1)]
        x = np.column_stack([x, x[:, 1] * x[:, 2] * (1 - x[:, 4])])
    whole = in_one_programme(x, sw, swy)
    sign = (swy == sw).astype(float) - (swy == 0)
    found = separating_direction(x, sw, swy)
    assert sign @ x @ found == pytest.approx(sign @ x @ whole, abs=1e-6)
    assert found.any() == bool(seed % 3)


def test_large_but_finite_estimates_are_not_taken_for_separation() -> None:
    m = 4000
    steep = np.repeat([-60.0, -0.1, 0.1, 60.0], m // 4)
    y = np.concatenate(
        [np.zeros(m // 4), np.arange(m // 4) % 100 < 30, np.arange(m // 4) % 100 < 60, np.ones(m // 4)]
    )
    found = fitted(np.column_stack([np.ones(m), steep]), y, ["(Intercept)", "age"])
    assert np.abs(np.array([1.0, 60.0]) @ found.beta) > 18
    assert np.isfinite(found.se).all()


def test_no_direction_separates_overlapping_classes(rng: np.random.Generator) -> None:
    x, y = ordinary(rng)
    assert not separating_direction(x, np.ones(len(y)), y).any()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_outcome_of_one_class_is_refused(rng: np.random.Generator, value: float) -> None:
    x, y = ordinary(rng)
    with pytest.raises(InputError, match=f"one class only: it is {value:.0f} for every child"):
        fitted(x, np.full(len(y), value), ["(Intercept)", "sex=boy", "age"])


def test_an_empty_outcome_is_refused(rng: np.random.Generator) -> None:
    design = build_design(None, np.arange(3))
    nobody = np.zeros(0)
    with pytest.raises(InputError, match="No child of the survey has an outcome"):
        fit_logistic(np.zeros((0, 2)), nobody, nobody, np.zeros(0, np.int32), design.sample, names=["a", "b"])


def test_a_level_that_no_child_has_is_named(rng: np.random.Generator) -> None:
    x, y = ordinary(rng)
    with pytest.raises(InputError, match=r"0 for every child of the survey: 1. \(zone=island\)"):
        fitted(np.column_stack([x, np.zeros(len(y))]), y, ["(Intercept)", "sex=boy", "age", "zone=island"])


def test_a_column_that_others_determine_is_named_with_them(rng: np.random.Generator) -> None:
    x, y = ordinary(rng)
    names = ["(Intercept)", "sex=boy", "age", "sex=girl"]
    with pytest.raises(InputError) as caught:
        fitted(np.column_stack([x, 1 - x[:, 1]]), y, names)
    assert "column sex=girl is determined by others" in str(caught.value)
    assert "((Intercept), sex=boy)" in str(caught.value)


def test_a_column_nearly_but_not_quite_determined_is_fitted(rng: np.random.Generator) -> None:
    x, y = ordinary(rng)
    near = x[:, 2] + 1e-3 * rng.normal(size=len(y))
    assert np.isfinite(fitted(np.column_stack([x, near]), y, list("abcd")).se).all()
