"""From an outcome of the survey to the rates of territories: fit, effects, predictor, benchmark.

One path for the survey's own outcome and for that of every simulated world, so that a replicate repeats all of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from mirti.errors import InputError, Problem
from mirti.models.coding import ModelMatrix
from mirti.models.mixed.data import MixedData
from mirti.models.mixed.effects import area_effects
from mirti.models.mixed.fit import MixedFit, fit_mixed
from mirti.smallarea.benchmark import Shifts, Targets, benchmark, domain_rates, no_shifts
from mirti.smallarea.patterns import count_patterns
from mirti.smallarea.population import Population, population
from mirti.smallarea.predictor import Effects, PredictiveState, Spread, predict
from mirti.tables import CensusCells, Floats, Index, SurveyCells

BenchmarkTo: TypeAlias = Literal["none", "country", "departments"]


@dataclass(frozen=True)
class Fitted:
    """What the predictor and the worlds need of a fitted model. beta: (p + q,); effects: of all A areas.

    log_sigma_se: standard errors of log σ_u and log σ_v; sigma_v_spread: of σ_v where it is 0, as MixedFit has it.
    """

    beta: Floats
    sigma_u: float
    sigma_v: float
    effects: Effects
    log_sigma_se: tuple[float, float]
    sigma_v_spread: float = math.nan


Refit: TypeAlias = Callable[[MixedData], Fitted]


@dataclass(frozen=True)
class Setting:
    """What estimate, worlds and replicates share: the two populations, the design and the domains.

    people: the census, A areas; cells: the survey, m cells, their areas numbered as the census's; data: the same cells
    arranged for the fit; sampled: the survey's children as a population, by weight. group: (A,) the domain of each area
    whose rate is reported, 0 … domains − 1, −1 for none; benchmark: which rates are brought to the direct ones.
    """

    people: Population
    cells: SurveyCells
    data: MixedData
    sampled: Population
    group: Index
    domains: int
    benchmark: BenchmarkTo

    @cached_property
    def targets_group(self) -> Index:
        """(A,) domain of the benchmark each area is in."""
        return self.group if self.benchmark == "departments" else np.zeros(self.areas, dtype=np.int32)

    @property
    def areas(self) -> int:
        return len(self.people.children)

    def targets(self, swy: Floats) -> Targets:
        """Direct rates by an outcome Σwy (m,) of the cells."""
        domains = self.domains if self.benchmark == "departments" else 1
        group = self.targets_group[self.cells.area]
        total = np.bincount(group[group >= 0], self.cells.sw[group >= 0], minlength=domains)
        positive = np.bincount(group[group >= 0], swy[group >= 0], minlength=domains)
        direct = np.divide(positive, total, out=np.full(domains, np.nan), where=total > 0)
        return Targets(self.targets_group, direct, float(swy.sum() / self.cells.sw.sum()))

    def targets_of(self, rate: Floats) -> Targets:
        """The rates of areas (A,) as the domains' targets."""
        group, children = self.targets_group, self.people.children
        domains = self.domains if self.benchmark == "departments" else 1
        nation = domain_rates(rate, children, np.zeros(self.areas, dtype=np.int32), 1)
        return Targets(group, domain_rates(rate, children, group, domains), float(nation[0]))

    def domain_rates(self, state: PredictiveState) -> Floats:
        """(G + 1,) rates of the domains, then of the nation."""
        rate, children = state.rates.rate, self.people.children
        nation = np.zeros(self.areas, dtype=np.int32)
        return np.append(
            domain_rates(rate, children, self.group, self.domains),
            domain_rates(rate, children, nation, 1),
        )


def align(cells: SurveyCells, area: Index, area_codes: tuple[str, ...]) -> SurveyCells:
    """The cells with their areas numbered as the census's; area: for each of cells.area_codes its census number.

    Raises InputError for an area of the cells that has none (−1): no census child of these ages lives there.
    """
    absent = np.unique(cells.area[area[cells.area] < 0])
    if len(absent):
        raise InputError(
            Problem(
                what="Areas where the survey found children of the outcome's ages and the census, or the projection, "
                f"counts none: {len(absent)}.",
                where="survey.area",
                remedy="Correct the codes in the survey, the census or the projection, or the ages of the outcome.",
                count=len(absent),
                items=tuple(cells.area_codes[d] for d in absent),
            )
        )
    return replace(cells, area=area[cells.area].astype(np.int32), area_codes=area_codes)


def sampled_population(cells: SurveyCells, matrix: ModelMatrix, area_x: Floats | None = None) -> Population:
    """The survey's children by weight, as a population of the census's areas; cells aligned to them."""
    weighted = CensusCells(cells.covariates, cells.area_codes, cells.area, cells.codes, cells.sw)
    return population(count_patterns(weighted), matrix, area_x=area_x)


def mixed_refit(areas: int, start: MixedFit | None = None) -> Refit:
    """Fit of the mixed model, from the estimate on the survey's own outcome where there is one."""

    def refit(data: MixedData) -> Fitted:
        return fitted(fit_mixed(data, start=start), data, areas)

    return refit


def fitted(fit: MixedFit, data: MixedData, areas: int) -> Fitted:
    """The fit and what it says of the effects of all areas of the census."""
    effects = area_effects(data, fit, areas)
    return Fitted(fit.beta, fit.sigma_u, fit.sigma_v, effects, fit.log_sigma_se, fit.sigma_v_spread)


def benchmarked(
    setting: Setting, gathered: Spread, children: Floats, model: Fitted, swy: Floats
) -> tuple[PredictiveState, Shifts]:
    """The model's rates of a gathered population brought to the direct ones by the outcome Σwy (m,) of the cells.

    children: (A,) what the population's areas are weighted by.
    """
    if setting.benchmark == "none":
        shifts = no_shifts(setting.areas, 1)
        return predict(gathered, model.sigma_v, model.effects, shifts.areas, model.sigma_u), shifts
    targets = setting.targets(swy)
    return benchmark(gathered, model.sigma_v, model.effects, children, targets, model.sigma_u)
