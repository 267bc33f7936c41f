"""The simulation study itself: its truth, its designs, what it counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from mirti.bench.study import alternatives
from mirti.bench.study.country import (
    AREAS,
    DESIGNS,
    PSUS,
    SIGMA_V,
    ZONE,
    draw,
    linear_predictor,
    make_country,
    true_rates,
)
from mirti.bench.study.run import load, run_design
from mirti.bench.study.summary import SMALLEST_BIN, calibration, figures, ratio


@pytest.fixture(scope="module")
def country():
    return make_country()


@pytest.fixture(scope="module")
def samples(country, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    run_design("ignorable", folder, 3, 8)
    return folder


def test_the_truth_is_the_mean_probability_over_children_and_psus(country):
    rng = np.random.default_rng(1)
    eta, effect = linear_predictor(country, "missed"), rng.normal(0, 0.4, AREAS)
    d = 7
    patterns = rng.choice(len(country.codes), size=400_000, p=country.shares[d] / country.shares[d].sum())
    simulated = expit(eta[patterns] + effect[d] + rng.normal(0, SIGMA_V, len(patterns))).mean()
    assert true_rates(country, eta, effect)[d] == pytest.approx(simulated, abs=0.002)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_weights_of_a_design_add_up_to_the_children_on_average(country, design):
    rng = np.random.default_rng(2)
    totals = [draw(country, design, rng).cells.sw.sum() for _ in range(30)]
    error = np.std(totals) / np.sqrt(len(totals))
    assert np.mean(totals) == pytest.approx(country.children[country.sampled].sum(), abs=4 * error + 1e-6)


def test_the_informative_design_misleads_whoever_leaves_the_weights_out(country):
    rng = np.random.default_rng(3)
    drawn = [draw(country, "informative", rng).cells for _ in range(20)]
    plain = np.mean([cells.ny.sum() / cells.n.sum() for cells in drawn])
    weighted = np.mean([cells.swy.sum() / cells.sw.sum() for cells in drawn])
    assert plain > weighted + 0.02


def test_every_sampled_area_has_two_psus_in_each_zone(country):
    cells = draw(country, "ignorable", np.random.default_rng(4)).cells
    pairs = np.unique(np.column_stack([cells.area, cells.codes[:, ZONE], cells.psu]), axis=0)
    assert (np.bincount(pairs[:, 0], minlength=AREAS)[country.sampled] == PSUS).all()
    assert (
        np.bincount(pairs[:, 0] * 2 + pairs[:, 1])[np.flatnonzero(country.sampled) * 2] == PSUS // 2
    ).all()


def test_the_missed_interaction_is_in_the_truth_and_not_in_the_matrix(country):
    true, plain = linear_predictor(country, "missed"), linear_predictor(country, "ignorable")
    moved = true != plain
    assert (moved == ((country.codes[:, 2] > 0) & (country.codes[:, ZONE] == 1))).all()


def test_fay_herriot_keeps_a_precise_direct_rate_and_smooths_a_poor_one(country):
    cells = draw(country, "ignorable", np.random.default_rng(5)).cells
    rate = alternatives.direct(country, cells)
    estimate = alternatives.fay_herriot(country, cells, rate)
    assert np.isfinite(estimate).all()
    sampled = np.isfinite(rate)
    assert np.std(estimate[sampled]) < np.std(rate[sampled])
    assert np.corrcoef(estimate[sampled], rate[sampled])[0, 1] > 0.5


def test_calibration_joins_bins_that_hold_too_few():
    rng = np.random.default_rng(6)
    forecast = np.append(rng.uniform(0, 0.3, 50_000), rng.uniform(0.9, 1.0, SMALLEST_BIN // 2))
    found = calibration(forecast, rng.random(len(forecast)) < forecast)
    assert [count >= SMALLEST_BIN for count, _, _ in found] == [True] * len(found)
    assert sum(count for count, _, _ in found) == len(forecast)
    assert max(abs(mean - share) for _, mean, share in found) < 0.02


def test_the_ratio_is_to_the_best_alternative_that_predicts_every_area():
    truth = np.zeros((4, 3))
    samples = {
        "truth": truth,
        "rate": truth + 1.0,
        "direct": np.full((4, 3), np.nan),
        "synthetic": truth + 4.0,
        "plug_in": truth + 2.0,
        "fay_herriot": truth + 3.0,
    }
    found = ratio(samples, np.ones(3, dtype=bool))
    assert (found.best, found.value, found.upper) == ("plug_in", pytest.approx(0.5), pytest.approx(0.5))


def test_finished_samples_are_kept_and_not_done_again(samples):
    file = next(samples.glob("*.npz"))
    before = file.stat().st_mtime_ns
    run_design("ignorable", samples, 3, 8)
    assert file.stat().st_mtime_ns == before


def test_a_study_says_coverage_error_and_calibration(samples, country):
    found = {f.name: f.value for f in figures("ignorable", load(samples, 3), country.sampled)}
    assert 0.5 < found["study_ignorable_sampled_coverage"] <= 1
    assert 0 < found["study_ignorable_sampled_rmse"] < found["study_ignorable_sampled_rmse_direct"]
    assert "study_ignorable_unsampled_rmse_direct" not in found
    assert found["study_ignorable_samples"] == 3
