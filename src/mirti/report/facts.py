"""What the report shows, taken from a release once, before any language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from mirti.io.release_tables import Release
from mirti.report.drawing import Forest, Map, draw_map, forest_axis
from mirti.report.palette import class_colours

SHOWN = 10
UNRELIABLE = ("C", "withheld")
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
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """areas: by rank; drivers: factor that raises the rate most by area code, if one does."""

    release: Release
    areas: list[Row]
    country: Row
    departments: list[Row]
    coefficients: list[Row]
    drivers: dict[str, str]
    colours: tuple[str, ...]
    map: Map | None
    forest: Forest

    @property
    def most_expected(self) -> list[Row]:
        return sorted(self.areas, key=lambda area: -area["expected"])[:SHOWN]

    @property
    def parent_names(self) -> dict[str, str]:
        return {row["code"]: row["name"] for row in self.departments}


def facts_of(release: Release) -> Facts:
    areas = sorted(release.areas.select(_AREA).to_pylist(), key=lambda area: (area["rank"], area["code"]))
    domains = release.domains.to_pylist()
    coefficients = release.coefficients.to_pylist()
    return Facts(
        release=release,
        areas=areas,
        country=next(row for row in domains if row["level"] == "country"),
        departments=sorted(
            (row for row in domains if row["level"] == "department"),
            key=lambda row: (row["rank"], row["code"]),
        ),
        coefficients=coefficients,
        drivers=_main_drivers(release.drivers),
        colours=class_colours(len(release.classes.classes)),
        map=_map(release, areas),
        forest=_forest(coefficients),
    )


def _main_drivers(drivers: pa.Table) -> dict[str, str]:
    own = {"remainder", "area_effect", "benchmark"}
    best: dict[str, Row] = {}
    for row in drivers.to_pylist():
        if row["factor"] not in own and row["contribution"] > 0:
            known = best.get(row["code"])
            if known is None or row["contribution"] > known["contribution"]:
                best[row["code"]] = row
    return {code: row["factor"] for code, row in best.items()}


def _map(release: Release, areas: list[Row]) -> Map | None:
    if release.geojson is None:
        return None
    unreliable = {area["code"] for area in areas if area["reliability"] in UNRELIABLE}
    return draw_map(release.geojson, {area["code"]: area["class"] for area in areas}, unreliable)


def _forest(coefficients: list[Row]) -> Forest:
    terms = [row for row in coefficients if row["factor"] is not None]
    ends = [row[end] for row in terms for end in ("or_low", "or_high") if row[end] is not None]
    return forest_axis(ends or [row["odds_ratio"] for row in terms])
