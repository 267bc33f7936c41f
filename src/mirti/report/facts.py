"""What the report shows, taken from a release once, before any language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from mirti.characterise.drivers import OWN_ROWS
from mirti.disclosure import public_columns
from mirti.io.release_tables import Release
from mirti.report.charts import Axis, axis_of
from mirti.report.drawing import Map, draw_map
from mirti.report.palette import class_colours

SHOWN = 10
UNRELIABLE = "C"
WITHHELD = "withheld"
# Of an area never shown: the report is read by ministers and journalists, not only by its maker.
_AREA = (
    "code",
    "name",
    "parent",
    "children",
    "risk",
    "ci_low",
    "ci_high",
    "expected",
    "reliability",
    "class",
    "rank",
    "rank_low",
    "rank_high",
    "p_top",
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """areas: by rank, those whose value is withheld last, by code; every row says whether it is withheld, and the
    chance of its class. drivers: factor that raises the rate most by area code, if one does; axes: of the rates
    that are shown, of areas and of departments.
    """

    release: Release
    areas: list[Row]
    country: Row
    departments: list[Row]
    drivers: dict[str, str]
    colours: tuple[str, ...]
    map: Map | None
    axis: Axis
    department_axis: Axis

    @property
    def shown(self) -> list[Row]:
        """Areas whose value is not withheld, by rank."""
        return [area for area in self.areas if not area["withheld"]]

    @property
    def withheld(self) -> int:
        return len(self.areas) - len(self.shown)

    @property
    def highest(self) -> list[Row]:
        return self.shown[:SHOWN]

    @property
    def lowest(self) -> list[Row]:
        return self.shown[-SHOWN:]

    @property
    def most_expected(self) -> list[Row]:
        return sorted(self.shown, key=lambda area: -area["expected"])[:SHOWN]

    @property
    def parent_names(self) -> dict[str, str]:
        return {row["code"]: row["name"] for row in self.departments}


def facts_of(release: Release) -> Facts:
    areas = _areas(release)
    public = release.domains.select(public_columns("domains.parquet", release.domains.column_names))
    domains = [row | {"withheld": row["reliability"] == WITHHELD} for row in public.to_pylist()]
    departments = sorted(
        (row for row in domains if row["level"] == "department"),
        key=lambda row: (row["withheld"], row["code"] if row["withheld"] else "", row["rank"], row["code"]),
    )
    return Facts(
        release=release,
        areas=areas,
        country=next(row for row in domains if row["level"] == "country"),
        departments=departments,
        drivers=_main_drivers(release.drivers),
        colours=class_colours(len(release.classes.classes)),
        map=_map(release, areas),
        axis=_axis(areas),
        department_axis=_axis(departments),
    )


def _areas(release: Release) -> list[Row]:
    """Chances, where there are draws, are of the published class (p_class) and of all classes (chances)."""
    classes = [row.number for row in release.classes.classes]
    present = set(release.areas.column_names)
    chances = [f"p_{number}" for number in classes if f"p_{number}" in present]
    rows = release.areas.select([*_AREA, *chances]).to_pylist()
    for row in rows:
        row["withheld"] = row["reliability"] == WITHHELD
        row["chances"] = {number: row[f"p_{number}"] for number in classes if f"p_{number}" in row}
        row["p_class"] = row["chances"].get(row["class"])
    # The place of a withheld value in the table must not tell its rank.
    return sorted(rows, key=lambda row: (row["withheld"], 0 if row["withheld"] else row["rank"], row["code"]))


def _axis(rows: list[Row]) -> Axis:
    shown = [row for row in rows if not row["withheld"]]
    return axis_of(
        [row[name] for row in shown for name in ("risk", "ci_low", "ci_high")], through=0.0, ticks=3
    )


def _main_drivers(drivers: pa.Table) -> dict[str, str]:
    best: dict[str, Row] = {}
    for row in drivers.to_pylist():
        if row["factor"] not in OWN_ROWS and row["contribution"] > 0:
            known = best.get(row["code"])
            if known is None or row["contribution"] > known["contribution"]:
                best[row["code"]] = row
    return {code: row["factor"] for code, row in best.items()}


def _map(release: Release, areas: list[Row]) -> Map | None:
    if release.geojson is None:
        return None
    withheld = {area["code"] for area in areas if area["withheld"]}
    unreliable = {area["code"] for area in areas if area["reliability"] == UNRELIABLE}
    return draw_map(release.geojson, {area["code"]: area["class"] for area in areas}, unreliable, withheld)
