"""Small random tables of persons in households, and the slow, obvious reading of them: one row at a time."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mirti.declarations import Spec, SpecDeclaration
from mirti.io.readers import Opened, connect, open_source

Row = dict[str, Any]
Members = list[Row]
Level = str | None
Key = tuple[str, tuple[Level, ...]]

AGES = (5, 17)
LABEL = {"es": "a", "pt": "b", "en": "c", "fr": "d"}
PERSONS = {"age": "age", "sex": "sex", "household": ["home"], "head": "kin == 1"}
COLUMNS = {
    "area": pa.int32(), "home": pa.int64(), "kin": pa.int8(), "age": pa.int16(), "sex": pa.string(),
    "school": pa.int8(), "years": pa.int8(), "works": pa.int8(), "stratum": pa.string(), "psu": pa.int32(),
    "weight": pa.float64(), "outcome": pa.int8(),
}  # fmt: skip

COVARIATES: list[dict[str, Any]] = [
    {"name": "sex", "levels": ["male", "female"], "coding": {"column": "sex", "recode": {"H": "male", "M": "female"}}},
    {"name": "age", "coding": {"column": "age", "cuts": [8, 12, 15]}},
    {
        "name": "school",
        "missing": "unknown",
        "coding": {"column": "school", "recode": {"1": "in", "2": "out"}, "na": ["9"]},
    },
    {"name": "years", "coding": {"column": "years"}},
    {"name": "lag", "coding": {"derive": "age - 6 - years", "cuts": [1, 3]}},
    {
        "name": "head_years",
        "missing": "unknown",
        "coding": {"household": {"summary": "head", "of": "years"}, "cuts": [2, 4]},
    },
    {
        "name": "adult_works",
        "coding": {
            "household": {"summary": "any", "of": "works == 1", "where": "age >= 18"},
            "recode": {"0": "no", "1": "yes"},
        },
    },
    {"name": "small", "coding": {"household": {"summary": "count", "where": "age < 5"}, "cuts": [1, 2]}},
]  # fmt: skip


def band(value: float | None, cuts: list[float], labels: list[str]) -> Level:
    return None if value is None else labels[sum(value >= cut for cut in cuts)]


def _lag(row: Row) -> float | None:
    return None if row["years"] is None else row["age"] - 6 - row["years"]


def _head_years(members: Members) -> float | None:
    known = [row["years"] for row in members if row["kin"] == 1 and row["years"] is not None]
    return min(known, default=None)


def _adult_works(members: Members) -> Level:
    adults = [row for row in members if row["age"] >= 18]
    known = [row["works"] == 1 for row in adults if row["works"] is not None]
    if adults and not known:
        return None
    return "yes" if any(known) else "no"


# By covariate: what a statistician would write down for one child, given the members of its household.
OBVIOUS: dict[str, Callable[[Row, Members], Level]] = {
    "sex": lambda row, _: {"H": "male", "M": "female"}[row["sex"]],
    "age": lambda row, _: band(row["age"], [8, 12, 15], ["<8", "8–<12", "12–<15", "≥15"]),
    "school": lambda row, _: {1: "in", 2: "out", 9: None, None: None}[row["school"]],
    "years": lambda row, _: None if row["years"] is None else str(row["years"]),
    "lag": lambda row, _: band(_lag(row), [1, 3], ["<1", "1–<3", "≥3"]),
    "head_years": lambda _, members: band(_head_years(members), [2, 4], ["<2", "2–<4", "≥4"]),
    "adult_works": lambda _, members: _adult_works(members),
    "small": lambda _, members: band(sum(row["age"] < 5 for row in members), [1, 2], ["<1", "1–<2", "≥2"]),
}


def people(seed: int, homes: int = 120, areas: int = 4, blank: float = 0.1) -> list[Row]:
    """Persons in homes whose numbers restart in each area; `blank` of the answers are missing."""
    draw = random.Random(seed)
    rows: list[Row] = []
    for home in range(homes):
        area, psu = home % areas, draw.randrange(5)
        for kin in range(1, draw.randint(2, 7)):
            rows.append(_person(draw, area, home // areas, psu, kin, blank))
    return rows


def _person(draw: random.Random, area: int, home: int, psu: int, kin: int, blank: float) -> Row:
    def answer(value: int) -> int | None:
        return None if draw.random() < blank else value

    return {
        "area": 100 + area,
        "home": home,
        "kin": 1 if kin == 1 else 3,
        "age": draw.randint(18, 70) if kin == 1 else draw.randint(0, 24),
        "sex": draw.choice("HM"),
        "school": answer(draw.choice([1, 1, 2, 9])),
        "years": answer(draw.randint(0, 5)),
        "works": answer(draw.randint(0, 1)),
        "stratum": f"s{area // 2}",
        "psu": psu,
        "weight": round(draw.uniform(0.5, 30), 3),
        "outcome": answer(draw.randint(0, 1)),
    }


def children(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["age"] is not None and AGES[0] <= row["age"] <= AGES[1]]


def households(rows: Iterable[Row]) -> dict[tuple[Any, Any], Members]:
    """Members by area and home: a home's number restarts in each area."""
    found: dict[tuple[Any, Any], Members] = defaultdict(list)
    for row in rows:
        found[row["area"], row["home"]].append(row)
    return found


