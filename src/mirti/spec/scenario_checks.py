"""What a scenario names against the covariates, their levels and the terms of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mirti.declarations import CovariateDeclaration, ModelDeclaration, ScenarioDeclaration
from mirti.spec.coding_checks import known_levels
from mirti.spec.lines import Loc
from mirti.spec.messages import Fault, nearest


def scenario_faults(
    scenarios: Mapping[Loc, ScenarioDeclaration],
    covariates: Mapping[str, CovariateDeclaration],
    names: Sequence[str],
    model: ModelDeclaration | None,
) -> Iterator[Fault]:
    """Faults of the well-formed scenarios. covariates: the well-formed ones by name; names: all that are written."""
    seen: set[str] = set()
    for loc, scenario in scenarios.items():
        if scenario.name in seen:
            yield Fault(
                (*loc, "name"), f'scenario "{scenario.name}" is declared twice', "Give it another name."
            )
        seen.add(scenario.name)
        if scenario.covariate not in names:
            what = f'scenario "{scenario.name}" changes "{scenario.covariate}", which is no covariate'
            remedy = f"{nearest(scenario.covariate, names)}The covariates are {', '.join(names) or 'none'}."
            yield Fault((*loc, "covariate"), what, remedy)
            continue
        yield from _unused(scenario, loc, model)
        yield from _destination(scenario, loc)
        if scenario.covariate in covariates:
            yield from _levels(scenario, covariates[scenario.covariate], loc)


def _unused(scenario: ScenarioDeclaration, loc: Loc, model: ModelDeclaration | None) -> Iterator[Fault]:
    terms = model.terms if model is not None else ()
    of_areas = (
        [(a.census or "").partition("=")[0] for a in model.area_covariates] if model is not None else []
    )
    used = {part for term in terms for part in term.split(":")} | set(of_areas)
    if terms and scenario.covariate not in used:
        what = f'scenario "{scenario.name}" changes {scenario.covariate}, which no term of the model holds'
        remedy = "No rate can change: add it to model.terms, or drop the scenario."
        yield Fault((*loc, "covariate"), what, remedy)


def _destination(scenario: ScenarioDeclaration, loc: Loc) -> Iterator[Fault]:
    if not scenario.to:
        return
    if _rises(scenario):
        what = f'scenario "{scenario.name}" names where children go (to), but the share of its levels rises'
        yield Fault((*loc, "to"), what, "Remove to: it says where children go when the share falls.")
    both = sorted(set(scenario.to) & set(scenario.levels))
    if both:
        what = f'scenario "{scenario.name}" has {", ".join(both)} both in levels and in to'
        yield Fault((*loc, "to"), what, "Name each level in one of them.")


def _rises(scenario: ScenarioDeclaration) -> bool:
    return (
        scenario.direction == "up"
        or (scenario.multiply is not None and scenario.multiply > 1)
        or (scenario.difference is not None and scenario.difference > 0)
    )


def _levels(scenario: ScenarioDeclaration, covariate: CovariateDeclaration, loc: Loc) -> Iterator[Fault]:
    """Levels that the spec alone tells; those that are the survey's own values are held against them in the run."""
    levels = known_levels(covariate) if covariate.kind == "categorical" else ()
    for key, named in (("levels", scenario.levels), ("to", scenario.to)):
        unknown = [level for level in named if levels and level not in levels]
        for level in unknown:
            what = f'scenario "{scenario.name}" names "{level}", which is no level of {covariate.name}'
            yield Fault((*loc, key), what, f"{nearest(level, levels)}The levels are {', '.join(levels)}.")
    if levels and set(levels) <= set(scenario.levels):
        what = f'scenario "{scenario.name}" names every level of {covariate.name}: their share is always 1'
        yield Fault((*loc, "levels"), what, "Leave out the levels that children come from or go to.")
