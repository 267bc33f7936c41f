"""What the keys of a spec must be to each other: names that exist, cuts that increase, levels that match.

Each check works on the pieces that are well formed by themselves: these faults are told together with the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from mirti.declarations import (
    AcceptDeclaration,
    AreasDeclaration,
    BenchmarkDeclaration,
    CensusDeclaration,
    ClassesDeclaration,
    CovariateDeclaration,
    ModelDeclaration,
    OutcomeDeclaration,
    ScenarioDeclaration,
    SurveyDeclaration,
)
from mirti.spec.coding_checks import covariate_faults, household_faults
from mirti.spec.lines import Loc
from mirti.spec.messages import Fault, nearest
from mirti.spec.model_checks import benchmark_faults, model_faults
from mirti.spec.outcome_checks import outcome_faults
from mirti.spec.scenario_checks import scenario_faults

Piece = TypeVar("Piece", bound=BaseModel)
_OUTCOME: TypeAdapter[Any] = TypeAdapter(OutcomeDeclaration)


def cross_faults(data: dict[str, Any]) -> list[Fault]:
    """Every fault between keys, of the parts that can be read."""
    covariates = dict(pieces(data, "covariates", CovariateDeclaration))
    return [
        *_covariates(covariates, data),
        *_accepted(data, _names(data)),
        *_model(data, covariates),
        *_outcome(data),
        *_survey(data),
        *_census(data),
        *class_faults(data),
        *_scenarios(data, covariates),
        *area_faults(data),
    ]


def _covariates(covariates: dict[Loc, CovariateDeclaration], data: dict[str, Any]) -> Iterator[Fault]:
    names = Counter(covariate.name for covariate in covariates.values())
    seen: set[str] = set()
    for loc, covariate in covariates.items():
        yield from covariate_faults(covariate, loc)
        yield from household_faults(covariate, loc, data)
        if names[covariate.name] > 1 and covariate.name in seen:
            what = f'covariate "{covariate.name}" is declared {names[covariate.name]} times'
            yield Fault((*loc, "name"), what, "Give each covariate its own name.")
        seen.add(covariate.name)


def _names(data: dict[str, Any]) -> list[str]:
    """The names of the covariates as they are written, well formed or not."""
    written = data.get("covariates")
    tables = written if isinstance(written, list) else []
    return [str(table["name"]) for table in tables if isinstance(table, dict) and "name" in table]


def _accepted(data: dict[str, Any], names: list[str]) -> Iterator[Fault]:
    for loc, accepted in pieces(data, "accept", AcceptDeclaration):
        if accepted.covariate not in names:
            what = f'accept names "{accepted.covariate}", which is no covariate'
            yield Fault((*loc, "covariate"), what, _covariate_names(accepted.covariate, names))


def _covariate_names(word: str, names: list[str]) -> str:
    return f"{nearest(word, names)}The covariates are {', '.join(names) or 'none'}."


def _outcome(data: dict[str, Any]) -> Iterator[Fault]:
    try:
        outcome = _OUTCOME.validate_python(data.get("outcome"))
    except ValidationError:
        return
    yield from outcome_faults(outcome)


def _survey(data: dict[str, Any]) -> Iterator[Fault]:
    survey = piece(data, "survey", SurveyDeclaration)
    if survey is None:
        return
    needs = (
        ("ssu", survey.ssu, "psu_population", survey.psu_population),
        ("psu_population", survey.psu_population, "ssu", survey.ssu),
        ("psu_population", survey.psu_population, "stratum_population", survey.stratum_population),
        ("stratum_population", survey.stratum_population, "psu", survey.psu),
        ("psu_population", survey.psu_population, "psu", survey.psu),
        ("merge_strata", survey.merge_strata or None, "strata", survey.strata),
        ("psu_weight", survey.psu_weight, "psu", survey.psu),
        ("stages", survey.stages or None, "psu_population", survey.psu_population),
    )
    for key, value, needed, other in needs:
        if value is not None and other is None:
            yield Fault(
                ("survey", key), f"survey.{key} needs survey.{needed}", f"Add {needed}, or remove {key}."
            )
    yield from _merges(survey)
    yield from _replicates(survey)


def _replicates(survey: SurveyDeclaration) -> Iterator[Fault]:
    declared = survey.replicates
    if declared is None:
        return
    loc: Loc = ("survey", "replicates")
    if declared.kind == "Fay" and declared.rho is None:
        remedy = "Add rho as the survey's maker states it (often 0.3 or 0.5)."
        yield Fault(loc, "replicate weights of kind Fay need their rho", remedy)
    if declared.kind != "Fay" and declared.rho is not None:
        remedy = 'Remove it, or set kind = "Fay".'
        yield Fault((*loc, "rho"), f"rho belongs to kind Fay, and the kind is {declared.kind}", remedy)
    if declared.kind == "JKn" and not declared.rscales and survey.psu is None:
        remedy = "Add rscales from the survey's codebook, (n - 1) / n of each replicate's stratum, or declare the psu."
        yield Fault(loc, "replicate weights of kind JKn need rscales where no PSU is declared", remedy)


def _merges(survey: SurveyDeclaration) -> Iterator[Fault]:
    for stratum, into in survey.merge_strata.items():
        loc: Loc = ("survey", "merge_strata", stratum)
        if stratum == into:
            yield Fault(loc, f'stratum "{stratum}" is merged into itself', "Name another stratum.")
        elif into in survey.merge_strata:
            what = f'stratum "{stratum}" is merged into "{into}", which is itself merged into another'
            yield Fault(loc, what, f'Name "{survey.merge_strata[into]}" for both.')


def _census(data: dict[str, Any]) -> Iterator[Fault]:
    census = piece(data, "census", CensusDeclaration)
    if census is None:
        return
    if census.kind == "counts" and census.count is None:
        what = "a census of counts needs the column with the number of persons"
        yield Fault(("census", "kind"), what, 'Add count = "…" to [census].')
    if census.kind == "persons" and census.count is not None:
        what = "census.count is declared, but the census is one of persons"
        yield Fault(
            ("census", "count"), what, 'Write kind = "counts" if each row is a group, else remove count.'
        )


def _model(data: dict[str, Any], covariates: dict[Loc, CovariateDeclaration]) -> Iterator[Fault]:
    by_name = {covariate.name: covariate for covariate in covariates.values()}
    yield from model_faults(piece(data, "model", ModelDeclaration), by_name, _names(data))
    areas = piece(data, "areas", AreasDeclaration) if "areas" in data else AreasDeclaration()
    yield from benchmark_faults(piece(data, "benchmark", BenchmarkDeclaration), areas)


def _scenarios(data: dict[str, Any], covariates: dict[Loc, CovariateDeclaration]) -> Iterator[Fault]:
    scenarios = dict(pieces(data, "scenarios", ScenarioDeclaration))
    by_name = {covariate.name: covariate for covariate in covariates.values()}
    yield from scenario_faults(scenarios, by_name, _names(data), piece(data, "model", ModelDeclaration))


def class_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Cuts that go with the method and increase."""
    classes = piece(data, "classes", ClassesDeclaration)
    if classes is None:
        return
    loc: Loc = ("classes", "breaks")
    if classes.method != "fixed":
        if classes.breaks:
            yield Fault(
                loc,
                f'breaks do not go with method "{classes.method}"',
                'Write method = "fixed", or drop them.',
            )
        return
    if any(low >= high for low, high in zip(classes.breaks, classes.breaks[1:], strict=False)):
        yield Fault(
            loc, f"the breaks do not increase: {list(classes.breaks)}", "Put them in increasing order."
        )
    if len(classes.breaks) != classes.number - 1:
        what = f"{classes.number} classes need {classes.number - 1} breaks, there are {len(classes.breaks)}"
        yield Fault(loc if classes.breaks else ("classes",), what, "Change number or breaks.")


