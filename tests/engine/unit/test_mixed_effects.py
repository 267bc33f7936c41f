"""Areas' effects given their data, beside a posterior on a fine grid."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from mirti.models.mixed.effects import area_effects, sample_share
from mirti.models.mixed.fit import MixedFit, fit_mixed
from tests.support.mixed import Simulated, simulate

AREAS = 14
SAMPLED = [d for d in range(AREAS) if d not in (2, 13)]


@pytest.fixture(scope="module")
def survey() -> Simulated:
    whole = simulate(areas=AREAS, psus=3, children=7, seed=21)
    return whole.rows(np.flatnonzero(np.isin(whole.cells.area, SAMPLED)))


@pytest.fixture(scope="module")
def fit(survey) -> MixedFit:
    return fit_mixed(survey.data(), penalty="never")


def obvious_posterior(data, fit: MixedFit, area: int) -> tuple[float, float]:
    """Mean and variance of the effect of the area at a position among those sampled, by sums over a grid."""
    z = np.linspace(-9, 9, 401)
    u, density = fit.sigma_u * z, norm.logpdf(z).copy()
    eta = data.x @ fit.beta
    for c in range(data.area_start[area], data.area_start[area + 1]):
        rows = slice(data.psu_start[c], data.psu_start[c + 1])
        at = eta[rows, None, None] + u[:, None] + fit.sigma_v * z
        cells = np.tensordot(data.swy[rows], at, 1) - np.tensordot(data.sw[rows], np.logaddexp(0, at), 1)
        density += data.psu_weight[c] * logsumexp(cells + norm.logpdf(z), axis=1)
    weight = np.exp(density - logsumexp(density))
    mean = weight @ u
    return float(mean), float(weight @ (u - mean) ** 2)


def test_sampled_areas_have_their_posterior(survey, fit):
    data = survey.data()
    effects = area_effects(data, fit, AREAS)
    np.testing.assert_allclose(effects.weights.sum(axis=1), 1, rtol=1e-13)
    for position, area in enumerate(SAMPLED):
        mean, variance = obvious_posterior(data, fit, position)
        assert effects.mean[area] == pytest.approx(mean, abs=2e-3 * fit.sigma_u)
        assert effects.variance[area] == pytest.approx(variance, rel=5e-3)


def test_areas_without_sample_have_the_prior(survey, fit):
    effects = area_effects(survey.data(), fit, AREAS)
    for area in (2, 13):
        moments = [float(effects.weights[area] @ effects.nodes[area] ** k) for k in (1, 2, 4)]
        assert moments == pytest.approx([0, fit.sigma_u**2, 3 * fit.sigma_u**4], abs=1e-10)


def test_the_share_of_the_own_sample_grows_with_it(survey, fit):
    share = sample_share(area_effects(survey.data(), fit, AREAS), fit)
    np.testing.assert_allclose(share[[2, 13]], 0, atol=1e-10)
    assert (share[SAMPLED] > 0.1).all()
    few = survey.rows(np.flatnonzero((survey.cells.area != 5) | (np.arange(len(survey.x)) % 7 == 0)))
    fewer = sample_share(area_effects(few.data(), fit, AREAS), fit)
    assert fewer[5] < share[5] < 1


def test_where_areas_do_not_differ_no_effect_is_claimed():
    flat = simulate(areas=20, psus=4, children=10, sigma=(0, 0), seed=3)
    data = flat.data(nested=False)
    fit = fit_mixed(data, penalty="never")
    effects = area_effects(data, fit, 20)
    assert (effects.nodes == 0).all()
    assert (sample_share(effects, fit) == 0).all()
    penalised = fit_mixed(data)
    assert (area_effects(data, penalised, 20).variance > 0.5 * penalised.sigma_u**2).all()
