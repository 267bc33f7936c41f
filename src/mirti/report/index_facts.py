"""What the report of an index shows, taken from its release once, before any language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mirti.documents import ClassRow, IndexRecord
from mirti.io.release_tables import Release, floats
from mirti.report.drawing import Map, draw_map
from mirti.report.palette import class_colours
from mirti.tables import Floats

SHOWN = 10
SURE = 0.8
REMAINDER = "remainder"
_AREA = (
    "code",
    "name",
    "parent",
    "children",
    "risk",
    "ci_low",
    "ci_high",
    "class",
    "rank",
    "rank_low",
    "rank_high",
)

Row = dict[str, Any]


@dataclass(frozen=True)
class IndexFacts:
    """areas: by rank; weights: by dimension in order; drivers: the dimension that raises an area most, by code.

    sureness: a row a class, with the mean probability of its areas' class and how many areas have SURE or more.
    """

    release: Release
    index: IndexRecord
    areas: list[Row]
    country: Row
    departments: list[Row]
    weights: list[Row]
    drivers: dict[str, str]
    sureness: list[Row]
    colours: tuple[str, ...]
    map: Map | None

    @property
    def parent_names(self) -> dict[str, str]:
        return {row["code"]: row["name"] for row in self.departments}

    @property
    def highest(self) -> ClassRow:
        """The highest class that holds an area."""
        return next(row for row in reversed(self.release.classes.classes) if row.areas)

    @property
    def most_children(self) -> list[Row]:
        """Areas of the highest class by their children."""
        inside = [row for row in self.areas if row["class"] == self.highest.number]
        return sorted(inside, key=lambda row: -row["children"])[:SHOWN]

    @property
    def correlations(self) -> list[Row]:
        """Of every dimension: its alpha, and the lowest and highest correlation of two of its indicators."""
        dimension = {row["indicator"]: row["dimension"] for row in self.weights}
        found: dict[str, list[float]] = {name: [] for name in self.index.dimension_weights}
        for pair, value in self.index.correlations.items():
            one, other = (dimension[name] for name in pair.split(":"))
            if one == other:
                found[one].append(value)
        return [
            {
                "dimension": name,
                "alpha": self.index.alpha.get(name),
                "lowest": min(values, default=None),
                "highest": max(values, default=None),
            }
            for name, values in found.items()
        ]

    def dimension_correlation(self, one: str, other: str) -> float:
        known = self.index.dimension_correlations
        return 1.0 if one == other else known.get(f"{one}:{other}", known.get(f"{other}:{one}", float("nan")))


def index_facts(release: Release) -> IndexFacts:
    if release.diagnostics.index is None:
        raise ValueError("the release is not one of an index")
    areas = _areas(release)
    domains = release.domains.to_pylist()
    return IndexFacts(
        release=release,
        index=release.diagnostics.index,
        areas=areas,
        country=next(row for row in domains if row["level"] == "country"),
        departments=sorted(
            (row for row in domains if row["level"] == "department"),
            key=lambda row: (row["rank"], row["code"]),
        ),
        weights=[row | _treatment(row["treatment"]) for row in release.tables["weights.parquet"].to_pylist()],
        drivers=_main_drivers(release),
        sureness=_sureness(release, areas),
        colours=class_colours(len(release.classes.classes)),
        map=_map(release, areas),
    )


def _treatment(written: str) -> Row:
    """ "winsorised low=1 high=9" as the kind of treatment and its figures."""
    kind, *figures = written.split()
    pairs = (figure.split("=") for figure in figures)
    return {"treated": kind, "figures": {name: float(value) for name, value in pairs}}


def _areas(release: Release) -> list[Row]:
    """By rank, each with the probability of its class and its median rank over the draws."""
    classes = range(1, len(release.classes.classes) + 1)
    rows = release.areas.select([*_AREA, *(f"p_{k}" for k in classes)]).to_pylist()
    for row, median in zip(rows, _median_ranks(release), strict=True):
        row["p_class"] = row[f"p_{row['class']}"]
        row["median_rank"] = median
    return sorted(rows, key=lambda row: (row["rank"], row["code"]))


def _median_ranks(release: Release) -> list[int]:
    """A draw gives each area the published score of its rank, so that the median score tells the median rank."""
    scores = np.sort(floats(release.areas, "risk").astype(np.float32))
    draws: Floats = floats(release.tables["replicates.parquet"], "risk").reshape(release.areas.num_rows, -1)
    median = np.median(draws, axis=1).astype(np.float32)
    ranks: list[int] = (len(scores) - np.searchsorted(scores, median, side="right") + 1).tolist()
    return [max(1, rank) for rank in ranks]


def _main_drivers(release: Release) -> dict[str, str]:
    best: dict[str, Row] = {}
    for row in release.drivers.to_pylist():
        known = best.get(row["code"])
        higher = known is None or row["contribution"] > known["contribution"]
        if row["factor"] != REMAINDER and row["contribution"] > 0 and higher:
            best[row["code"]] = row
    return {code: row["factor"] for code, row in best.items()}


def _sureness(release: Release, areas: list[Row]) -> list[Row]:
    found = []
    for row in release.classes.classes:
        held = [area["p_class"] for area in areas if area["class"] == row.number]
        mean = sum(held) / len(held) if held else None
        sure = sum(p >= SURE for p in held)
        found.append({"number": row.number, "areas": len(held), "mean": mean, "sure": sure})
    return found


def _map(release: Release, areas: list[Row]) -> Map | None:
    if release.geojson is None:
        return None
    return draw_map(release.geojson, {area["code"]: area["class"] for area in areas}, unreliable=set())
