"""Hot spots and types of territories, as the report's chapters show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mirti.documents import MoranRecord, TypeRecord, TypologyRecord
from mirti.io.release_tables import Release
from mirti.report.catalogue import Language
from mirti.report.drawing import Map
from mirti.report.facts import WITHHELD

PAGE = "space"
SHOWN = 20
CLUSTERED = 0.05  # p-value up to which the map as a whole is said to be no work of chance

Row = dict[str, Any]


@dataclass(frozen=True)
class Outline:
    """A hot or cold spot on the map: kind is the class of its outline."""

    path: str
    kind: str


@dataclass(frozen=True)
class Space:
    """hot: hot spots, surest first, with whether their rate is withheld; outlines: of hot and cold ones, if there is a
    map. None, empty: not looked for.
    """

    moran: MoranRecord | None
    hot: tuple[Row, ...]
    outlines: tuple[Outline, ...]
    typology: TypologyRecord | None
    types: tuple[TypeRecord, ...]

    @property
    def clustered(self) -> bool:
        return self.moran is not None and self.moran.p_value <= CLUSTERED and self.moran.statistic > 0

    @property
    def has_shares(self) -> bool:
        """Whether it is known in how many replicates a hot spot is one."""
        return any(row["share_hot"] is not None for row in self.hot)

    @property
    def counts_expected(self) -> bool:
        """Whether the types' children in the situation are counted: of an index there are none."""
        return any(found.expected is not None for found in self.types)


def space_of(release: Release, drawn: Map | None) -> Space:
    """drawn: the report's map of the classes."""
    table = release.tables.get("hotspots.parquet")
    rows = [] if table is None else table.to_pylist()
    kinds = {
        row["code"]: "hot" if row["hot_spot"] else "cold"
        for row in rows
        if row["hot_spot"] or row["cold_spot"]
    }
    shapes = () if drawn is None else drawn.shapes
    diagnostics = release.diagnostics
    return Space(
        moran=diagnostics.moran,
        hot=_hot(release, rows),
        outlines=tuple(Outline(shape.path, kinds[shape.code]) for shape in shapes if shape.code in kinds),
        typology=diagnostics.typology,
        types=diagnostics.types,
    )


def type_name(found: TypeRecord, language: Language, factor: Callable[[str], str]) -> str:
    """What sets a type apart, in words: "schooling (raises), rural (lowers)". factor: a factor's name to readers."""
    named = [
        language.say("type_raised" if distance > 0 else "type_lowered", factor=factor(name))
        for name, distance in found.markers.items()
    ]
    return ", ".join(named) or language.say("type_unmarked")


def _hot(release: Release, rows: list[Row]) -> tuple[Row, ...]:
    areas = {
        row["code"]: row for row in release.areas.select(["code", "name", "risk", "reliability"]).to_pylist()
    }
    hot = [areas[row["code"]] | row for row in rows if row["hot_spot"]]
    hot = [row | {"withheld": row["reliability"] == WITHHELD} for row in hot]
    return tuple(sorted(hot, key=lambda row: (-(row["share_hot"] or 0), -row["risk"], row["code"])))
