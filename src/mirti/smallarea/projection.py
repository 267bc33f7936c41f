"""From a fitted model to the rates of territories: census projection with delta-method intervals.

The estimand of area d is R_d = Σ N p / Σ N over its census patterns, p = expit(x'β). Its gradient is
Σ N p(1 − p) x / Σ N, its variance gradient' V gradient with V the design-based covariance of β̂, and its interval is
made on the logit scale, so it stays within 0 and 1. The interval holds the sampling error of the coefficients and
nothing else (`interval_kind` "coefficients").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import stats
from scipy.special import expit, logit

from mirti.models.coding import ModelMatrix
from mirti.smallarea.patterns import PatternCounts, count_patterns, sum_by
from mirti.tables import CensusCells, Codes, Floats, Index

LEVEL = 0.95


class Fit(Protocol):
    """What a projection needs of a fitted model: coefficients (p,), their covariance (p, p), degrees of freedom."""

    @property
    def beta(self) -> Floats: ...
    @property
    def cov(self) -> Floats: ...
    @property
    def df(self) -> float: ...


@dataclass(frozen=True)
class Estimates:
    """Rates of G territories, (G,) each.

    risk, se, ci_low, ci_high: proportions; children, expected: children; slope: children's mean of p(1 − p).
    """

    children: Floats
    risk: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    slope: Floats

    @property
    def expected(self) -> Floats:
        return self.risk * self.children


@dataclass(frozen=True)
class Projection:
    """areas: one a census area; domains: one a group of areas (none without groups); nation: one."""

    areas: Estimates
    domains: Estimates
    nation: Estimates
    patterns: PatternCounts


def project(
    fit: Fit, matrix: ModelMatrix, census: CensusCells, groups: Index | None = None, *, domains: int = 0
) -> Projection:
    """Rates of every area, of its domains and of the nation, all weighted by children.

    groups: (A,) the domain of each area, 0 … domains − 1; −1 for an area of no domain. Every area must hold children.
    """
    patterns = count_patterns(census)
    totals = np.column_stack([patterns.children, patterns.totals(lambda codes: _moments(fit, matrix, codes))])
    inside = np.zeros(0, dtype=bool) if groups is None else groups >= 0
    by_domain = (
        np.zeros((0, totals.shape[1])) if groups is None else sum_by(totals[inside], groups[inside], domains)
    )
    return Projection(
        areas=_estimates(fit, totals),
        domains=_estimates(fit, by_domain),
        nation=_estimates(fit, totals.sum(axis=0, keepdims=True)),
        patterns=patterns,
    )


def _moments(fit: Fit, matrix: ModelMatrix, codes: Codes) -> Floats:
    """p, p(1 − p) and p(1 − p) x of each pattern, side by side: (m, 2 + p)."""
    x = matrix.build(codes)
    p = expit(x @ fit.beta)
    slope = p * (1 - p)
    return np.column_stack([p, slope, slope[:, None] * x])


def _estimates(fit: Fit, totals: Floats) -> Estimates:
    children = totals[:, 0]
    risk, slope = totals[:, 1] / children, totals[:, 2] / children
    gradient = totals[:, 3:] / children[:, None]
    se = np.sqrt(np.einsum("gi,ij,gj->g", gradient, fit.cov, gradient))
    low, high = logit_interval(risk, se, fit.df)
    return Estimates(children, risk, se, low, high, slope)


def logit_interval(risk: Floats, se: Floats, df: float) -> tuple[Floats, Floats]:
    """95 % interval of proportions by the delta method on the logit scale; t with df, normal where df < 1."""
    quantile = stats.t.ppf((1 + LEVEL) / 2, df) if df >= 1 else stats.norm.ppf((1 + LEVEL) / 2)
    centre, half = logit(risk), quantile * se / (risk * (1 - risk))
    return expit(centre - half), expit(centre + half)
