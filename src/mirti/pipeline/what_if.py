"""The scenarios of a run: the census under each, the rates that the model implies, and scenarios.parquet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mirti.characterise.grouping import Grouping
from mirti.characterise.scenarios import Moved, StateScenarios, change_of, move
from mirti.declarations import ModelDeclaration, ScenarioDeclaration, Spec
from mirti.io.collapse import Support, support
from mirti.io.release_tables import arrow_table
from mirti.io.territories import Territories
from mirti.models.coding import ModelMatrix
from mirti.pipeline.inputs import Inputs
from mirti.pipeline.reasons import interval_columns
from mirti.smallarea.area_covariates import census_share
from mirti.smallarea.patterns import PatternCounts
from mirti.smallarea.population import Population, population
from mirti.smallarea.predictor import KnownEffects, PredictiveState, Projector, predict
from mirti.tables import CensusCells, Covariate, Floats, SurveyCells

SCENARIOS = "scenarios"  # name of the functional in the bootstrap
UNSEEN_WARNS = 0.01  # share of the children


@dataclass(frozen=True)
class WhatIf:
    """S scenarios of a run. T territories: areas, domains, nation. names: (S,); moved: (S, T) share of the children
    whose covariate changed; differences: (S, T) of the rates, in a state.
    """

    names: tuple[str, ...]
    moved: Floats
    differences: StateScenarios
    grouping: Grouping
    warnings: tuple[str, ...]


def what_if(
    inputs: Inputs, matrix: ModelMatrix, patterns: PatternCounts, people: Population, beta: Floats, spec: Spec
) -> WhatIf | None:
    """The scenarios that the spec declares, None if it declares none.

    people: the census of `patterns` as it is; beta: (p + q,) of the estimate, where half of a replicate's work is kept.
    Raises InputError for a covariate or a level that the model does not have.
    """
    declared, covariates = spec.declaration, inputs.cells.covariates
    if not declared.scenarios:
        return None
    changes = [change_of(scenario, covariates) for scenario in declared.scenarios]
    grouping = Grouping(inputs.territories.parent, len(inputs.territories.domain_codes), people.children)
    results = [move(patterns, covariates, change) for change in changes]
    projectors = [
        Projector(_people(result.patterns, patterns, matrix, people, declared.model), beta)
        for result in results
    ]
    told = zip(declared.scenarios, results, strict=True)
    return WhatIf(
        names=tuple(scenario.name for scenario in declared.scenarios),
        moved=np.stack([grouping.with_nation(result.share) for result in results]),
        differences=StateScenarios(projectors, grouping),
        grouping=grouping,
        warnings=tuple(
            warning
            for each in told
            for warning in _warnings(*each, inputs.survey.cells, patterns, covariates)
        ),
    )


def plain_state(people: Population, beta: Floats) -> PredictiveState:
    """The state of a model without effects and benchmark."""
    none = np.zeros(len(people.children))
    return predict(Projector(people, beta).gathered(beta), 0.0, KnownEffects(none), none, 0.0)


def scenarios_table(
    found: WhatIf | None,
    state: PredictiveState,
    territories: Territories,
    country: str,
    errors: Floats | None = None,
) -> dict[str, pa.Table]:
    """scenarios.parquet by its name, if there are scenarios: every area, department and the country under each.

    errors: (B, S, T) of the differences in the bootstrap's worlds, from which the intervals come.
    """
    if found is None:
        return {}
    codes = (*territories.codes, *territories.domain_codes, country)
    difference = found.differences(state)
    present = found.grouping.with_nation(state.rates.rate)
    columns: dict[str, Any] = {
        "scenario": np.repeat(np.array(found.names, dtype=object), len(codes)),
        "code": list(codes) * len(found.names),
        "risk": np.clip(present + difference, 0.0, 1.0).ravel(),
        "difference": difference.ravel(),
        "expected_difference": (difference * found.grouping.totals(found.grouping.children)).ravel(),
        "moved": found.moved.ravel(),
    }
    columns |= interval_columns(difference, errors, lowest=-present, highest=1 - present)
    return {"scenarios.parquet": arrow_table("scenarios.parquet", columns)}


def _people(
    after: PatternCounts,
    before: PatternCounts,
    matrix: ModelMatrix,
    people: Population,
    declared: ModelDeclaration,
) -> Population:
    """The census under a scenario, with the covariates of areas that are shares of the children at a level."""
    area_x = people.area_x.copy()
    for j, covariate in enumerate(declared.area_covariates if area_x.shape[1] else ()):
        if covariate.census is not None:
            was, is_now = (
                census_share(each, matrix.covariates, covariate.census) for each in (before, after)
            )
            centred = was - np.average(was, weights=before.children)
            deviation = np.sqrt(np.average(centred**2, weights=before.children))
            area_x[:, j] += (is_now - was) / deviation
    return population(after, matrix, children=people.children, area_x=area_x)


def _warnings(
    scenario: ScenarioDeclaration,
    result: Moved,
    survey: SurveyCells,
    before: PatternCounts,
    covariates: tuple[Covariate, ...],
) -> list[str]:
    named = f'Scenario "{scenario.name}"'
    if result.still:
        return [f"{named} moves nobody: every area is at its target or beyond it, so nothing changes."]
    known, after = (_support(survey, patterns, covariates) for patterns in (before, result.patterns))
    total = float(before.children.sum())
    rise = (after.children - known.children) / total
    if rise < UNSEEN_WARNS:
        return []
    return [
        f"{named} gives {rise:.1%} of the children a combination of covariates that no surveyed child has "
        f"({result.new_patterns} combinations are not in the census either): the model answers for them by its terms "
        "alone."
    ]


def _support(survey: SurveyCells, patterns: PatternCounts, covariates: tuple[Covariate, ...]) -> Support:
    total = patterns.pattern_totals()
    nowhere = np.zeros(len(total), dtype=np.int32)
    return support(survey, CensusCells(covariates, ("",), nowhere, patterns.codes, total))
