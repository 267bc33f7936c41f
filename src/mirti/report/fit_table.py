"""A fitted regression as statisticians are used to see it: R's summary, Stata's svy: logit, and files for both.

The figures are the fit's own; each text follows its program's conventions, which differ in the degrees of freedom. R
tests coefficients with those of the design less the covariates', Stata with those of the design; each text says so.
The words are English in every language, as the programs print them.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import t as student

from mirti.models.coding import INTERCEPT
from mirti.models.logistic import LogisticFit
from mirti.report.significant import p_values_text, same_decimals
from mirti.tables import Floats

STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"), (0.1, "."))
LEGEND = "Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1"
DIGITS = 4
TOO_SMALL, TOO_LARGE = 1e-5, 1e7
STATA_ERRORS = {
    "linearised": "Linearized",
    "JK1": "Jackknife",
    "JKn": "Jackknife",
    "BRR": "BRR",
    "Fay": "BRR (Fay)",
    "bootstrap": "Bootstrap",
    "SDR": "SDR",
}
TIDY = (
    "term",
    "estimate",
    "std.error",
    "statistic",
    "df",
    "p.value",
    "conf.low",
    "conf.high",
    "odds.ratio",
    "odds.ratio.conf.low",
    "odds.ratio.conf.high",
)


def r_summary(fit: LogisticFit, *, formula: str, design: str, dispersion: float | None = None) -> str:
    """The text of R's summary of a svyglm. formula, design: how the model and the design are written in its head.

    dispersion: as `dispersion` gives it; its line is left out where it is None.
    """
    head = ["", "Call:", f"svyglm(formula = {formula}, design = design, family = quasibinomial())"]
    lines = [*head, "", "Survey design:", design, "", "Coefficients:", *_r_coefficients(fit)]
    if fit.df < 1:
        lines += ["", "Zero or negative residual df; p-values not defined"]
    if dispersion is not None:
        lines += ["", f"(Dispersion parameter for quasibinomial family taken to be {dispersion:.7g})"]
    lines += ["", f"Residual design degrees of freedom: {fit.df} ({_origin(fit)} + 1 - {len(fit.beta)})"]
    return "\n".join([*lines, f"Number of Newton steps: {fit.iterations}", ""])


def stata_table(fit: LogisticFit, *, outcome: str, odds_ratios: bool = False, level: float = 0.95) -> str:
    """The text of Stata's svy: logit, or, with odds_ratios, of svy: logistic.

    Its t and F are those of the design's degrees of freedom d, F = (d - k + 1) / (k d) b' V⁻¹ b over the k coefficients
    but the intercept. outcome: the name at the head of the column.
    """
    rows = _stata_rows(fit, odds_ratios, level)
    width = max(12, len(outcome), *(len(row[0]) for row in rows))
    kind = STATA_ERRORS[fit.variance]
    word = "Odds ratio" if odds_ratios else "Coefficient"
    rule = "-" * (width + 1) + "-" * 66
    between = "-" * (width + 1) + "+" + "-" * 65
    interval = f"[{level:.0%} conf. interval]"
    titles = f"{outcome:>{width}} | {word:>11}  {'std. err.':>10}  {'t':>6}  {'P>|t|':>6}  {interval:>22}"
    body = [f"{name:>{width}} | {figures}" for name, figures in rows]
    over = f"{'':{width}} | {'':11}  {kind:>10}"
    return "\n".join([*_stata_head(fit), "", rule, over, titles, between, *body, rule, _STATA_NOTE, ""])


def tidy_csv(fit: LogisticFit, level: float = 0.95) -> str:
    """The columns of R's broom::tidy(conf.int = TRUE), with odds ratios; a missing number is an empty field."""
    bounds, p_values = fit.intervals(level), fit.p_values
    ratios = np.column_stack([fit.odds_ratios, np.exp(bounds)])
    columns = np.column_stack(
        [fit.beta, fit.se, fit.t, np.full(len(fit.beta), fit.df), p_values, bounds, ratios]
    )
    return _csv(TIDY, ([name, *_numbers(row)] for name, row in zip(fit.names, columns, strict=True)))


def covariance_csv(fit: LogisticFit) -> str:
    """The design-based covariance matrix of the coefficients, a row and a column a term."""
    rows = zip(fit.names, fit.cov, strict=True)
    return _csv(("term", *fit.names), ([name, *_numbers(row)] for name, row in rows))


# --- R --------------------------------------------------------------------------------------------------------------


