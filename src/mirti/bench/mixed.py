"""The mixed model's fit of 750,000 children in 32,000 cells of 438 areas beside R's lme4, in one run on the same cells.

Each is handed its cells ready in memory and timed by the clock on the fit alone: lme4's glmer once, by Laplace's
approximation, between several of ours, by quadrature. An answer that differs fails the benchmark whatever its speed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from scipy.special import expit

from mirti.bench.figure import Figure
from mirti.bench.r import has_r, rscript
from mirti.models.mixed.data import MixedData, mixed_data
from mirti.models.mixed.fit import fit_mixed
from mirti.tables import Floats, Sample, SurveyCells

CHILDREN, CELLS, AREAS, COLUMNS = 750_000, 32_000, 438, 12
SIGMA = 0.5
TURNS = 5  # of ours, before lme4's and after it
TIMES_LME4 = 50.0
AGREES = 1e-2  # in standard errors: lme4 stops at its default tolerance, and Laplace is an approximation

R_SCRIPT = """
suppressMessages(library(lme4))
files <- commandArgs(trailingOnly = TRUE)
shape <- as.integer(strsplit(files[3], ",")[[1]])
cells <- as.data.frame(matrix(readBin(files[1], "double", shape[1] * shape[2]), nrow = shape[1]))
columns <- paste0("x", seq_len(ncol(cells) - 3))
names(cells) <- c(columns, "n", "y", "area")
formula <- reformulate(c(columns, "(1 | area)"), "cbind(y, n - y)")
seconds <- system.time(fit <- glmer(formula, cells, binomial, nAGQ = 1))[["elapsed"]]
writeBin(c(seconds, fixef(fit), sqrt(diag(as.matrix(vcov(fit)))), attr(VarCorr(fit)$area, "stddev")), files[2])
"""


@dataclass(frozen=True)
class Answer:
    """seconds: on the clock; beta, se: (p,), standard errors of the model, not of the design."""

    seconds: float
    beta: Floats
    se: Floats
    sigma: float


def figures(work: Path) -> Iterator[Figure]:
    """Seconds, ratio and agreement; work: a folder for the cells that R reads."""
    data = simulate()
    fit_ours(data)  # compiles
    before = [fit_ours(data) for _ in range(TURNS)]
    if not has_r("lme4"):
        yield Figure("mixed_750k_in_32k_cells", median(answer.seconds for answer in before), "s")
        yield Figure("mixed_vs_lme4_not_run_as_R_with_lme4_is_not_installed", 0.0, "-")
        return
    theirs = fit_lme4(data, work)
    ours = [*before, *(fit_ours(data) for _ in range(TURNS))]
    seconds = median(answer.seconds for answer in ours)
    times, apart = theirs.seconds / seconds, difference(ours[0], theirs)
    yield Figure("mixed_750k_in_32k_cells", seconds, "s")
    yield Figure("mixed_750k_in_32k_cells_lme4", theirs.seconds, "s")
    yield Figure("mixed_vs_lme4", times, "times", f">= {TIMES_LME4:g}", times >= TIMES_LME4)
    yield Figure("mixed_difference_from_lme4", apart, "errors", f"<= {AGREES:g}", apart <= AGREES)


def simulate(children: int = CHILDREN, cells: int = CELLS, areas: int = AREAS, seed: int = 21) -> MixedData:
    """Cells of 0/1 columns in areas that differ, without weights; every cell holds a child and every area a cell."""
    rng = np.random.default_rng(seed)
    area = np.sort(np.concatenate([np.arange(areas), rng.integers(0, areas, cells - areas)])).astype(np.int32)
    columns = rng.random((cells, COLUMNS)) < rng.uniform(0.1, 0.6, COLUMNS)
    x = np.column_stack([np.ones(cells), columns]).astype(np.float64)
    n = 1 + rng.multinomial(children - cells, rng.dirichlet(np.full(cells, 0.5)))
    beta = np.concatenate([[-2.5], rng.normal(0, 0.3, COLUMNS)])
    y = rng.binomial(n, expit(x @ beta + rng.normal(0, SIGMA, areas)[area]))
    sw, swy = n.astype(np.float64), y.astype(np.float64)
    names = tuple(f"x{j}" for j in range(COLUMNS + 1))
    labels = tuple(str(d) for d in range(areas))
    survey = SurveyCells(
        covariates=(),
        sample=Sample(("",), labels, np.zeros(areas, dtype=np.int32)),
        area_codes=labels,
        psu=area,
        ssu=None,
        area=area,
        codes=np.zeros((cells, 0), dtype=np.int16),
        n=n,
        ny=y,
        sw=sw,
        swy=swy,
        sw2=sw,
        sw2y=swy,
    )
    return mixed_data(x, survey, names=names, nested=False)


def fit_ours(data: MixedData) -> Answer:
    start = time.perf_counter()
    fit = fit_mixed(data)
    seconds = time.perf_counter() - start
    return Answer(seconds, fit.beta, np.sqrt(np.diag(fit.naive_cov))[: len(fit.beta)], fit.sigma_u)


def fit_lme4(data: MixedData, work: Path) -> Answer:
    """R's fit of the same cells, handed over in binary."""
    script, given, taken = work / "mixed.R", work / "mixed-data.bin", work / "mixed-answer.bin"
    script.write_text(R_SCRIPT)
    area = np.repeat(data.areas, np.diff(data.psu_start))
    table = np.column_stack([data.x[:, 1:], data.sw, data.swy, area])
    table.T.tofile(given)
    rscript(str(script), str(given), str(taken), f"{table.shape[0]},{table.shape[1]}").check_returncode()
    seconds, *numbers, sigma = np.fromfile(taken)
    p = data.x.shape[1]
    return Answer(float(seconds), np.array(numbers[:p]), np.array(numbers[p:]), float(sigma))


def difference(ours: Answer, theirs: Answer) -> float:
    """The largest of any coefficient, in its standard errors, and of errors and σ_u, relative."""
    beta = np.abs((ours.beta - theirs.beta) / theirs.se).max()
    se = np.abs(ours.se / theirs.se - 1).max()
    return float(max(beta, se, abs(ours.sigma / theirs.sigma - 1)))
