"""The maximiser on inputs that defeat a plain Newton iteration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from mirti.errors import InputError
from mirti.models import pseudo_likelihood
from mirti.models.pseudo_likelihood import PseudoLikelihood, maximise


def made(m: int, seed: int, *, rate: float = 0.0, spread: float = 1.0) -> PseudoLikelihood:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(m), rng.normal(size=(m, 2)) * spread, rng.random(m) < 0.3])
    y = (rng.random(m) < expit(x @ np.array([rate, 0.8 / spread, -0.5 / spread, 1.0]))).astype(float)
    w = rng.gamma(1, 1, m) + 0.01
    w *= m / w.sum()
    return PseudoLikelihood(x, w, w * y, ("a", "b", "c", "d"))


def assert_maximum(pseudo: PseudoLikelihood, beta: np.ndarray) -> None:
    """The step that is left is nothing beside the standard errors, and no point nearby is higher."""
    eta = pseudo.x @ beta
    score, information = pseudo.derivatives(eta)
    assert score @ np.linalg.solve(information, score) < 1e-14
    rng = np.random.default_rng(0)
    for _ in range(20):
        aside = pseudo.x @ (
            beta + 0.1 * rng.normal(size=len(beta)) * np.sqrt(np.diag(np.linalg.inv(information)))
        )
        assert pseudo.value(aside) < pseudo.value(eta)


@pytest.mark.parametrize("rate", [-6.0, 0.0, 5.0])
@pytest.mark.parametrize("seed", range(4))
def test_rare_and_common_outcomes(rate: float, seed: int) -> None:
    pseudo = made(3000, seed, rate=rate)
    assert_maximum(pseudo, maximise(pseudo)[0])


@pytest.mark.parametrize("spread", [1e-6, 1e6])
def test_badly_scaled_columns_give_the_same_predictions(spread: float) -> None:
    plain, scaled = made(2000, 3), made(2000, 3, spread=spread)
    np.testing.assert_allclose(
        scaled.x @ maximise(scaled)[0], plain.x @ maximise(plain)[0], rtol=1e-7, atol=1e-8
    )


def test_a_column_far_from_zero_gives_the_same_slope() -> None:
    plain = made(2000, 4)
    far = plain.x.copy()
    far[:, 1] += 2015.0
    moved = PseudoLikelihood(far, plain.sw, plain.swy, plain.names)
    np.testing.assert_allclose(maximise(moved)[0][1:], maximise(plain)[0][1:], rtol=1e-7)


def test_steep_slopes_from_heavy_tails() -> None:
    rng = np.random.default_rng(9)
    x = np.column_stack([np.ones(800), rng.standard_cauchy(800)])
    y = (rng.random(800) < expit(x @ np.array([-2.0, 1.5]))).astype(float)
    pseudo = PseudoLikelihood(x, np.ones(800), y, ("a", "b"))
    assert_maximum(pseudo, maximise(pseudo)[0])


@pytest.mark.parametrize("rate", [-5.0, 0.0])
def test_the_short_cuts_for_many_rows_lead_to_the_same_maximum(
    rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    pseudo = made(50_000, 6, rate=rate)
    quick = maximise(pseudo)[0]
    monkeypatch.setattr(pseudo_likelihood, "MANY_ROWS", np.inf)
    monkeypatch.setattr(pseudo_likelihood, "NEAR", 0.0)
    plain = maximise(pseudo)[0]
    np.testing.assert_allclose(quick, plain, rtol=1e-10)


def test_a_level_separated_in_a_tenth_of_the_rows_but_not_in_all_is_fitted() -> None:
    pseudo = made(50_000, 7)
    level, y = np.zeros(50_000), pseudo.swy / pseudo.sw
    level[10:30_000:10], level[15:300:10] = 1, 1
    y[10:30_000:10] = 0  # every tenth row: no event where the level is 1
    y[15:300:20] = 1
    x = np.column_stack([pseudo.x, level])
    whole = PseudoLikelihood(x, pseudo.sw, pseudo.sw * y, ("a", "b", "c", "d", "e"))
    assert_maximum(whole, maximise(whole)[0])


def test_a_level_separated_in_all_of_many_rows_is_named() -> None:
    pseudo = made(50_000, 8)
    level = np.arange(50_000) % 97 == 0
    x = np.column_stack([np.round(pseudo.x, 1), level])
    swy = np.where(level, 0.0, pseudo.swy)
    with pytest.raises(InputError, match="e → -infinity"):
        maximise(PseudoLikelihood(x, pseudo.sw, swy, ("a", "b", "c", "d", "e")))
