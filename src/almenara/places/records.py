"""What comes into places: one record a territory, whatever file or release it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import shapely


@dataclass(frozen=True)
class TerritoryRecord:
    """parent: a code, None only for the country. geometry: polygon in WGS 84 degrees, None if not known."""

    code: str
    name: str
    level: str
    parent: str | None = None
    geometry: shapely.Geometry | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


@dataclass(frozen=True)
class PopulationRecord:
    """Persons of a territory; both ages included, the empty sex is both sexes together."""

    code: str
    year: int
    age_from: int
    age_to: int
    sex: str
    count: float
    source: str
