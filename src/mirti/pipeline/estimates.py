"""What a run computes: the model, the territories' rates, their classes, drivers and profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mirti.characterise.drivers import Drivers, contributions
from mirti.characterise.profile import Variable, census_variables, register_variables
from mirti.declarations import Spec
from mirti.documents import IntervalKind, PrevalenceRecord
from mirti.maps.breaks import Classes, classify
from mirti.models.coding import ModelMatrix
from mirti.models.diagnostics import measures
from mirti.models.firth import fit_firth_cells
from mirti.models.logistic import LogisticFit, fit_cells
from mirti.models.prevalence import judge_prevalence
from mirti.pipeline.inputs import Inputs
from mirti.pipeline.mixed import Mixed
from mirti.pipeline.reasons import DRIVERS, drivers_of, reasons
from mirti.pipeline.uncertain import Drawn, draw_worlds, read_worlds
from mirti.pipeline.what_if import SCENARIOS, WhatIf, plain_state, what_if
from mirti.smallarea.bootstrap import Functional, ReplicateStore
from mirti.smallarea.direct import Direct, direct_rates, match
from mirti.smallarea.patterns import PatternCounts, sum_by
from mirti.smallarea.population import population
from mirti.smallarea.predictor import PredictiveState
from mirti.smallarea.projection import Estimates, Projection, project
from mirti.smallarea.uncertainty import Uncertainty
from mirti.tables import Floats, Index, SurveyCells


@dataclass(frozen=True)
class Model:
    """matrix: columns of the terms; fit: the design-based regression; measures: its figures, prevalence: whether
    the sample carries it, for diagnostics.json.
    """

    matrix: ModelMatrix
    fit: LogisticFit
    measures: dict[str, float]
    prevalence: PrevalenceRecord


@dataclass(frozen=True)
class Estimated:
    """state: of the model that the rates come from; driver_errors: (B, T, F) and scenario_errors: (B, S, T) in the
    worlds. mixed, drawn and they: of the mixed model alone.
    """

    projection: Projection
    areas: Direct
    domains: Direct
    nation: Direct
    classes: Classes
    drivers: Drivers
    state: PredictiveState
    scenarios: WhatIf | None
    profile: list[Variable]
    mixed: Mixed | None = None
    drawn: Drawn | None = None
    driver_errors: Floats | None = None
    scenario_errors: Floats | None = None

    @property
    def interval_kind(self) -> IntervalKind:
        return "coefficients" if self.drawn is None else "bootstrap"


def fit_model(survey: SurveyCells, spec: Spec) -> Model:
    """The design-based logistic regression of the declared terms."""
    matrix = ModelMatrix(survey.covariates, spec.declaration.model.terms)
    x = matrix.build(survey.codes)
    fit = fit_survey(x, survey, matrix.names, spec)
    return Model(matrix, fit, measures(fit, x, survey), judge_prevalence(survey, len(matrix.names) - 1))


def fit_survey(x: Floats, cells: SurveyCells, names: Sequence[str], spec: Spec) -> LogisticFit:
    """The regression on cells whose model matrix is x (m, p), with Firth's penalty if the spec's estimator is that."""
    rule = spec.declaration.survey.single_psu
    if spec.declaration.model.estimator == "firth":
        return fit_firth_cells(x, cells, names=names, single_psu=rule)
    return fit_cells(x, cells, names=names, single_psu=rule)


def estimate(inputs: Inputs, model: Model, patterns: PatternCounts, spec: Spec) -> Estimated:
    """Every territory's rate by the design-based regression, and what is said of it."""
    territories, matrix = inputs.territories, model.matrix
    domains = len(territories.domain_codes)
    projection = project(model.fit, matrix, inputs.cells, territories.parent, domains=domains)
    people = population(patterns, matrix)
    areas, of_domains, nation = _direct(inputs, spec)
    return Estimated(
        projection=projection,
        areas=areas,
        domains=of_domains,
        nation=nation,
        classes=classify(projection.areas.risk, projection.areas.children, spec.declaration.classes),
        drivers=contributions(model.fit.beta, matrix, projection, territories.parent),
        state=plain_state(people, model.fit.beta),
        scenarios=what_if(inputs, matrix, patterns, people, model.fit.beta, spec),
        profile=_profile(inputs, projection, spec),
    )


