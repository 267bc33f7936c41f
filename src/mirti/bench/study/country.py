"""A country of 100 areas whose truth is known, and the samples a survey draws from it.

The census is drawn once; effects of areas and PSUs, outcomes and samples are drawn anew for every sample. Sixty areas
have a sample of six PSUs (three urban, three rural) of sixteen children each; forty have none.

Designs: "ignorable": urban and rural PSUs are drawn at different rates, and zone is in the model. "informative": PSUs
are drawn in proportion to a size that grows with their effect, and within them children with the outcome are drawn at
twice the rate of the others; the weights say so. "missed": as ignorable, but schooling matters more in the countryside,
and the fitted model has no such interaction. "sparse": as ignorable, with four PSUs of twelve children, half of the
sample, from which the variance between areas is hardly known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from mirti.models.coding import ModelMatrix
from mirti.smallarea.patterns import PatternCounts, count_patterns
from mirti.tables import CensusCells, Codes, Covariate, Floats, Index, Ints, Sample, SurveyCells

Design = Literal["ignorable", "informative", "missed", "sparse"]
DESIGNS: tuple[Design, ...] = ("ignorable", "informative", "missed", "sparse")

SEED = 8700
AREAS, DOMAINS = 100, 10
SAMPLED_IN_DOMAIN = 6
PSUS, CHILDREN = 6, 16  # PSUs an area, half of them in each zone; children a PSU
SPARSE_PSUS, SPARSE_CHILDREN = 4, 12
FRAME_PSUS, FRAME_CHILDREN = 20, 60  # of a zone, of a PSU, where the design chooses among them
SIGMA_U, SIGMA_V = 0.4, 0.4
SIZE_SLOPE = 0.6  # log of a PSU's size a standard deviation of its effect
COVARIATES = (
    Covariate("sex", ("female", "male")),
    Covariate("age", ("5-9", "10-13", "14-15", "16-17")),
    Covariate("schooling", ("high", "middle", "low")),
    Covariate("zone", ("urban", "rural")),
)
ZONE = 3
# Of the columns of ModelMatrix(COVARIATES), then of schooling=middle and =low in the countryside.
BETA = np.array([-4.1, 0.6, 0.7, 1.3, 1.7, 0.3, 0.7, 0.5])
MISSED = np.array([0.5, 0.9])


@dataclass(frozen=True)
class Country:
    """patterns: the 48 combinations; shares: (A, P) of each area's children; children: (A,); domain: (A,) position;
    sampled: (A,) whether the survey goes there."""

    matrix: ModelMatrix
    codes: Codes
    shares: Floats
    children: Floats
    domain: Index
    sampled: np.ndarray

    @property
    def area_codes(self) -> tuple[str, ...]:
        return tuple(f"{d:02d}{i:03d}" for i, d in enumerate(self.domain))

    def census(self) -> CensusCells:
        area, pattern = np.indices(self.shares.shape)
        return CensusCells(
            COVARIATES,
            self.area_codes,
            area.ravel().astype(np.int32),
            np.tile(self.codes, (AREAS, 1)),
            (self.shares * self.children[:, None]).ravel(),
            pattern.ravel().astype(np.int32),
        )

    def patterns(self) -> PatternCounts:
        return count_patterns(self.census())


@dataclass(frozen=True)
class Effort:
    """PSUs an area, half of them in each zone; children a PSU."""

    psus: int
    children: int


def effort_of(design: Design) -> Effort:
    return Effort(SPARSE_PSUS, SPARSE_CHILDREN) if design == "sparse" else Effort(PSUS, CHILDREN)


@dataclass(frozen=True)
class Drawn:
    """A sample of the country and the truth it came from. truth: (A,) expected rates given the areas' effects."""

    cells: SurveyCells
    truth: Floats


