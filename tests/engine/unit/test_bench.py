"""The benchmarks' lines, and the comparison with a known truth."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from mirti import bench
from mirti.bench import bootstrap
from mirti.bench.figure import Figure
from mirti.bench.truth import Comparison, compare, top_overlap


def test_coverage_and_errors_are_those_of_the_areas():
    risk = np.array([0.1, 0.2, 0.3, 0.4])
    found = Comparison(
        risk=risk,
        low=np.array([0.0, 0.1, 0.31, 0.35]),
        high=np.array([0.15, 0.3, 0.33, 0.45]),
        truth=np.array([0.1, 0.31, 0.32, 0.3]),
        children=np.array([1.0, 1.0, 1.0, 7.0]),
        direct=risk + 0.1,
        sampled=np.array([True, True, False, False]),
    )
    values = {figure.name: figure.value for figure in compare(found)}
    assert values["truth_coverage_of_95%_intervals"] == pytest.approx(0.5)
    assert values["truth_coverage_sampled"] == pytest.approx(0.5)
    assert values["truth_coverage_unsampled"] == pytest.approx(0.5)
    assert values["truth_rmse"] == pytest.approx(np.sqrt((0.11**2 + 0.02**2 + 0.1**2) / 4))
    assert values["truth_rmse_of_direct_rates"] == pytest.approx(np.sqrt((0.1**2 + 0.01**2) / 2))
    assert values["truth_mean_error"] == pytest.approx((-0.11 - 0.02 + 0.1) / 4)
    assert values["truth_national_error"] == pytest.approx((-0.11 - 0.02 + 0.7) / 10)


def test_a_perfect_estimate_finds_the_whole_top_and_an_inverted_one_none_of_it():
    truth = np.arange(10.0)
    assert top_overlap(truth, truth) == 1.0
    assert top_overlap(-truth, truth) == 0.0
    assert top_overlap(np.r_[truth[:8], 0.5, 9], truth) == 0.5


@pytest.fixture
def invented(monkeypatch):
    """A benchmark of two figures, one of them short."""
    module = ModuleType("invented_benchmark")
    module.__doc__ = "Two figures."
    figures = [Figure("quick", 4.0, "times", ">= 3"), Figure("big", 9.0, "GiB", "<= 2", ok=False)]
    module.figures = lambda work: iter(figures)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "invented_benchmark", module)
    monkeypatch.setattr(bench, "BENCHMARKS", {"invented": "invented_benchmark"})


def test_a_line_a_figure_and_a_failure_if_one_is_short(invented, tmp_path):
    lines: list[str] = []
    assert not bench.run_benchmarks(None, tmp_path, lines.append)
    assert lines == ["# invented: Two figures.", "BENCH quick 4 times >=3 ok", "BENCH big 9 GiB <=2 short"]


def test_a_figure_without_a_limit_is_never_short():
    assert bench.line(Figure("truth_spearman", 0.81234, "-")) == "BENCH truth_spearman 0.8123 - - ok"


def test_the_bootstrap_is_held_to_its_seconds_and_its_memory():
    measured = {"worlds": 119.0, "peak_gib": 2.1, "redrawn": 0, "areas": 1100, "seconds": 150.0}
    found = {figure.name: figure.ok for figure in bootstrap.compare(measured)}
    assert found["bootstrap_200"]
    assert not found["bootstrap_200_peak"]
    assert not {f.name: f.ok for f in bootstrap.compare(measured | {"worlds": 121.0})}["bootstrap_200"]
