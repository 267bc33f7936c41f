"""The mixed model of a run: fitted to the survey, predicted on the census, brought to the direct rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.declarations import ModelDeclaration, Spec
from mirti.errors import InputError, Problem
from mirti.io.area_covariates import values_of
from mirti.models.coding import ModelMatrix
from mirti.models.mixed.data import MixedData, mixed_data
from mirti.models.mixed.effects import AreaEffects, area_effects, sample_share
from mirti.models.mixed.fit import MixedFit, fit_mixed
from mirti.pipeline.inputs import Inputs
from mirti.smallarea.area_covariates import census_share, standardised
from mirti.smallarea.benchmark import Shifts
from mirti.smallarea.direct import match
from mirti.smallarea.estimator import Fitted, Setting, align, benchmarked, fitted, sampled_population
from mirti.smallarea.patterns import PatternCounts
from mirti.smallarea.population import population
from mirti.smallarea.predictor import PredictiveState, Projector
from mirti.tables import Floats, SurveyCells


@dataclass(frozen=True)
class Mixed:
    """The model and what it says of the territories. names: (p + q,) of its columns; sample_share: (A,).

    model, state: as the bootstrap takes them; shifts: of the benchmark.
    """

    names: tuple[str, ...]
    fit: MixedFit
    effects: AreaEffects
    setting: Setting
    projector: Projector
    model: Fitted
    state: PredictiveState
    shifts: Shifts
    sample_share: Floats


def fit_mixed_model(inputs: Inputs, matrix: ModelMatrix, patterns: PatternCounts, spec: Spec) -> Mixed:
    """Fit, predict and benchmark as the spec declares. Raises InputError as the parts do."""
    declared = spec.declaration.model
    areas = len(inputs.territories.codes)
    area_x = area_covariates(inputs, patterns, declared)
    cells = aligned_cells(inputs)
    check_spread(cells)
    names = (*matrix.names, *(covariate.name for covariate in declared.area_covariates))
    x = np.hstack([matrix.build(cells.codes), area_x[cells.area]])
    data = mixed_data(
        x,
        cells,
        names=names,
        scaling=declared.scaling,
        nested=declared.psu_effect,
        stage_weights=cells.psu_weight,
    )
    fit = fit_mixed(data)
    setting = _setting(inputs, matrix, patterns, area_x, cells, data, spec)
    model = fitted(fit, data, areas)
    projector = Projector(setting.people, model.beta)
    gathered = projector.gathered(model.beta)
    state, shifts = benchmarked(setting, gathered, setting.people.children, model, cells.swy)
    effects = area_effects(data, fit, areas)
    return Mixed(names, fit, effects, setting, projector, model, state, shifts, sample_share(effects, fit))


def aligned_cells(inputs: Inputs) -> SurveyCells:
    """The survey's cells with their areas numbered as the territories."""
    survey, codes = inputs.survey.cells, inputs.territories.codes
    return align(survey, match(survey.area_codes, codes), codes)


def check_spread(cells: SurveyCells) -> None:
    """Raises InputError where one area alone has children with the outcome, or one alone has children without it."""
    areas = len(cells.area_codes)
    for word, children in (("with", cells.ny), ("without", cells.n - cells.ny)):
        found = np.bincount(cells.area, children, minlength=areas)
        held = np.flatnonzero(found)
        if len(held) == 1:
            raise InputError(
                Problem(
                    what=f"All {int(found.sum())} children {word} the outcome live in one area: nothing tells how "
                    "the others differ.",
                    where='model.estimator = "mixed"',
                    remedy="Check the outcome's codes there and elsewhere. If they are right, set model.estimator = "
                    '"logistic".',
                    count=1,
                    items=(cells.area_codes[held[0]],),
                )
            )


def area_covariates(inputs: Inputs, patterns: PatternCounts, declared: ModelDeclaration) -> Floats:
    """Standardised covariates of areas (A, q), in the order in which the spec declares them."""
    columns = {column.name: column for column in inputs.area_columns}
    codes, children = inputs.territories.codes, patterns.children
    values = [
        np.array(values_of(columns[c.name], codes))
        if c.census is None
        else census_share(patterns, inputs.cells.covariates, c.census)
        for c in declared.area_covariates
    ]
    named = zip(values, declared.area_covariates, strict=True)
    scaled = [standardised(column, children, covariate.name) for column, covariate in named]
    return np.column_stack(scaled) if scaled else np.zeros((len(codes), 0))


def _setting(
    inputs: Inputs,
    matrix: ModelMatrix,
    patterns: PatternCounts,
    area_x: Floats,
    cells: SurveyCells,
    data: MixedData,
    spec: Spec,
) -> Setting:
    territories = inputs.territories
    return Setting(
        people=population(patterns, matrix, area_x=area_x),
        cells=cells,
        data=data,
        sampled=sampled_population(cells, matrix, area_x),
        group=territories.parent,
        domains=len(territories.domain_codes),
        benchmark=spec.declaration.benchmark.to,
    )
