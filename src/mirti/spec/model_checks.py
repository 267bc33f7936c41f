"""What terms, candidates, covariates of areas and the benchmark name against what the spec declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mirti.characterise.drivers import OWN_ROWS
from mirti.declarations import (
    AreaCovariateDeclaration,
    AreasDeclaration,
    BenchmarkDeclaration,
    CandidateDeclaration,
    CovariateDeclaration,
    ModelDeclaration,
)
from mirti.spec.coding_checks import known_levels
from mirti.spec.lines import Loc
from mirti.spec.messages import Fault, nearest


def model_faults(
    model: ModelDeclaration | None, covariates: Mapping[str, CovariateDeclaration], names: Sequence[str]
) -> Iterator[Fault]:
    """Faults of a well-formed model. covariates: the well-formed ones by name; names: all that are written."""
    yield from _reserved({("covariates", i, "name"): name for i, name in enumerate(names)})
    if model is None:
        return
    yield from _terms(model.terms, ("model", "terms"), names)
    yield from _candidates(model.candidates, names)
    yield from _area_covariates(model.area_covariates, covariates, names)


def benchmark_faults(
    benchmark: BenchmarkDeclaration | None, areas: AreasDeclaration | None
) -> Iterator[Fault]:
    """Departments that nothing in the spec forms."""
    if benchmark is None or benchmark.to != "departments" or areas is None:
        return
    if areas.parent is None and areas.parent_from_code is None:
        what = "benchmark.to is departments, and the spec names none: no area has one above it"
        remedy = 'Add parent_from_code or parent to [areas], or write to = "country".'
        yield Fault(("benchmark", "to"), what, remedy)


def _terms(terms: Sequence[str], loc: Loc, names: Sequence[str]) -> Iterator[Fault]:
    for term in terms:
        parts = term.split(":")
        for part in parts:
            if part not in names:
                what = f'term "{term}" names "{part}", which is no covariate'
                yield Fault(loc, what, _allowed(part, names))
        if len(set(parts)) < len(parts):
            yield Fault(loc, f'term "{term}" names a covariate twice', "Name each once.")
    if len({frozenset(term.split(":")) for term in terms}) < len(terms):
        yield Fault(loc, "a term stands there twice", "Keep one of them (a:b and b:a are the same).")


def _candidates(candidates: Sequence[CandidateDeclaration], names: Sequence[str]) -> Iterator[Fault]:
    loc: Loc = ("model", "candidates")
    yield from _twice("candidate", [candidate.name for candidate in candidates], loc)
    for i, candidate in enumerate(candidates):
        yield from _terms(candidate.terms, (*loc, i, "terms"), names)
        if not candidate.terms:
            what = f'candidate "{candidate.name}" has no terms'
            yield Fault((*loc, i, "terms"), what, "Name those that it is to be fitted with, or remove it.")


def _area_covariates(
    declared: Sequence[AreaCovariateDeclaration],
    covariates: Mapping[str, CovariateDeclaration],
    names: Sequence[str],
) -> Iterator[Fault]:
    loc: Loc = ("model", "area_covariates")
    yield from _twice("covariate of areas", [covariate.name for covariate in declared], loc)
    yield from _reserved({(*loc, i, "name"): covariate.name for i, covariate in enumerate(declared)})
    for i, covariate in enumerate(declared):
        if covariate.name in names:
            what = f'covariate of areas "{covariate.name}" has the name of a covariate'
            yield Fault((*loc, i, "name"), what, "Give it another name: both stand in the model.")
        if covariate.census is not None:
            yield from _census(covariate.census, (*loc, i, "census"), covariates, names)


def _census(
    text: str, loc: Loc, covariates: Mapping[str, CovariateDeclaration], names: Sequence[str]
) -> Iterator[Fault]:
    """Levels that are the survey's own values are held against them in the run."""
    name, sign, level = text.partition("=")
    if not sign:
        yield Fault(loc, f'"{text}" names no level', 'Write "covariate=level".')
    elif name not in names:
        yield Fault(loc, f'"{text}" names "{name}", which is no covariate', _allowed(name, names))
    elif name in covariates:
        levels = known_levels(covariates[name])
        if levels and level not in levels:
            what = f'"{text}" names "{level}", which is no level of {name}'
            yield Fault(loc, what, f"{nearest(level, levels)}The levels are {', '.join(levels)}.")


def _twice(kind: str, names: Sequence[str], loc: Loc) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            last = len(names) - 1 - names[::-1].index(name)
            what = f'{kind} "{name}" is declared {times} times'
            yield Fault((*loc, last, "name"), what, "Give each its own name.")


def _reserved(names: Mapping[Loc, str]) -> Iterator[Fault]:
    for loc, name in names.items():
        if name in OWN_ROWS:
            what = f'"{name}" is what a row of the drivers is called that belongs to no covariate'
            yield Fault(loc, what, f"Choose another name than {', '.join(OWN_ROWS)}.")


def _allowed(word: str, names: Sequence[str]) -> str:
    return f"{nearest(word, names)}The covariates are {', '.join(names) or 'none'}."