def estimate_mixed(
    inputs: Inputs,
    model: Model,
    mixed: Mixed,
    patterns: PatternCounts,
    spec: Spec,
    *,
    store: ReplicateStore,
    progress: Callable[[int, int], None],
) -> Estimated:
    """The same by the mixed model, with the uncertainty that its simulated worlds show."""
    people, state = mixed.setting.people, mixed.state
    why = reasons(mixed, model.matrix, patterns)
    scenarios = what_if(inputs, model.matrix, patterns, people, mixed.model.beta, spec)
    functionals: dict[str, Functional] = {DRIVERS: why.of_state}
    if scenarios is not None:
        functionals[SCENARIOS] = scenarios.differences
    classes = classify(state.rates.rate, people.children, spec.declaration.classes)
    worlds = draw_worlds(mixed, spec, functionals=functionals, store=store, progress=progress)
    drawn = read_worlds(mixed, worlds, classes, spec)
    projection = _predicted(mixed, drawn, patterns)
    areas, of_domains, nation = _direct(inputs, spec)
    return Estimated(
        projection=projection,
        areas=areas,
        domains=of_domains,
        nation=nation,
        classes=classes,
        drivers=drivers_of(why, mixed),
        state=state,
        scenarios=scenarios,
        profile=_profile(inputs, projection, spec),
        mixed=mixed,
        drawn=drawn,
        driver_errors=worlds.functionals[DRIVERS],
        scenario_errors=worlds.functionals.get(SCENARIOS),
    )


def _predicted(mixed: Mixed, drawn: Drawn, patterns: PatternCounts) -> Projection:
    """The benchmarked rates with the bootstrap's intervals, of areas, domains and the nation."""
    setting, rates = mixed.setting, mixed.state.rates
    children, group = setting.people.children, setting.group
    inside = group >= 0
    summed = np.column_stack([children, children * rates.rate, children * rates.slope])
    of_domains = sum_by(summed[inside], group[inside], setting.domains)
    nation = summed.sum(axis=0, keepdims=True)
    return Projection(
        areas=_with_interval(summed, drawn.areas),
        domains=_with_interval(of_domains, drawn.domains),
        nation=_with_interval(nation, drawn.nation),
        patterns=patterns,
    )


def _with_interval(summed: Floats, found: Uncertainty) -> Estimates:
    """summed: (G, 3) children, and their totals of rate and slope."""
    children = summed[:, 0]
    risk, slope = summed[:, 1] / children, summed[:, 2] / children
    return Estimates(children, risk, found.se, found.low, found.high, slope)


def _direct(inputs: Inputs, spec: Spec) -> tuple[Direct, Direct, Direct]:
    """Of areas, departments and the country."""
    territories, survey = inputs.territories, inputs.survey.cells
    area = match(survey.area_codes, territories.codes)
    department = np.where(area >= 0, territories.parent[area], -1).astype(np.int32)
    everywhere: Index = np.where(area >= 0, 0, -1).astype(np.int32)
    sizes = (len(territories.codes), len(territories.domain_codes), 1)
    rule = spec.declaration.survey.single_psu
    areas, domains, nation = (
        direct_rates(survey, group, size, rule)
        for group, size in zip((area, department, everywhere), sizes, strict=True)
    )
    return areas, domains, nation


def _profile(inputs: Inputs, projection: Projection, spec: Spec) -> list[Variable]:
    territories = inputs.territories
    parent, domains = territories.parent, len(territories.domain_codes)
    declared = spec.declaration
    census = census_variables(
        projection.patterns,
        declared.covariates,
        inputs.cells.covariates,
        parent,
        domains,
        declared.census.year,
    )
    return [*census, *register_variables(inputs.registers, territories.codes, parent, domains)]
