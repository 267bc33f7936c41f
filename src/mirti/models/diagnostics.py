"""What a fit says of itself: term tests, how well it tells children apart, how much the sample holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as fisher

from mirti.models.logistic import LogisticFit
from mirti.models.roc import area
from mirti.tables import Floats, SurveyCells


@dataclass(frozen=True)
class TermTest:
    """Wald F test that all columns of a factor are 0; p_value nan where the denominator has no degrees of freedom."""

    factor: str
    statistic: float
    df: int
    residual_df: int
    p_value: float


def term_tests(fit: LogisticFit, factors: Sequence[str | None]) -> tuple[TermTest, ...]:
    """A test for each factor group; factors: (p,) as ModelMatrix gives them. As R's regTermTest(method = "Wald")."""
    names = tuple(dict.fromkeys(factor for factor in factors if factor is not None))
    return tuple(_term_test(fit, name, [j for j, f in enumerate(factors) if f == name]) for name in names)


def _term_test(fit: LogisticFit, factor: str, columns: list[int]) -> TermTest:
    beta, cov = fit.beta[columns], fit.cov[np.ix_(columns, columns)]
    if np.linalg.matrix_rank(cov, hermitian=True) < len(columns):  # fewer PSUs than columns
        return TermTest(factor, float("nan"), len(columns), fit.df, float("nan"))
    statistic = float(beta @ np.linalg.solve(cov, beta)) / len(columns)
    p_value = float(fisher.sf(statistic, len(columns), fit.df)) if fit.df > 0 else float("nan")
    return TermTest(factor, statistic, len(columns), fit.df, p_value)


def measures(fit: LogisticFit, x: Floats, cells: SurveyCells) -> dict[str, float]:
    """Figures by name, of the fit on the cells whose model matrix is x (m, p).

    direct_rate and mean_prediction are equal for a fit with an intercept; auc: weighted probability that a child with
    the outcome is given a higher risk than one without, ties half; effective_children: (Σw)² / Σw² (Kish);
    condition_number: of the information, its diagonal scaled to 1.
    """
    risk = fit.predict(x)
    total = cells.sw.sum()
    return {
        "direct_rate": float(cells.swy.sum() / total),
        "mean_prediction": float(cells.sw @ risk / total),
        "auc": area(risk, cells.sw, cells.swy),
        "effective_children": float(total**2 / cells.sw2.sum()),
        "effective_events": float(cells.swy.sum() ** 2 / cells.sw2y.sum()),
        "events_per_column": float(cells.ny.sum() / max(len(fit.beta) - 1, 1)),
        "condition_number": _condition_number(fit.naive_cov),
    }


def dispersion(fit: LogisticFit, x: Floats, cells: SurveyCells) -> float:
    """Weighted variance of the Pearson residuals, near 1: what R prints for a fit whose weights are all the same."""
    p = fit.predict(x)
    odds = np.exp(x @ fit.beta)
    squares = (cells.swy / odds + (cells.sw - cells.swy) * odds).sum() / cells.sw.sum()
    root = np.sqrt(p * (1 - p))
    mean = ((cells.swy - cells.sw * p) / root).sum() / cells.sw.sum()
    return float((squares - mean**2) * fit.children / (fit.children - 1))


def few_degrees(fit: LogisticFit) -> list[str]:
    """A sentence if the sample has too few PSUs for the model's coefficients."""
    if fit.df >= 1:
        return []
    return [
        f"The model has {len(fit.beta)} coefficients, but its children lie in {fit.psus} PSUs of {fit.strata} strata: "
        "no degrees of freedom are left. Coefficients have neither tests nor intervals, and the intervals of the "
        "territories, made by the normal distribution, are too narrow. Leave terms out, or use a larger sample."
    ]


def _condition_number(covariance: Floats) -> float:
    scale = np.sqrt(np.diag(covariance))
    return float(np.linalg.cond(covariance / np.outer(scale, scale)))
