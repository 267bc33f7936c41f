"""A country of a few hundred children, small enough to run whole in a test, and easy to spoil in one place."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.specs import SPEC

Row = dict[str, str]
AREAS = [f"{department:02d}{number:02d}" for department in (1, 2) for number in (1, 2, 3)]
WIDE = [f"{department:02d}{number:02d}" for department in (1, 2, 3, 4) for number in (1, 2, 3, 4)]
SURVEY = ("area", "stratum", "psu", "weight", "home", "kin", "age", "sex", "years", "works")
CENSUS = ("area", "home", "kin", "age", "sex", "lag")
FIT = '\n[model]\nestimator = "logistic"\n'  # six areas are too few for effects of areas
MIXED = """
[model]
estimator = "mixed"

[uncertainty]
replicates = 50

[hot_spots]
permutations = 999
"""
MAP = '\n[areas]\nparent_from_code = 2\n\n[boundaries]\nfile = "boundaries.geojson"\n'


@dataclass
class SmallCountry:
    """Rows of survey and census, polygons by code, other files, and the spec; `write` lays them in a folder."""

    survey: list[Row] = field(default_factory=list)
    census: list[Row] = field(default_factory=list)
    polygons: dict[str, object] = field(default_factory=dict)
    spec: str = SPEC + FIT + MAP
    files: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The path of the spec."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "survey.csv").write_text(_csv(self.survey))
        (folder / "census.csv").write_text(_csv(self.census))
        (folder / "boundaries.geojson").write_text(json.dumps(_collection(self.polygons)))
        for name, text in self.files.items():
            (folder / name).write_text(text)
        (folder / "model.toml").write_text(self.spec)
        return folder / "model.toml"

    def each(self, change: Callable[[Row], Row]) -> SmallCountry:
        """Change every row of the survey."""
        self.survey = [change(dict(row)) for row in self.survey]
        return self


def small_country(seed: int = 1) -> SmallCountry:
    """Six areas in two departments; the last has no sample. Survey and census are alike, so the gate is quiet."""
    random_state = random.Random(seed)
    country = SmallCountry(polygons={code: _square(position) for position, code in enumerate(AREAS)})
    for position, area in enumerate(AREAS):
        for home in range(60):
            country.census.append(_census_row(area, home, random_state))
            if area != AREAS[-1]:
                country.survey.append(_survey_row(area, position, home, random_state))
    return country


def wide_country(seed: int = 1) -> SmallCountry:
    """Sixteen areas in four departments, enough for effects of areas; the last two have no sample."""
    random_state = random.Random(seed)
    country = SmallCountry(spec=SPEC + MIXED + MAP)
    for position, area in enumerate(WIDE):
        add_area(country, area, position, random_state, sampled=0 if area in WIDE[-2:] else 40)
    return country


def add_area(
    country: SmallCountry, area: str, position: int, random_state: random.Random, *, sampled: int = 40
) -> None:
    """An area of 40 homes of one child; as many of them as `sampled` are in the survey, in four PSUs."""
    country.polygons[area] = _square(position)
    for home in range(40):
        country.census.append(_census_row(area, home, random_state))
    for home in range(sampled):
        country.survey.append(_survey_row(area, position, home, random_state))


def _census_row(area: str, home: int, random_state: random.Random) -> Row:
    age, lag = random_state.randint(7, 17), random_state.choice("0012345")
    sex = random_state.choice("HM")
    return dict(zip(CENSUS, (area, str(home), "1", str(age), sex, lag), strict=True))


def _survey_row(area: str, position: int, home: int, random_state: random.Random) -> Row:
    age, lag = random_state.randint(7, 17), int(random_state.choice("0012345"))
    sex = random_state.choice("12")
    works = str(int(random_state.random() < 0.1 + 0.02 * (age - 7) + 0.03 * lag))
    psu, weight = str(position * 10 + home % 4), str(random_state.choice((8, 12, 20)))
    years = str(age - 6 - lag)
    values = (area, str(position % 2), psu, weight, str(home), "1", str(age), sex, years, works)
    return dict(zip(SURVEY, values, strict=True))


def _csv(rows: list[Row]) -> str:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def _square(position: int) -> list[list[list[float]]]:
    west, south = -40.0 + position % 3, 10.0 + position // 3
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    return [[[west + x, south + y] for x, y in corners]]


def _collection(polygons: dict[str, object]) -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"Place {code}"},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        for code, rings in polygons.items()
    ]
    return {"type": "FeatureCollection", "features": features}
