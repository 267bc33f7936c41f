"""The printed table of a fit is what R prints, and its files hold what the fit holds."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import f as fisher

from mirti.models.diagnostics import dispersion
from mirti.models.logistic import LogisticFit, fit_cells
from mirti.report.fit_table import covariance_csv, r_summary, stata_table, tidy_csv
from mirti.report.significant import p_values_text
from tests.support.survey_reference import Survey, answers, number, table

R = answers("survey_print")
STRATIFIED = ("api_stratified.csv", {"strata": "stype", "stratum_population": "fpc"})
CASES: dict[str, tuple[str, dict[str, Any], str, tuple[str, ...]]] = {
    "clusters": (
        "api_clusters.csv",
        {"psu": "dnum", "stratum_population": "fpc"},
        "y",
        ("ell", "meals", "mobility"),
    ),
    "stratified": (*STRATIFIED, "y", ("ell", "meals", "mobility")),
    "improved": (*STRATIFIED, "improved", ("api00", "meals")),
    "many": (*STRATIFIED, "y", ("api00", "enroll")),
}


def fitted(case: str) -> tuple[LogisticFit, float]:
    file, design, outcome, names = CASES[case]
    survey = Survey.of(table(file), "pw", **design)
    known = survey.within(survey.persons[list(names)].notna().all(axis=1))
    cells = known.cells(outcome, tuple(number(known.children, name) for name in names))
    values = [np.array(c.values)[cells.codes[:, j]] for j, c in enumerate(cells.covariates)]
    x = np.column_stack([np.ones(len(cells.sw)), *values])
    fit = fit_cells(x, cells, names=("(Intercept)", *names))
    return fit, dispersion(fit, x, cells)


@pytest.mark.parametrize("case", CASES)
def test_the_coefficients_are_printed_as_r_prints_them(case: str) -> None:
    fit, spread = fitted(case)
    lines = r_summary(fit, formula="y ~ x", design="api", dispersion=spread).split("\n")
    theirs = R[case]["lines"]
    start, end = theirs.index("Coefficients:"), theirs.index("---") + 2
    at = lines.index("Coefficients:")
    assert lines[at : at + end - start] == theirs[start:end]


def test_the_dispersion_of_equal_weights_is_that_of_r() -> None:
    fit, spread = fitted("clusters")
    line = next(line for line in R["clusters"]["lines"] if "Dispersion" in line)
    assert line in r_summary(fit, formula="", design="", dispersion=spread)


def test_statas_table_tests_with_the_degrees_of_freedom_of_the_design() -> None:
    fit, _ = fitted("clusters")
    text = stata_table(fit, outcome="y")
    d, k = fit.psus - fit.strata, 3
    wald = fit.beta[1:] @ np.linalg.inv(fit.cov[1:, 1:]) @ fit.beta[1:]
    statistic = wald / k * (d - k + 1) / d
    assert f"Design df       = {d:>12}" in text
    assert f"F({k}, {d - k + 1})        = {statistic:>12.2f}" in text
    assert f"Prob > F        = {fisher.sf(statistic, k, d - k + 1):>12.4f}" in text
    assert "Number of obs   =          183" in text
    rows = {
        line.split("|")[0].strip(): line.split("|")[1].split() for line in text.split("\n") if "|" in line
    }
    ell = rows["ell"]
    assert ell[:3] == [f"{fit.beta[1]:.7f}"[1:], f"{fit.se[1]:.7f}"[1:], f"{fit.t[1]:.2f}"]
    assert float(ell[4]) == pytest.approx(fit.beta[1] - 2.144787 * fit.se[1], rel=1e-5)  # t of 14 degrees
    assert list(rows)[-1] == "_cons"
    assert "Linearized" in text


def test_statas_table_of_odds_ratios() -> None:
    fit, _ = fitted("improved")
    text = stata_table(replace(fit, variance="JKn", replicates=200), outcome="improved", odds_ratios=True)
    row = next(line for line in text.split("\n") if line.strip().startswith("meals")).split("|")[1].split()
    ratio = np.exp(fit.beta[2])
    assert [float(row[0]), float(row[1])] == pytest.approx([ratio, ratio * fit.se[2]], rel=1e-5)
    assert "Jackknife" in text
    assert "Replications     =     200" in text


def test_without_degrees_of_freedom_there_are_no_tests_to_print() -> None:
    fit, _ = fitted("improved")
    none = replace(fit, df=-2)
    assert "Zero or negative residual df" in r_summary(none, formula="", design="")
    assert "NaN" in r_summary(none, formula="", design="")
    assert " .  " in stata_table(none, outcome="y")
    assert next(csv.DictReader(io.StringIO(tidy_csv(none))))["p.value"] == ""


def test_the_files_hold_every_digit() -> None:
    fit, _ = fitted("improved")
    rows = list(csv.DictReader(io.StringIO(tidy_csv(fit))))
    assert [row["term"] for row in rows] == list(fit.names)
    for column, values in (
        ("estimate", fit.beta),
        ("std.error", fit.se),
        ("statistic", fit.t),
        ("p.value", fit.p_values),
        ("conf.low", fit.intervals()[:, 0]),
        ("odds.ratio.conf.high", np.exp(fit.intervals()[:, 1])),
    ):
        assert [float(row[column]) for row in rows] == values.tolist()
    matrix = list(csv.reader(io.StringIO(covariance_csv(fit))))
    assert matrix[0] == ["term", *fit.names]
    assert np.array([row[1:] for row in matrix[1:]], dtype=float).tolist() == fit.cov.tolist()


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.00043212, 0.00020713, 0.00142109], ["0.000432", "0.000207", "0.001421"]),
        ([0.7293962, 0.006612, 1.7412e-6], ["0.72940", "0.00661", "1.74e-06"]),
        ([0.0004321, 1.2345e-5, 0.0123, 1e-30], ["0.000432", "1.23e-05", "0.012300", "< 2e-16"]),
    ],
)
def test_p_values_are_written_as_r_writes_them(values: list[float], texts: list[str]) -> None:
    assert p_values_text(np.array(values), 3) == texts
