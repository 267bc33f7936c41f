"""Random survey samples and slow, obvious versions of what the engine computes on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from mirti.models.coding import ModelMatrix
from mirti.models.logistic import LogisticFit, fit_logistic
from mirti.survey.design import Design, build_design
from mirti.survey.replicate_making import MadeReplicates
from mirti.tables import Covariate, Floats, SurveyCells

COVARIATES = (
    Covariate("sex", ("girl", "boy")),
    Covariate("schooling", ("on time", "behind", "out")),
    Covariate("age", ("5", "6", "7", "8"), "numeric", (-1.5, -0.5, 0.5, 1.5)),
)


@dataclass(frozen=True)
class Persons:
    """A sample of persons in two stages; inside: in the outcome's domain. Populations are inf without an fpc."""

    stratum: Any
    psu: Any
    ssu: Any
    weight: Floats
    y: Floats
    codes: Any
    inside: Any
    stratum_population: Floats
    psu_population: Floats

    @property
    def design(self) -> Design:
        return build_design(
            self.stratum,
            self.psu,
            ssu=self.ssu,
            stratum_population=self.stratum_population,
            psu_population=self.psu_population,
        )


def sample(seed: int, *, strata: int = 4, psus: int = 5, ssus: int = 3, size: int = 6) -> Persons:
    """A balanced two-stage sample, with fpc at both stages; about two thirds of the persons are in the domain."""
    rng = np.random.default_rng(seed)
    m = strata * psus * ssus * size
    stratum, psu, ssu, _ = (a.ravel() for a in np.indices((strata, psus, ssus, size)))
    codes = np.column_stack([rng.integers(0, len(c.levels), m) for c in COVARIATES]).astype(np.int16)
    x = ModelMatrix(COVARIATES).build(codes)
    effect = rng.normal(0, 0.5, strata * psus)[stratum * psus + psu]
    y = (rng.random(m) < expit(x @ np.array([-1.0, 0.7, 0.4, 1.0, 0.3]) + effect)).astype(float)
    return Persons(
        stratum=stratum,
        psu=psu,
        ssu=ssu,
        weight=rng.gamma(3, 10, m) + 1,
        y=y,
        codes=codes,
        inside=rng.random(m) < 0.66,
        stratum_population=rng.integers(psus, 4 * psus, strata)[stratum].astype(float),
        psu_population=rng.integers(ssus, 5 * ssus, strata * psus)[stratum * psus + psu].astype(float),
    )


def fit(persons: Persons, design: Design | None = None, **options: Any) -> LogisticFit:
    design, inside = design or persons.design, persons.inside
    matrix = ModelMatrix(COVARIATES)
    return fit_logistic(
        matrix.build(persons.codes[inside]),
        persons.weight[inside],
        (persons.weight * persons.y)[inside],
        design.psu[inside],
        design.sample,
        ssu=None if design.ssu is None else design.ssu[inside],
        names=matrix.names,
        **options,
    )


def cells_of(persons: Persons, design: Design, made: MadeReplicates | None = None) -> SurveyCells:
    """Each person of the domain as a cell, with the replicate weights that were made for the PSUs, if any."""
    inside, w, y = persons.inside, persons.weight[persons.inside], persons.y[persons.inside]
    sample = design.sample if made is None else replace(design.sample, replicates=made.replicates)
    rw = None if made is None else made.factors[design.psu[inside]] * w[:, None]
    return SurveyCells(
        covariates=COVARIATES,
        sample=sample,
        area_codes=("01",),
        psu=design.psu[inside],
        ssu=None if design.ssu is None else design.ssu[inside],
        area=np.zeros(len(w), np.int32),
        codes=persons.codes[inside],
        n=np.ones(len(w), np.int64),
        ny=y.astype(np.int64),
        sw=w,
        swy=w * y,
        sw2=w**2,
        sw2y=w**2 * y,
        rw=rw,
        rwy=None if rw is None else rw * y[:, None],
    )


def covariance_by_loops(persons: Persons, influence: Floats, *, second_stage: bool = True) -> Floats:
    """Variance of the total of influence (persons, q; 0 outside the domain), stratum by stratum and PSU by PSU."""
    variance = np.zeros((influence.shape[1], influence.shape[1]))
    for h in np.unique(persons.stratum):
        in_stratum = persons.stratum == h
        codes = np.unique(persons.psu[in_stratum])
        population = persons.stratum_population[in_stratum][0]
        variance += _between(influence, [in_stratum & (persons.psu == c) for c in codes], population)
        for c in codes if second_stage and np.isfinite(population) else ():
            in_psu = in_stratum & (persons.psu == c)
            parts = [in_psu & (persons.ssu == s) for s in np.unique(persons.ssu[in_psu])]
            within = _between(influence, parts, persons.psu_population[in_psu][0])
            variance += len(codes) / population * within
    return variance


def _between(influence: Floats, parts: list[Any], population: float) -> Floats:
    totals = np.array([influence[part].sum(axis=0) for part in parts])
    n = len(totals)
    spread = sum(np.outer(t - totals.mean(axis=0), t - totals.mean(axis=0)) for t in totals)
    return np.asarray((1 - n / population) * n / (n - 1) * spread)


def fit_by_optimiser(x: Floats, w: Floats, y: Floats) -> Floats:
    """Maximum of the weighted log-likelihood, by a general optimiser on persons."""

    def negative(beta: Floats) -> float:
        eta = x @ beta
        return -float(w @ (y * eta - np.logaddexp(0, eta))) / w.sum()

    def slope(beta: Floats) -> Floats:
        return -(x.T @ (w * (y - expit(x @ beta)))) / w.sum()

    found = minimize(negative, np.zeros(x.shape[1]), jac=slope, method="BFGS", options={"gtol": 1e-12})
    return np.asarray(found.x)


def collapse(x_codes: Any, *keys: Any, values: dict[str, Floats]) -> tuple[dict[str, Floats], Any, list[Any]]:
    """Cells of equal codes and keys: sums of the values, the codes, the keys."""
    sums: dict[tuple[Any, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for i in range(len(x_codes)):
        cell = (*x_codes[i].tolist(), *(int(key[i]) for key in keys))
        for name, value in values.items():
            sums[cell][name] += float(value[i])
    cells = list(sums)
    k = x_codes.shape[1]
    totals = {name: np.array([sums[cell][name] for cell in cells]) for name in values}
    codes = np.array([cell[:k] for cell in cells], dtype=np.int16)
    return (
        totals,
        codes,
        [np.array([cell[k + i] for cell in cells], dtype=np.int32) for i in range(len(keys))],
    )