def patterns(rows: list[Row], names: Iterable[str]) -> list[tuple[Row, tuple[Level, ...]]]:
    """Every child with its levels, None where missing."""
    members, names = households(rows), list(names)
    return [
        (row, tuple(OBVIOUS[name](row, members[row["area"], row["home"]]) for name in names))
        for row in children(rows)
    ]


def spread(rows: list[Row], names: Iterable[str], missing: Mapping[str, str]) -> dict[Key, float]:
    """Children by area and pattern, a missing level taken from `missing` or spread as its peers have it."""
    names = list(names)
    coded = [
        (
            row,
            tuple(
                missing.get(name) if level is None else level
                for name, level in zip(names, levels, strict=True)
            ),
        )
        for row, levels in patterns(rows, names)
    ]
    counts: dict[Key, float] = defaultdict(float)
    for row, levels in coded:
        choices = [
            [(level, 1.0)] if level is not None else _peers(row, j, coded) for j, level in enumerate(levels)
        ]
        for combination in product(*choices):
            share = 1.0
            for _, part in combination:
                share *= part
            counts[str(row["area"]), tuple(level for level, _ in combination)] += share
    return dict(counts)


def _peers(row: Row, j: int, coded: list[tuple[Row, tuple[Level, ...]]]) -> list[tuple[Level, float]]:
    circles: list[Callable[[Row], bool]] = [
        lambda other: (other["area"], other["age"], other["sex"]) == (row["area"], row["age"], row["sex"]),
        lambda other: (other["age"], other["sex"]) == (row["age"], row["sex"]),
        lambda other: True,
    ]
    for circle in circles:
        found = Counter(levels[j] for other, levels in coded if levels[j] is not None and circle(other))
        if found:
            total = sum(found.values())
            return [(level, n / total) for level, n in sorted(found.items())]
    raise AssertionError("nobody has a known value")


# --- the same through the engine ------------------------------------------------------------------------------------


def spec(folder: Path, names: Iterable[str] | None = None, **changes: Any) -> Spec:
    """A spec over survey.parquet and census.parquet in folder; changes: tables of the spec, merged key by key."""
    chosen = [one for one in COVARIATES if names is None or one["name"] in set(names)]
    covariates = [
        {
            **{key: value for key, value in one.items() if key != "coding"},
            "survey": one["coding"],
            "census": one["coding"],
        }
        for one in chosen
    ]
    declaration: dict[str, Any] = {
        "run": {"name": "trial", "country": "XX", "title": LABEL, "country_name": LABEL},
        "outcome": {"kind": "column", "column": "outcome", "ages": AGES},
        "outcome_label": LABEL,
        "survey": {
            "year": 2020, "source": {"file": "survey.parquet"}, "weight": "weight", "strata": "stratum", "psu": "psu",
            "area": {"column": "area"}, "persons": PERSONS,
        },
        "census": {
            "year": 2018, "source": {"file": "census.parquet"}, "area": {"column": "area"}, "persons": PERSONS,
        },
        "covariates": covariates,
    }  # fmt: skip
    for table, keys in changes.items():
        declaration[table] = {**declaration.get(table, {}), **keys} if isinstance(keys, dict) else keys
    return Spec(SpecDeclaration.model_validate(declaration), folder / "model.toml", "", "")


def write(folder: Path, role: str, rows: list[Row], types: Mapping[str, pa.DataType] | None = None) -> None:
    schema = pa.schema({**COLUMNS, **(types or {})})
    names = [name for name in schema.names if any(name in row for row in rows)]
    schema = pa.schema([schema.field(name) for name in names])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{role}.parquet")


def opened(folder: Path, spec: Spec, role: str) -> Opened:
    con = connect(temp=folder / "temp", threads=2)
    return open_source(con, getattr(spec.declaration, role).source, folder, role)