def make_country() -> Country:
    """The census: composition by area around the nation's, 300 to 8,000 children an area."""
    rng = np.random.default_rng(SEED)
    codes = np.array(np.meshgrid(*(range(len(c.levels)) for c in COVARIATES), indexing="ij"))
    codes = codes.reshape(len(COVARIATES), -1).T.astype(np.int16)
    poverty = rng.normal(0, 1, AREAS)
    shares = np.ones((AREAS, len(codes)))
    for i, covariate in enumerate(COVARIATES):
        shares *= _level_shares(covariate, poverty, rng)[:, codes[:, i]]
    children = np.clip(np.exp(rng.normal(7.3, 0.8, AREAS)), 300, 8000).round()
    domain = np.repeat(np.arange(DOMAINS, dtype=np.int32), AREAS // DOMAINS)
    sampled = np.tile(np.arange(AREAS // DOMAINS) < SAMPLED_IN_DOMAIN, DOMAINS)
    return Country(ModelMatrix(COVARIATES), codes, shares, children, domain, sampled)


def draw(country: Country, design: Design, rng: np.random.Generator) -> Drawn:
    """Effects, then outcomes of sampled children, then the sample's cells; and the areas' expected rates."""
    effect = rng.normal(0, SIGMA_U, AREAS)
    eta = linear_predictor(country, design)
    informative, effort = design == "informative", effort_of(design)
    rows = [
        _area(country, int(d), eta, effect[d], effort, informative, rng)
        for d in np.flatnonzero(country.sampled)
    ]
    area, psu, pattern, y, w = (np.concatenate(column) for column in zip(*rows, strict=True))
    return Drawn(_cells(country, effort, area, psu, pattern, y, w), true_rates(country, eta, effect))


def linear_predictor(country: Country, design: Design) -> Floats:
    """True x'β (P,) of the patterns."""
    eta = country.matrix.build(country.codes) @ BETA
    if design == "missed":
        schooling, rural = country.codes[:, 2], country.codes[:, ZONE] == 1
        eta = eta + rural * np.append(0.0, MISSED)[schooling]
    return np.asarray(eta)


def true_rates(country: Country, eta: Floats, effect: Floats) -> Floats:
    """Σ N E_v[expit(η + u + v)] / Σ N by Gauss–Hermite quadrature, (A,)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    weights = weights / weights.sum()
    logits = eta[None, :, None] + effect[:, None, None] + SIGMA_V * nodes
    return np.asarray(np.einsum("ap,apq,q->a", country.shares, expit(logits), weights))


def _level_shares(covariate: Covariate, poverty: Floats, rng: np.random.Generator) -> Floats:
    """(A, levels): later levels of schooling and zone are commoner where poverty is."""
    levels = np.arange(len(covariate.levels))
    tilt = {"schooling": 0.7, "zone": 0.8}.get(covariate.name, 0.0)
    logits = tilt * poverty[:, None] * levels + 0.15 * rng.normal(size=(AREAS, len(levels)))
    share = np.exp(logits)
    share /= share.sum(axis=1, keepdims=True)
    return np.asarray(0.05 + (1 - 0.05 * len(levels)) * share)


def _area(
    country: Country,
    d: int,
    eta: Floats,
    effect: float,
    effort: Effort,
    informative: bool,
    rng: np.random.Generator,
) -> tuple[np.ndarray, ...]:
    """Sampled children of area d: area, PSU (numbered from psus × d), pattern, outcome, weight; (n,) each."""
    parts, half = [], effort.psus // 2
    for zone in (0, 1):
        inside = np.flatnonzero(country.codes[:, ZONE] == zone)
        share = country.shares[d, inside]
        people = country.children[d] * share.sum()
        for k in range(half):
            v, of_psu = _psu(informative, rng)
            size = FRAME_CHILDREN if informative else effort.children
            pattern = rng.choice(inside, size=size, p=share / share.sum())
            y = rng.random(size) < expit(eta[pattern] + effect + v)
            kept, of_child = _children(y, effort.children, informative, rng)
            weight = people / (half * effort.children) * of_psu * of_child
            number = np.full(len(kept), effort.psus * d + zone * half + k)
            parts.append((np.full(len(kept), d), number, pattern[kept], y[kept], weight))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _psu(informative: bool, rng: np.random.Generator) -> tuple[float, float]:
    """A PSU's effect, and its weight relative to a draw at equal rates."""
    if not informative:
        return rng.normal(0, SIGMA_V), 1.0
    effects = rng.normal(0, SIGMA_V, FRAME_PSUS)
    size = np.exp(SIZE_SLOPE * effects / SIGMA_V + 0.5 * rng.normal(size=FRAME_PSUS))
    chance = size / size.sum()
    at = rng.choice(FRAME_PSUS, p=chance)
    return float(effects[at]), float(1 / (FRAME_PSUS * chance[at]))


def _children(y: np.ndarray, wanted: int, informative: bool, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Positions of the children drawn, and their weights relative to a draw at equal rates."""
    if not informative:
        return np.arange(len(y)), np.ones(len(y))
    odds = 1.0 + y
    chance = np.minimum(wanted * odds / odds.sum(), 1.0)
    kept = np.flatnonzero(rng.random(len(y)) < chance)
    kept = kept if len(kept) else np.array([int(rng.integers(len(y)))])
    return kept, wanted / (len(y) * chance[kept])


def _cells(
    country: Country, effort: Effort, area: Ints, psu: Ints, pattern: Ints, y: Ints, w: Floats
) -> SurveyCells:
    key = psu.astype(np.int64) * len(country.codes) + pattern
    _, first, cell = np.unique(key, return_index=True, return_inverse=True)

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(cell, values), dtype=np.float64)

    numbers, at = np.unique(psu[first], return_inverse=True)
    domain, zone = country.domain[numbers // effort.psus], numbers % effort.psus // (effort.psus // 2)
    stratum = (domain * 2 + zone).astype(np.int32)
    labels = tuple(str(number) for number in numbers)
    strata = tuple(str(h) for h in range(2 * DOMAINS))
    return SurveyCells(
        covariates=COVARIATES,
        sample=Sample(strata, labels, stratum),
        area_codes=country.area_codes,
        psu=at.astype(np.int32),
        ssu=None,
        area=area[first].astype(np.int32),
        codes=country.codes[pattern[first]],
        n=summed(np.ones(len(y))).astype(np.int64),
        ny=summed(y.astype(np.float64)).astype(np.int64),
        sw=summed(w),
        swy=summed(w * y),
        sw2=summed(w * w),
        sw2y=summed(w * w * y),
    )
