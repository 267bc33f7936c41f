"""Why territories stand where they stand, and what the scenarios imply, as the report's chapters show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow.compute as pc

from mirti.characterise.drivers import BENCHMARK, OWN_ROWS, REMAINDER
from mirti.io.release_tables import Release
from mirti.report.charts import Axis, axis_of
from mirti.report.facts import SHOWN, Facts, Row
from mirti.report.standing import Contribution, contributions

PAGE = "reasons"


@dataclass(frozen=True)
class Explained:
    """A territory and the parts of its distance from the country: factors by size, then rows of no factor.

    raising, lowering: the strongest each way of the factors and the territory's own effect.
    """

    row: Row
    distance: float
    parts: tuple[Contribution, ...]

    @property
    def raising(self) -> Contribution | None:
        return max(self._told(1), key=lambda part: part.value, default=None)

    @property
    def lowering(self) -> Contribution | None:
        return min(self._told(-1), key=lambda part: part.value, default=None)

    def _told(self, sign: int) -> list[Contribution]:
        told = (part for part in self.parts if part.factor not in (BENCHMARK, REMAINDER))
        return [part for part in told if sign * part.value > 0]


@dataclass(frozen=True)
class Scenario:
    """A scenario in the country, in departments and in the areas where it moves most children; rows of the scenario
    with the territory's (place). label: by language; None: only its name is known.
    """

    name: str
    label: Row | None
    country: Row
    departments: tuple[Row, ...]
    areas: tuple[Row, ...]

    def named(self, language: str) -> str:
        """What its reader is told."""
        return str(self.label[language]) if self.label else self.name


@dataclass(frozen=True)
class Reasons:
    """own: which rows of no factor there are; axes: of the parts; scenarios: in the spec's order."""

    departments: tuple[Explained, ...]
    areas: tuple[Explained, ...]
    own: tuple[str, ...]
    department_axis: Axis
    area_axis: Axis
    scenarios: tuple[Scenario, ...]

    @property
    def has_intervals(self) -> bool:
        return any(part.low is not None for each in (*self.departments, *self.areas) for part in each.parts)


def reasons_of(facts: Facts) -> Reasons:
    release = facts.release
    departments = _explained(facts, (row for row in facts.departments if not row["withheld"]))
    areas = _explained(facts, facts.highest)
    named = {part.factor for each in (*departments, *areas) for part in each.parts}
    return Reasons(
        departments=departments,
        areas=areas,
        own=tuple(name for name in OWN_ROWS if name in named),
        department_axis=_axis(departments),
        area_axis=_axis(areas),
        scenarios=tuple(_scenario(facts, name) for name in _scenario_names(release)),
    )


def _explained(facts: Facts, rows: Iterable[Row]) -> tuple[Explained, ...]:
    found = []
    for row in rows:
        parts = contributions(facts.release, row["code"])
        parts.sort(key=lambda part: (part.factor in OWN_ROWS, _own_place(part), -abs(part.value)))
        found.append(Explained(row, row["risk"] - facts.country["risk"], tuple(parts)))
    return tuple(found)


def _axis(explained: Iterable[Explained]) -> Axis:
    parts = (part for each in explained for part in each.parts)
    return axis_of([end for part in parts for end in (part.value, part.low, part.high)], through=0.0)


def _own_place(part: Contribution) -> int:
    return OWN_ROWS.index(part.factor) if part.factor in OWN_ROWS else -1


def _scenario_names(release: Release) -> list[str]:
    table = release.tables.get("scenarios.parquet")
    return [] if table is None else [str(name) for name in pc.unique(table["scenario"]).to_pylist()]


def _scenario(facts: Facts, name: str) -> Scenario:
    table = facts.release.tables["scenarios.parquet"]
    rows = {row["code"]: row for row in table.filter(pc.equal(table["scenario"], name)).to_pylist()}
    declared = {each["name"]: each.get("label") for each in facts.release.manifest.spec.get("scenarios", ())}

    def joined(places: Iterable[Row]) -> list[Row]:
        return [rows[place["code"]] | {"place": place} for place in places if place["code"] in rows]

    areas = sorted(joined(facts.shown), key=lambda row: -abs(row["expected_difference"]))
    return Scenario(
        name=name,
        label=declared.get(name),
        country=joined([facts.country])[0],
        departments=tuple(joined(facts.departments)),
        areas=tuple(areas[:SHOWN]),
    )
