"""Where one territory stands, and why: taken from a release once, before any language. Public columns alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mirti.characterise.drivers import OWN_ROWS
from mirti.disclosure import public_columns
from mirti.errors import InputError, Problem
from mirti.io.release_tables import Release

Row = dict[str, Any]

STRONGEST = 3
LEAST = 0.00005  # half a hundredth of a point: a contribution below it is shown as nothing
CANDIDATES = 5
ALIKE = 0.5  # of SequenceMatcher's ratio, below which a name is no candidate


@dataclass(frozen=True)
class Contribution:
    """A row of the drivers, in proportions; low and high None without a bootstrap. in_reach: of a public service."""

    factor: str
    value: float
    low: float | None
    high: float | None
    in_reach: bool

    @property
    def undecided(self) -> bool:
        """Its interval holds 0."""
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


@dataclass(frozen=True)
class Standing:
    """area, country: rows of areas and domains; raising, lowering: the strongest factors, the strongest first; own:
    rows that belong to no factor; others: sum of the factors that are not shown; scenarios: rows, in the spec's order.
    """

    area: Row
    parent: str | None
    country: Row
    areas: int
    raising: tuple[Contribution, ...]
    lowering: tuple[Contribution, ...]
    own: tuple[Contribution, ...]
    others: float | None
    scenarios: tuple[Row, ...]

    @property
    def withheld(self) -> bool:
        return bool(self.area["reliability"] == "withheld")

    @property
    def distance(self) -> float:
        return float(self.area["risk"] - self.country["risk"])


def standing(release: Release, code: str) -> Standing:
    """Of the area with that code."""
    domains = {row["code"]: row for row in _public("domains.parquet", release.domains).to_pylist()}
    area = _of("areas.parquet", release.areas, code)[0]
    rows = contributions(release, code)
    factors = [row for row in rows if row.factor not in OWN_ROWS]
    raising = sorted((row for row in factors if row.value >= LEAST), key=lambda row: -row.value)[:STRONGEST]
    lowering = sorted((row for row in factors if row.value <= -LEAST), key=lambda row: row.value)[:STRONGEST]
    others = [row.value for row in factors if row not in (*raising, *lowering)]
    scenarios = release.tables.get("scenarios.parquet")
    return Standing(
        area=area,
        parent=domains[area["parent"]]["name"] if area["parent"] else None,
        country=next(row for row in domains.values() if row["level"] == "country"),
        areas=release.areas.num_rows,
        raising=tuple(raising),
        lowering=tuple(lowering),
        own=tuple(row for row in rows if row.factor in OWN_ROWS),
        others=sum(others) if others else None,
        scenarios=() if scenarios is None else tuple(_of("scenarios.parquet", scenarios, code)),
    )


def find_area(release: Release, text: str, where: str) -> str:
    """The code of the area that a person means by its code, its name, or "name, name of the department".

    Accents and case do not matter. Raises InputError with the nearest candidates where none or several are meant.
    """
    rows = _named(release)
    asked = _plain(text)
    found = (
        [row for row in rows if text.strip() == row["code"]]
        or [row for row in rows if asked in (_plain(row["name"]), _plain(_full(row)))]
        or [row for row in rows if asked.isdigit() and asked.lstrip("0") == row["code"].lstrip("0")]
    )
    if len(found) == 1:
        return str(found[0]["code"])
    if found:
        what = f'The release has {len(found)} areas called "{text}".'
        remedy = "Give the code, or the name and the name of its department with a comma between."
        raise InputError(Problem(what, where, remedy, len(found), tuple(_shown(row) for row in found)))
    near = _nearest(asked, rows)
    what = f'The release has no area "{text}"{"; the nearest are these" if near else ""}.'
    remedy = "Give a code or a name as they stand in its areas.parquet."
    raise InputError(Problem(what, where, remedy, len(near) or None, tuple(_shown(row) for row in near)))


def _named(release: Release) -> list[Row]:
    parents = {row["code"]: row["name"] for row in release.domains.select(["code", "name"]).to_pylist()}
    rows: list[Row] = release.areas.select(["code", "name", "parent"]).to_pylist()
    return [row | {"parent": parents.get(row["parent"])} for row in rows]


def _nearest(asked: str, rows: Sequence[Row]) -> list[Row]:
    """The areas whose names (or codes) are most like what was asked for, names that begin so first."""

    def likeness(row: Row) -> float:
        name = _plain(row["name"])
        if asked and (name.startswith(asked) or asked in name.split()):
            return 1.0
        alike = (name, name[: len(asked) + 1], _plain(row["code"]))
        return max(SequenceMatcher(None, asked, each).ratio() for each in alike)

    scored = [(likeness(row), row) for row in rows]
    near = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1]["code"]))
    return [row for _, row in near[:CANDIDATES]]


def _plain(text: str) -> str:
    """Without accents, case, or space beyond one between words."""
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().replace(",", " , ").split())


def _full(row: Row) -> str:
    return f"{row['name']}, {row['parent']}" if row["parent"] else str(row["name"])


def _shown(row: Row) -> str:
    parent = f" ({row['parent']})" if row["parent"] else ""
    return f"{row['code']} {row['name']}{parent}"


def _public(name: str, table: pa.Table) -> pa.Table:
    return table.select(public_columns(name, table.column_names))


def _of(name: str, table: pa.Table, code: str) -> list[Row]:
    rows: list[Row] = _public(name, table.filter(pc.equal(table["code"], code))).to_pylist()
    return rows


def contributions(release: Release, code: str) -> list[Contribution]:
    """The drivers of the territory with that code, in the table's order."""
    services = {c["name"] for c in release.manifest.spec.get("covariates", ()) if c.get("service")}
    return [
        Contribution(
            factor=row["factor"],
            value=row["contribution"],
            low=row["ci_low"],
            high=row["ci_high"],
            in_reach=bool(services & set(row["factor"].split(":"))),
        )
        for row in _of("drivers.parquet", release.drivers, code)
    ]