def _r_coefficients(fit: LogisticFit) -> list[str]:
    sizes = np.abs(np.concatenate([fit.beta, fit.se]))
    smallest = float(sizes[sizes > 0].min())
    decimals = max(1, DIGITS - 1 - math.floor(math.log10(smallest)))
    pairs = np.column_stack([fit.beta, fit.se]).round(decimals).astype(np.float64)
    shown = same_decimals(pairs.ravel(), DIGITS)
    columns = [
        ["", *fit.names],
        ["Estimate", *shown[::2]],
        ["Std. Error", *shown[1::2]],
        ["t value", *same_decimals(np.round(fit.t, 3), DIGITS)],
        ["Pr(>|t|)", *p_values_text(fit.p_values, DIGITS - 1)],
        ["", *(_stars(p) for p in fit.p_values)],
    ]
    widths = [max(len(cell) for cell in column) for column in columns]
    lines = []
    for row in zip(*columns, strict=True):
        name, *figures, stars = row
        cells = [f"{cell:>{width}}" for cell, width in zip(figures, widths[1:-1], strict=True)]
        lines.append(" ".join([f"{name:<{widths[0]}}", *cells, f"{stars:<{widths[-1]}}"]))
    return [*lines, "---", LEGEND] if fit.df >= 1 else lines


def _stars(p: float) -> str:
    return next((mark for limit, mark in STARS if p < limit), "")


def _origin(fit: LogisticFit) -> str:
    if fit.replicates:
        return f"rank of {fit.replicates} {fit.variance} replicates - 1 = {fit.design_df}"
    return f"{fit.psus} PSUs - {fit.strata} strata"


# --- Stata ----------------------------------------------------------------------------------------------------------

_STATA_NOTE = (
    "Note: t and F use the design's degrees of freedom, as Stata does; the release's own tests and\n"
    "intervals use those less the covariates' number, as R does. PSUs and strata are those that hold\n"
    "children of the outcome's domain."
)


def _stata_head(fit: LogisticFit) -> list[str]:
    tested = [j for j, name in enumerate(fit.names) if name != INTERCEPT]
    k, d = len(tested), fit.design_df
    statistic, p_value = _adjusted_wald(fit, tested)
    pairs = [
        (f"Number of strata = {fit.strata:>7,}", f"Number of obs   = {fit.children:>12,}"),
        (f"Number of PSUs   = {fit.psus:>7,}", f"Population size = {fit.weight:>12,.0f}"),
        (_replications(fit), f"Design df       = {d:>12,}"),
        ("", f"{f'F({k}, {d - k + 1})':<15} = {statistic:>12}"),
        ("", f"Prob > F        = {p_value:>12}"),
    ]
    return ["Survey: Logistic regression", "", *(f"{left:<49}{right}".rstrip() for left, right in pairs)]


def _replications(fit: LogisticFit) -> str:
    return f"Replications     = {fit.replicates:>7,}" if fit.replicates else ""


def _adjusted_wald(fit: LogisticFit, tested: Sequence[int]) -> tuple[str, str]:
    k, d = len(tested), fit.design_df
    cov = fit.cov[np.ix_(tested, tested)]
    if not k or d - k + 1 < 1 or np.linalg.matrix_rank(cov, hermitian=True) < k:
        return ".", "."
    wald = float(fit.beta[tested] @ np.linalg.solve(cov, fit.beta[tested]))
    statistic = (d - k + 1) / (k * d) * wald
    return f"{statistic:.2f}", f"{fisher.sf(statistic, k, d - k + 1):.4f}"


def _stata_rows(fit: LogisticFit, odds_ratios: bool, level: float) -> list[tuple[str, str]]:
    d = fit.design_df
    quantile = float(student.ppf(0.5 + level / 2, d)) if d >= 1 else float("nan")
    low, high = fit.beta - quantile * fit.se, fit.beta + quantile * fit.se
    shown = (fit.beta, fit.se, low, high)
    if odds_ratios:
        shown = (np.exp(fit.beta), np.exp(fit.beta) * fit.se, np.exp(low), np.exp(high))
    rows = []
    order = sorted(range(len(fit.names)), key=lambda j: fit.names[j] == INTERCEPT)  # _cons comes last
    for j in order:
        estimate, se, lower, upper = (float(values[j]) for values in shown)
        t = float(fit.t[j])
        p = f"{2 * student.sf(abs(t), d):.3f}" if d >= 1 else "."
        bounds = f"{_stata_number(lower):>11}{_stata_number(upper):>11}"
        figures = f"{_stata_number(estimate):>11}  {_stata_number(se):>10}  {t:>6.2f}  {p:>6}  {bounds:>22}"
        rows.append(("_cons" if fit.names[j] == INTERCEPT else fit.names[j], figures))
    return rows


def _stata_number(value: float) -> str:
    """In nine characters and without the 0 before the point, as Stata's %9.0g; "." where there is no number."""
    if not math.isfinite(value):
        return "."
    if 0 < abs(value) < TOO_SMALL or abs(value) >= TOO_LARGE:
        return f"{value:.2e}"
    text = f"{value:.7g}" if abs(value) >= 1 else f"{value:.7f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


# --- files ----------------------------------------------------------------------------------------------------------


def _numbers(values: Floats) -> list[str]:
    return ["" if math.isnan(value) else repr(float(value)) for value in values]


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
