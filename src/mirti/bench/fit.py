"""The design-based fit of 200,000 rows × 41 columns beside svy and R's svyglm, in one run on the same data.

Each package is handed its data ready in memory and timed by the clock on the fit alone, in turns with ours, and
compared by medians. An answer that differs fails the benchmark whatever its speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy.special import expit

from mirti.bench.figure import Figure
from mirti.bench.r import has_r, rscript
from mirti.models.logistic import fit_logistic
from mirti.survey.design import Design, build_design
from mirti.tables import Floats, Index

ROWS, NUMBERS, DUMMIES = 200_000, 15, 25
STRATA, PSUS = 60, 40
TURNS, TURNS_R = 7, 3
TIMES_SVY, TIMES_R = 3.0, 20.0
SVY_AGREES = 1e-6  # relative, of coefficients and standard errors
R_AGREES = 1e-4  # R stops at its default tolerance, as its users do; in standard errors

R_SCRIPT = """
suppressMessages(library(survey))
files <- commandArgs(trailingOnly = TRUE)
shape <- as.integer(strsplit(files[3], ",")[[1]])
values <- matrix(readBin(files[1], "double", shape[1] * shape[2]), nrow = shape[1])
data <- as.data.frame(values)
columns <- ncol(data) - 4
names(data) <- c(paste0("x", seq_len(columns)), "y", "w", "stratum", "psu")
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, nest = TRUE, data = data)
formula <- reformulate(paste0("x", seq_len(columns)), "y")
seconds <- system.time(fit <- svyglm(formula, design, family = quasibinomial()))[["elapsed"]]
writeBin(c(seconds, coef(fit), SE(fit)), files[2])
"""


@dataclass(frozen=True)
class Data:
    """x: (ROWS, 41) with the intercept first; the others (ROWS,)."""

    x: Floats
    y: Floats
    w: Floats
    stratum: Index
    psu: Index
    design: Design


@dataclass(frozen=True)
class Answer:
    """seconds: on the clock."""

    seconds: float
    beta: Floats
    se: Floats


def figures(work: Path) -> Iterator[Figure]:
    """Seconds, ratios and agreement; work: a folder for the data that R reads."""
    data = simulate()
    ours, theirs = _in_turns(lambda: fit_ours(data), fit_svy(data), TURNS)
    yield Figure("fit_200k_x_41", ours.seconds, "s")
    yield Figure("fit_200k_x_41_svy", theirs.seconds, "s")
    yield from _against("svy", ours, theirs, TIMES_SVY)
    yield agreement("svy", relative(ours, theirs), SVY_AGREES)
    if not has_r("survey"):
        yield Figure("fit_against_R_not_run_as_R_with_survey_is_not_installed", 0.0, "-")
        return
    ours, svyglm = _in_turns(lambda: fit_ours(data), lambda: fit_r(data, work), TURNS_R)
    yield Figure("fit_200k_x_41_R_svyglm", svyglm.seconds, "s")
    yield from _against("R_svyglm", ours, svyglm, TIMES_R)
    yield agreement("R_svyglm", in_errors(ours, svyglm), R_AGREES)


def simulate(rows: int = ROWS, seed: int = 20) -> Data:
    """Persons with numbers and 0/1 columns, unequal weights, PSUs that differ."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0.05, 0.6, DUMMIES)
    x = np.column_stack(
        [np.ones(rows), rng.normal(size=(rows, NUMBERS)), rng.random((rows, DUMMIES)) < shares]
    ).astype(np.float64)
    stratum = rng.integers(0, STRATA, rows).astype(np.int32)
    psu = rng.integers(0, PSUS, rows).astype(np.int32)
    effect = rng.normal(0, 0.4, (STRATA, PSUS))[stratum, psu]
    beta = np.concatenate([[-2.5], rng.normal(0, 0.2, NUMBERS + DUMMIES)])
    y = (rng.random(rows) < expit(x @ beta + effect)).astype(np.float64)
    return Data(x, y, rng.gamma(2, 50, rows) + 5, stratum, psu, build_design(stratum, psu))


def fit_ours(data: Data) -> Answer:
    names = [f"x{j}" for j in range(data.x.shape[1])]
    start = time.perf_counter()
    fit = fit_logistic(data.x, data.w, data.w * data.y, data.design.psu, data.design.sample, names=names)
    return Answer(time.perf_counter() - start, fit.beta, fit.se)


def fit_svy(data: Data) -> Callable[[], Answer]:
    import polars
    import svy

    columns: dict[str, Any] = {f"x{j}": data.x[:, j] for j in range(1, data.x.shape[1])}
    columns |= {"y": data.y.astype(np.int64), "w": data.w, "stratum": data.stratum, "psu": data.psu}
    sample = svy.Sample(polars.DataFrame(columns), svy.Design(stratum="stratum", psu="psu", wgt="w"))

    def fit() -> Answer:
        start = time.perf_counter()
        result: Any = sample.glm.fit(y="y", x=list(columns)[:-4], family="binomial")
        seconds = time.perf_counter() - start
        estimates = result.fitted.coefs
        return Answer(seconds, np.array([c.est for c in estimates]), np.array([c.se for c in estimates]))

    return fit


def fit_r(data: Data, work: Path) -> Answer:
    """R's fit on the same numbers, handed over in binary."""
    script, given, taken = work / "fit.R", work / "fit-data.bin", work / "fit-answer.bin"
    script.write_text(R_SCRIPT)
    table = np.column_stack([data.x[:, 1:], data.y, data.w, data.stratum, data.psu])
    table.T.tofile(given)
    done = rscript(str(script), str(given), str(taken), f"{table.shape[0]},{table.shape[1]}")
    done.check_returncode()
    numbers = np.fromfile(taken)
    columns = data.x.shape[1]
    return Answer(float(numbers[0]), numbers[1 : 1 + columns], numbers[1 + columns :])


def _in_turns(ours: Callable[[], Answer], theirs: Callable[[], Answer], turns: int) -> tuple[Answer, Answer]:
    """Each once unmeasured, then theirs between two of ours, turn by turn; answers with the median of their seconds."""
    ours(), theirs()
    triples = [(ours(), theirs(), ours()) for _ in range(turns)]
    return _median([t[i] for t in triples for i in (0, 2)]), _median([t[1] for t in triples])


def _median(answers: list[Answer]) -> Answer:
    return Answer(median(answer.seconds for answer in answers), answers[-1].beta, answers[-1].se)


def _against(name: str, ours: Answer, theirs: Answer, limit: float) -> Iterator[Figure]:
    times = theirs.seconds / ours.seconds
    yield Figure(f"fit_times_faster_than_{name}", times, "times", f">= {limit:g}", times >= limit)


def agreement(name: str, difference: float, limit: float) -> Figure:
    return Figure(f"fit_difference_from_{name}", difference, "-", f"<= {limit:g}", difference <= limit)


def relative(ours: Answer, theirs: Answer) -> float:
    beta = np.abs(ours.beta / theirs.beta - 1).max()
    return float(max(beta, np.abs(ours.se / theirs.se - 1).max()))


def in_errors(ours: Answer, theirs: Answer) -> float:
    beta = np.abs((ours.beta - theirs.beta) / theirs.se).max()
    return float(max(beta, np.abs(ours.se / theirs.se - 1).max()))
