"""Every department predicted by the run's own model fitted without it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np

from mirti.declarations import Spec
from mirti.errors import InputError
from mirti.models.mixed.data import mixed_data
from mirti.models.mixed.effects import area_effects
from mirti.models.mixed.fit import fit_mixed
from mirti.pipeline.estimates import Model, fit_survey
from mirti.pipeline.inputs import Inputs
from mirti.pipeline.mixed import Mixed
from mirti.pipeline.stages import Counted, uncounted
from mirti.smallarea.benchmark import no_shifts
from mirti.smallarea.gradient import rate_gradient
from mirti.smallarea.leave_out import LeftOut, Predicted, leave_one_domain_out
from mirti.smallarea.predictor import predict, spread
from mirti.smallarea.projection import Fit, project
from mirti.tables import CensusCells, SurveyCells


def leave_out(
    inputs: Inputs, model: Model, mixed: Mixed | None, spec: Spec, progress: Counted = uncounted
) -> LeftOut:
    """The comparison over the departments. One whose rest of the country cannot carry the model is not predicted.

    progress: called with how many of the departments that hold a sampled child are done, and how many they are.
    """
    territories, declared = inputs.territories, spec.declaration
    rule = declared.survey.single_psu

    def by_logistic(cells: SurveyCells, domain: int) -> Predicted:
        return _projected(_refit(cells, model, spec), inputs, model, domain)

    def by_mixed(cells: SurveyCells, domain: int) -> Predicted:
        return (
            _mixed_prediction(cells, domain, inputs, model, mixed, spec)
            if mixed
            else Predicted(np.nan, np.nan)
        )

    survey = inputs.survey.cells if mixed is None else mixed.setting.cells
    position = {code: i for i, code in enumerate(territories.codes)}
    group = np.array([territories.parent[position[c]] if c in position else -1 for c in survey.area_codes])
    predictor = by_logistic if mixed is None else by_mixed
    sampled = np.unique(group[survey.area])
    total, tried = int((sampled >= 0).sum()), count(1)

    def predict_it(cells: SurveyCells, domain: int) -> Predicted:
        try:
            return predictor(cells, domain)
        except InputError:  # a level, or one of the outcome's classes, that only this department has
            return Predicted(np.nan, np.nan)
        finally:
            progress(next(tried), total)

    return leave_one_domain_out(
        survey, group.astype(np.int32), len(territories.domain_codes), predict_it, rule
    )


def _refit(cells: SurveyCells, model: Model, spec: Spec) -> Fit:
    x = model.matrix.build(cells.codes)
    return fit_survey(x, cells, model.matrix.names, spec)


def _projected(fit: Fit, inputs: Inputs, model: Model, domain: int) -> Predicted:
    found = project(fit, model.matrix, _census_of(inputs, domain)).nation
    return Predicted(float(found.risk[0]), float(found.se[0]))


def _census_of(inputs: Inputs, domain: int) -> CensusCells:
    """The census of one department, its areas numbered anew."""
    inside = inputs.territories.parent == domain
    cells, number = inputs.cells, np.cumsum(inside) - 1
    kept = inside[cells.area]
    codes = tuple(code for code, is_inside in zip(cells.area_codes, inside, strict=True) if is_inside)
    return replace(
        cells,
        area_codes=codes,
        area=number[cells.area[kept]].astype(np.int32),
        codes=cells.codes[kept],
        n=cells.n[kept],
        pattern=None,
    )


def _mixed_prediction(
    cells: SurveyCells, domain: int, inputs: Inputs, model: Model, mixed: Mixed, spec: Spec
) -> Predicted:
    """Its areas have no sample, so their effects are at the prior; no benchmark, which would have seen the department.

    Standard error: the coefficients', those of the areas' covariates too, by the delta method, and the areas' effects',
    each slope × σ_u, independent. It holds no doubt about σ_u.
    """
    declared, people = spec.declaration.model, mixed.setting.people
    x = np.hstack([model.matrix.build(cells.codes), people.area_x[cells.area]])
    data = mixed_data(
        x,
        cells,
        names=mixed.names,
        scaling=declared.scaling,
        nested=declared.psu_effect,
        stage_weights=cells.psu_weight,
    )
    fit = fit_mixed(data)
    areas = len(people.children)
    state = predict(
        spread(people, fit.beta), fit.sigma_v, area_effects(data, fit, areas), no_shifts(areas).areas
    )
    inside = mixed.setting.group == domain
    share = np.where(inside, people.children, 0.0) / people.children[inside].sum()
    of_effects = fit.sigma_u * np.sqrt(np.sum((share * state.rates.slope) ** 2))
    gradient = rate_gradient(state, people, model.matrix, share)
    of_coefficients = np.sqrt(gradient @ fit.cov @ gradient)
    return Predicted(float(share @ state.rates.rate), float(np.hypot(of_effects, of_coefficients)))
