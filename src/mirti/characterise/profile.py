"""Profile of a territory: who its children are by the census, and what the registers say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mirti.characterise.drivers import level_count
from mirti.declarations import LANGUAGES, CovariateDeclaration, Label
from mirti.disclosure import Withheld, withhold_small
from mirti.smallarea.patterns import PatternCounts, sum_by
from mirti.tables import Codes, Covariate, Floats, Index


@dataclass(frozen=True)
class RegisterColumn:
    """A variable of a register. values: by area code, only those known; people: it counts people."""

    name: str
    register: str
    label: Label
    unit: str
    year: int
    values: dict[str, float]
    people: bool = True


@dataclass(frozen=True)
class Variable:
    """A variable of the profile. areas: (A,), domains: (G,), nation: a number; nan where unknown or withheld."""

    name: str
    label: Label
    unit: str
    year: int
    source: str
    areas: Floats
    domains: Floats
    nation: float
    withheld: Withheld

    def __post_init__(self) -> None:
        self.areas[self.withheld.areas] = np.nan
        self.domains[self.withheld.domains] = np.nan
        if self.withheld.nation:
            object.__setattr__(self, "nation", float("nan"))


def census_variables(
    patterns: PatternCounts, declarations: Sequence[CovariateDeclaration], covariates: Sequence[Covariate],
    groups: Index, domains: int, year: int,
) -> list[Variable]:  # fmt: skip
    """Share of the territory's children at each level of each categorical covariate; small counts withheld."""
    declared = {declaration.name: declaration for declaration in declarations}
    variables: list[Variable] = []
    for i, covariate in enumerate(covariates):
        if covariate.kind == "categorical":
            counts = _counts(patterns, i, covariate)
            withheld = withhold_small(counts, groups, domains)
            shares = _shares(counts, groups, domains)
            for level, name in enumerate(covariate.levels):
                label = _level_label(declared[covariate.name], name)
                areas, by_domain, nation = (share[:, level] for share in shares)
                variable = f"children.{covariate.name}={name}"
                variables.append(
                    Variable(
                        variable,
                        label,
                        "proportion",
                        year,
                        "census",
                        areas,
                        by_domain,
                        float(nation[0]),
                        withheld,
                    )
                )
    return variables


def register_variables(
    columns: Sequence[RegisterColumn], codes: Sequence[str], groups: Index, domains: int
) -> list[Variable]:
    """Registers by area. A count adds up to a domain's only if every area of it is known; other units do not add up."""
    return [_register(column, codes, groups, domains) for column in columns]


def _register(column: RegisterColumn, codes: Sequence[str], groups: Index, domains: int) -> Variable:
    areas = np.array([column.values.get(code, np.nan) for code in codes])
    adds = column.unit == "count"
    inside = groups >= 0
    # A sum over an unknown area is nan, as it should be.
    by_domain = sum_by(areas[inside], groups[inside], domains) if adds else np.full(domains, np.nan)
    counted = areas if adds and column.people else np.zeros(len(areas))
    return Variable(
        name=column.name,
        label=column.label,
        unit=column.unit,
        year=column.year,
        source=column.register,
        areas=areas,
        domains=by_domain,
        nation=float(areas.sum()) if adds else float("nan"),
        withheld=withhold_small(counted[:, None], groups, domains),
    )


def _counts(patterns: PatternCounts, i: int, covariate: Covariate) -> Floats:
    """(A, L) children of each area at each level of covariate i."""
    levels = np.eye(level_count(covariate))

    def indicators(codes: Codes) -> Floats:
        return np.asarray(levels[codes[:, i]])

    return patterns.totals(indicators)


def _shares(counts: Floats, groups: Index, domains: int) -> tuple[Floats, Floats, Floats]:
    inside = groups >= 0
    totals = (counts, sum_by(counts[inside], groups[inside], domains), counts.sum(axis=0, keepdims=True))
    areas, by_domain, nation = (total / total.sum(axis=1, keepdims=True) for total in totals)
    return areas, by_domain, nation


def _level_label(declaration: CovariateDeclaration, level: str) -> Label:
    """The covariate's label and the level's, as a reader is shown them: "Zone: rural"."""
    name, value = declaration.label, declaration.level_labels.get(level)
    texts = {}
    for language in LANGUAGES:
        factor = getattr(name, language) if name else declaration.name
        texts[language] = f"{factor}: {getattr(value, language) if value else level}"
    return Label(**texts)
