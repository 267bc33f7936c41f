"""What comes into places: one record a territory, whatever file or release it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import shapely


@dataclass(frozen=True)
class TerritoryRecord:
    """parent: a code, None only for the country. geometry: polygon in WGS 84 degrees, None if not known.

    tier: the code of the country's own level, empty where it has declared none.
    """

    code: str
    name: str
    level: str
    parent: str | None = None
    geometry: shapely.Geometry | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    tier: str = ""


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


@dataclass(frozen=True)
class TierRecord:
    """A level of a country: rank 0 is the country. names, plurals: by language."""

    rank: int
    code: str
    level: str
    names: Mapping[str, str]
    plurals: Mapping[str, str]


@dataclass(frozen=True)
class CodeRecord:
    """code: the territory's. other: what it is, or was, in the scheme, from the first day until the second."""

    code: str
    scheme: str
    other: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


@dataclass(frozen=True)
class NameRecord:
    code: str
    name: str
    kind: str
    language: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


@dataclass(frozen=True)
class LinkRecord:
    """One line of a change: what of the predecessor became the successor.

    weight: the share of the predecessor's people; None where it follows from the population, the people who went.
    whole: the people of the predecessor before the change, None if not known. former_parent: a code, empty if it did
    not change.
    """

    change: str
    kind: str
    day: date
    predecessor: str
    successor: str
    weight: float | None = None
    population: float | None = None
    whole: float | None = None
    former_parent: str = ""
    note: str = ""
    source: str = ""
