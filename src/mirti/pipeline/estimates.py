"""What a run computes: the model, the territories' rates, their classes, drivers and profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.characterise.drivers import Drivers, contributions
from mirti.characterise.profile import Variable, census_variables, register_variables
from mirti.declarations import Spec
from mirti.maps.breaks import Classes, classify
from mirti.models.coding import ModelMatrix
from mirti.models.diagnostics import measures
from mirti.models.logistic import LogisticFit, fit_logistic
from mirti.pipeline.inputs import Inputs
from mirti.smallarea.direct import Direct, direct_rates, match
from mirti.smallarea.projection import Projection, project
from mirti.tables import Index, SurveyCells


@dataclass(frozen=True)
class Model:
    """measures: figures of the fit by name, for diagnostics.json."""

    matrix: ModelMatrix
    fit: LogisticFit
    measures: dict[str, float]


@dataclass(frozen=True)
class Estimated:
    projection: Projection
    areas: Direct
    domains: Direct
    nation: Direct
    classes: Classes
    drivers: Drivers
    profile: list[Variable]


def fit_model(survey: SurveyCells, spec: Spec) -> Model:
    """The design-based logistic regression of the declared terms."""
    matrix = ModelMatrix(survey.covariates, spec.declaration.model.terms)
    x = matrix.build(survey.codes)
    fit = fit_logistic(
        x,
        survey.sw,
        survey.swy,
        survey.psu,
        survey.sample,
        names=matrix.names,
        ssu=survey.ssu,
        n=survey.n,
        single_psu=spec.declaration.survey.single_psu,
    )
    return Model(matrix, fit, measures(fit, x, survey))


def estimate(inputs: Inputs, model: Model, spec: Spec) -> Estimated:
    """Every territory's rate, and what is said of it."""
    territories = inputs.territories
    parent, domains = territories.parent, len(territories.domain_codes)
    projection = project(model.fit, model.matrix, inputs.cells, parent, domains=domains)
    areas, of_domains, nation = _direct(inputs, spec)
    return Estimated(
        projection=projection,
        areas=areas,
        domains=of_domains,
        nation=nation,
        classes=classify(projection.areas.risk, projection.areas.children, spec.declaration.classes),
        drivers=contributions(model.fit.beta, model.matrix, projection, parent),
        profile=_profile(inputs, projection, spec),
    )


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