def area_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Keys of [areas] that need each other, or exclude each other."""
    areas = piece(data, "areas", AreasDeclaration)
    if areas is None:
        return
    if areas.source is not None and areas.code is None:
        yield Fault(
            ("areas", "source"), "the table of areas has no code", 'Add code = { column = "…" } to [areas].'
        )
    if areas.parent is not None and areas.parent_from_code is not None:
        what = "areas.parent and areas.parent_from_code are both declared"
        yield Fault(("areas", "parent_from_code"), what, "Keep one of them.")
    for key in ("code", "name", "parent", "parent_name"):
        if areas.source is None and getattr(areas, key) is not None:
            yield Fault(
                ("areas", key), f"areas.{key} needs areas.source, the table it is a column of", "Add source."
            )


def piece(data: dict[str, Any], key: str, model: type[Piece]) -> Piece | None:
    """A table of the spec, None where it is not there or not well formed."""
    try:
        return model.model_validate(data[key]) if key in data else None
    except ValidationError:
        return None


def pieces(data: dict[str, Any], key: str, model: type[Piece]) -> Iterator[tuple[Loc, Piece]]:
    """The well-formed ones of a list of tables, with their places."""
    written = data.get(key)
    for position, table in enumerate(written if isinstance(written, list) else []):
        try:
            yield (key, position), model.model_validate(table)
        except ValidationError:
            continue
