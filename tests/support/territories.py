"""A small country with known effects: a census of patterns, a survey of some areas, all that the worlds need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mirti.models.coding import ModelMatrix
from mirti.models.mixed.data import Scaling, mixed_data
from mirti.smallarea.estimator import BenchmarkTo, Setting, sampled_population
from mirti.smallarea.patterns import count_patterns
from mirti.smallarea.population import population
from mirti.smallarea.predictor import KnownEffects, expected, spread
from mirti.tables import CensusCells, Covariate, Floats, Index, Sample, SurveyCells

COVARIATES = (Covariate("sex", ("girl", "boy")), Covariate("schooling", ("on time", "behind", "out")))
MATRIX = ModelMatrix(COVARIATES)
BETA = np.array([-2.0, 0.5, 0.6, 1.2])
PATTERNS = np.array([[s, k] for s in range(2) for k in range(3)], dtype=np.int16)


@dataclass(frozen=True)
class Country:
    """setting: what the bootstrap takes; truth: (A,) expected rates given the areas' effects; sampled: (A,)."""

    setting: Setting
    truth: Floats
    sampled: Index


def country(
    seed: int = 1,
    *,
    areas: int = 36,
    domains: int = 4,
    unsampled: int = 6,
    psus: int = 4,
    children: int = 15,
    sigma: tuple[float, float] = (0.5, 0.4),
    intercept: float = -2.0,
    benchmark: BenchmarkTo = "country",
    scaling: Scaling = "size",
    unequal: bool = True,
) -> Country:
    """unequal: weights differ between areas, PSUs and children, at random."""
    rng = np.random.default_rng(seed)
    beta = np.concatenate([[intercept], BETA[1:]])
    shares = rng.dirichlet(np.full(len(PATTERNS), 6.0), areas)
    effect = rng.normal(0, sigma[0], areas)
    codes = tuple(f"{d:03d}" for d in range(areas))
    census = CensusCells(
        COVARIATES,
        codes,
        np.repeat(np.arange(areas, dtype=np.int32), len(PATTERNS)),
        np.tile(PATTERNS, (areas, 1)),
        np.rint(shares * rng.uniform(500, 5000, (areas, 1))).ravel() + 1.0,
    )
    people = population(count_patterns(census), MATRIX)
    sampled = np.sort(rng.permutation(areas)[: areas - unsampled]).astype(np.int32)
    size, each = (psus, children), people.children / (psus * children)
    cells = _survey(rng, codes, shares, effect, sampled, size, sigma[1], beta, each if unequal else None)
    data = mixed_data(
        MATRIX.build(cells.codes), cells, names=MATRIX.names, scaling=scaling, nested=sigma[1] > 0
    )
    setting = Setting(
        people=people,
        cells=cells,
        data=data,
        sampled=sampled_population(cells, MATRIX),
        group=(np.arange(areas) % domains).astype(np.int32),
        domains=domains,
        benchmark=benchmark,
    )
    truth = expected(spread(people, beta), sigma[1], KnownEffects(effect), np.zeros(areas)).rate
    return Country(setting, truth, sampled)


def _survey(
    rng: np.random.Generator,
    codes: tuple[str, ...],
    shares: Floats,
    effect: Floats,
    sampled: Index,
    size: tuple[int, int],
    sigma_v: float,
    beta: Floats,
    each: Floats | None,
) -> SurveyCells:
    """So many PSUs an area, so many children each, collapsed to a cell a PSU and pattern. each: (A,) mean weights."""
    psus, children = size
    area = np.repeat(sampled, psus)
    pattern = np.stack([rng.choice(len(PATTERNS), children, p=shares[d]) for d in area])
    v = rng.normal(0, sigma_v, len(area))
    eta = (MATRIX.build(PATTERNS) @ beta)[pattern] + (effect[area] + v)[:, None]
    y = (rng.random(eta.shape) < expit(eta)).astype(np.float64)
    w = np.full(eta.shape, 7.0) if each is None else each[area, None] * rng.gamma(20, 0.05, eta.shape)
    cell = (np.arange(len(area))[:, None] * len(PATTERNS) + pattern).ravel()
    held, at = np.unique(cell, return_inverse=True)
    y, w = y.ravel(), w.ravel()
    psu = held // len(PATTERNS)
    labels = tuple(str(c) for c in range(len(area)))
    return SurveyCells(
        covariates=COVARIATES,
        sample=Sample(("all",), labels, np.zeros(len(labels), np.int32)),
        area_codes=codes,
        psu=psu.astype(np.int32),
        ssu=None,
        area=area[psu].astype(np.int32),
        codes=PATTERNS[held % len(PATTERNS)],
        n=np.bincount(at),
        ny=np.bincount(at, y).astype(np.int64),
        sw=np.bincount(at, w),
        swy=np.bincount(at, w * y),
        sw2=np.bincount(at, w**2),
        sw2y=np.bincount(at, w**2 * y),
    )
