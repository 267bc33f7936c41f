"""Leave one domain out: the domain's own data never reach its prediction, and the errors are what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from mirti.models.coding import ModelMatrix
from mirti.models.logistic import fit_logistic
from mirti.smallarea.direct import direct_rates
from mirti.smallarea.leave_out import Predicted, leave_one_domain_out, without
from mirti.smallarea.projection import project
from mirti.tables import CensusCells, Covariate, Sample, SurveyCells

COVARIATES = (Covariate("sex", ("female", "male")), Covariate("schooling", ("on time", "behind")))
DOMAINS, PSUS, PATTERNS = 20, 12, 4
CODES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.int16)


def country(seed=1, effect=0.0):
    """A domain is one area and one stratum; rates follow the model, each domain's logit off by `effect`."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(4) * 3, DOMAINS)
    off = rng.normal(0, effect, DOMAINS)
    p = expit(-2 + CODES @ [0.5, 0.9] + off[:, None])
    children = rng.multinomial(40, np.repeat(shares, PSUS, axis=0))
    ny = rng.binomial(children, np.repeat(p, PSUS, axis=0)).ravel()
    n = children.ravel()
    psu = np.repeat(np.arange(DOMAINS * PSUS), PATTERNS).astype(np.int32)
    sample = Sample(
        tuple(map(str, range(DOMAINS))),
        tuple(map(str, range(DOMAINS * PSUS))),
        np.repeat(np.arange(DOMAINS), PSUS).astype(np.int32),
    )
    names = tuple(f"{d:02d}" for d in range(DOMAINS))
    held, area = n > 0, psu // PSUS
    cells = SurveyCells(
        COVARIATES,
        sample,
        names,
        psu[held],
        None,
        area[held].astype(np.int32),
        np.tile(CODES, (DOMAINS * PSUS, 1))[held],
        n[held],
        ny[held],
        n[held] * 10.0,
        ny[held] * 10.0,
        n[held] * 100.0,
        ny[held] * 100.0,
    )
    census = CensusCells(
        COVARIATES,
        names,
        np.repeat(np.arange(DOMAINS), PATTERNS).astype(np.int32),
        np.tile(CODES, (DOMAINS, 1)),
        (shares * 1e4).ravel(),
    )
    return cells, census, (shares * p).sum(axis=1)


def predictor(census, seen=None):
    matrix = ModelMatrix(COVARIATES, ("sex", "schooling"))

    def predict(cells, domain):
        if seen is not None:
            seen.append((domain, set(cells.area.tolist())))
        x = matrix.build(cells.codes)
        fit = fit_logistic(
            x, cells.sw, cells.swy, cells.psu, cells.sample, names=matrix.names, ssu=None, n=cells.n
        )
        areas = project(fit, matrix, census).areas
        return Predicted(float(areas.risk[domain]), float(areas.se[domain]))

    return predict


GROUP = np.arange(DOMAINS, dtype=np.int32)


def test_each_domain_is_predicted_without_its_own_cells_in_the_whole_design():
    cells, census, _ = country()
    seen = []
    leave_one_domain_out(cells, GROUP, DOMAINS, predictor(census, seen))
    assert [domain for domain, _ in seen] == list(range(DOMAINS))
    assert all(areas == set(range(DOMAINS)) - {domain} for domain, areas in seen)
    assert without(cells, GROUP, 3).sample is cells.sample


def test_a_domains_own_outcomes_change_its_direct_rate_and_not_its_prediction():
    cells, census, _ = country()
    before = leave_one_domain_out(cells, GROUP, DOMAINS, predictor(census))
    inside = cells.area == 5
    cells.swy[inside] = cells.sw[inside] * 0.5
    after = leave_one_domain_out(cells, GROUP, DOMAINS, predictor(census))
    assert after.predicted[5] == before.predicted[5]
    assert after.direct[5] == pytest.approx(0.5)
    assert (after.predicted != before.predicted).sum() == DOMAINS - 1


def test_where_the_model_is_true_95_of_100_domains_are_covered_and_no_error_is_left():
    covered, net = [], []
    for seed in range(6):
        cells, census, _ = country(seed)
        found = leave_one_domain_out(cells, GROUP, DOMAINS, predictor(census))
        covered.append(found.covered)
        net.append(found.rmse_net)
        assert found.domains == DOMAINS
    assert np.mean(covered) == pytest.approx(0.95, abs=0.05)
    assert np.mean(net) < 0.012


def test_domains_with_an_effect_that_the_model_lacks_are_seen_not_to_be_covered():
    cells, census, truth = country(effect=0.8)
    found = leave_one_domain_out(cells, GROUP, DOMAINS, predictor(census))
    assert found.covered < 0.7
    away = found.predicted - truth
    assert found.rmse_net == pytest.approx(np.sqrt((away**2).mean()), rel=0.25)


def test_domains_without_sample_are_not_predicted_and_areas_of_no_domain_still_fit_the_model():
    cells, census, _ = country()
    group = GROUP.copy()
    group[3] = -1
    seen = []
    found = leave_one_domain_out(cells, group, DOMAINS + 1, predictor(census, seen))
    assert np.isnan(found.predicted[[3, DOMAINS]]).all()
    assert found.n[[3, DOMAINS]].tolist() == [0, 0]
    assert all(3 in areas for _, areas in seen)
    assert found.domains == DOMAINS - 1
    assert found.direct[:3] == pytest.approx(direct_rates(cells, GROUP, DOMAINS).rate[:3])


def test_a_prediction_without_standard_error_is_compared_and_not_called_covered():
    cells, census, _ = country()
    bare = predictor(census)
    found = leave_one_domain_out(cells, GROUP, DOMAINS, lambda c, d: Predicted(bare(c, d).rate, float("nan")))
    assert np.isnan(found.covered)
    assert np.isnan(found.z).all()
    assert found.rmse > 0


def test_a_domain_whose_direct_rate_is_0_has_no_error_to_be_judged_by():
    cells, census, _ = country()
    inside = cells.area == 5
    cells.swy[inside] = 0.0
    found = leave_one_domain_out(cells, GROUP, DOMAINS, predictor(census))
    assert found.direct[5] == 0
    assert np.isnan(found.z[5])
    others = np.delete(np.arange(DOMAINS), 5)
    assert found.covered == (np.abs(found.z[others]) <= 1.96).mean()
    away = found.predicted - found.direct
    assert found.rmse_net**2 == pytest.approx((away**2 - found.direct_se**2)[others].mean())
