"""A small release that follows the contract, made without running a model.

Six departments of some forty municipalities on a wavy grid in the open ocean. Rates come from a made-up logistic rule,
so that classes, ranks, drivers and totals hang together as in a real one. Deterministic by seed. Three kinds: intervals
of the coefficients alone, a bootstrap with all that it brings (tests.support.release_draws), and a composite index
(tests.support.release_index).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mirti.declarations import Label
from mirti.documents import (
    BoundaryRecord,
    ClassRow,
    ClassTable,
    ComparabilityRow,
    Diagnostics,
    InputRecord,
    Manifest,
    ModelRecord,
    OutcomeRecord,
    RateRecord,
    SupportRecord,
)
from mirti.io.release_tables import Release, arrow_table
from mirti.io.release_writer import write_release
from mirti.release import SCHEMA_VERSION
from tests.support import release_draws as drawn
from tests.support import release_index as indexed

Kind = Literal["coefficients", "bootstrap", "index"]
Floats = NDArray[np.float64]

COUNTRY = "XX"
DEPARTMENTS = 6
COLUMNS, ROWS = 8, 5  # municipalities of a department
FACTORS = ("sex", "schooling", "rural")
BETA = np.array([0.7, 0.9, 0.5])
INTERCEPT = -3.2
CHILDREN_YEAR = 2022
LONG_NAME = "Municipality of the Very Long Name by the Lighthouse, the Two Rivers and the Old Salt Road"
SYLLABLES = ("ba", "ko", "lu", "mi", "ra", "se", "to", "vi", "za", "ñe", "qui", "ple")


def synthetic_release(
    seed: int = 1,
    *,
    kind: Kind = "coefficients",
    boundaries: bool = True,
    name: str = "synthetic",
    columns: int = COLUMNS,
    rows: int = ROWS,
) -> Release:
    """In memory; unwritten, so without id and hashes. The first municipality has a name of 90 characters.

    columns, rows: of the grid of municipalities that a department is. With draws (bootstrap, index) the last one has no
    neighbour; with a bootstrap the sixth is unreliable and the seventh withheld.
    """
    rng = np.random.default_rng(seed)
    country = _Country(rng, columns, rows)
    extras = _Extras(country, rng, kind)
    tables = {
        "areas.parquet": extras.areas(),
        "domains.parquet": extras.domains(),
        "drivers.parquet": country.drivers(kind),
        "profile.parquet": country.profile(rng)
        if kind != "index"
        else indexed.profile(country.code, country.indicators),
    }
    return Release(
        manifest=_manifest(name, seed, kind),
        classes=country.classes if kind != "index" else indexed.classes(country.classes),
        diagnostics=_diagnostics(country, boundaries)
        if kind == "coefficients"
        else extras.diagnostics(boundaries),
        tables=tables | extras.tables(),
        geojson=country.geojson() if boundaries else None,
    )


def write_synthetic_release(
    out: Path,
    seed: int = 1,
    *,
    kind: Kind = "coefficients",
    boundaries: bool = True,
    name: str = "synthetic",
    columns: int = COLUMNS,
    rows: int = ROWS,
    report: Callable[[Release], str] | None = lambda release: (
        f"<!doctype html><title>{release.manifest.name}</title>"
    ),
) -> Release:
    """Write it as the folder `out` and return it with its id and file hashes."""
    made = synthetic_release(seed, kind=kind, boundaries=boundaries, name=name, columns=columns, rows=rows)
    return write_release(out, made, report)


class _Country:
    """The made-up figures: one entry a municipality in every array."""

    def __init__(self, rng: np.random.Generator, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        size = DEPARTMENTS * columns * rows
        self.department = np.repeat(np.arange(DEPARTMENTS), columns * rows)
        self.parent = [f"{d + 1:02d}" for d in self.department]
        self.code = [f"{p}{i % (columns * rows) + 1:03d}" for i, p in enumerate(self.parent)]
        self.name = [LONG_NAME, *_names(rng, size - 1)]
        self.department_name = _names(rng, DEPARTMENTS)
        self.x = np.clip(
            rng.normal(0.45, 0.12, (size, 3)) + 0.1 * (self.department[:, None] - 2.5) / 2.5, 0, 1
        )
        self.children = np.round(np.exp(rng.normal(8, 1, size))).astype(np.float64)
        self.risk = _expit(INTERCEPT + self.x @ BETA + rng.normal(0, 0.35, size))
        self.se = 0.04 * self.risk + 0.002
        self.sample_n = np.where(np.arange(size) % 2 == 0, rng.integers(20, 200, size), 0)
        self.classes, self.number = _classes(self.risk, self.children)
        self.jitter = rng.uniform(-0.03, 0.03, (DEPARTMENTS // 2 * columns + 1, 2 * rows + 1, 2))

    @property
    def national(self) -> float:
        return float((self.risk * self.children).sum() / self.children.sum())

    @property
    def indicators(self) -> Floats:
        """(A, 3) values in percent, of an index."""
        return 100 * self.x

    @property
    def groups(self) -> Floats:
        """(1 + D, A) membership of the country and of its departments."""
        departments = self.department == np.arange(DEPARTMENTS)[:, None]
        return np.concatenate([np.ones((1, len(self.code))), departments.astype(np.float64)])

    @property
    def touching(self) -> NDArray[np.bool_]:
        """(A, A) which municipalities are neighbours, along rows and columns; the last one has none."""
        column, row = np.array([self._cell(i) for i in range(len(self.code))]).T
        far = np.maximum(np.abs(column[:, None] - column), np.abs(row[:, None] - row))
        touching = np.asarray(far == 1)
        touching[-1, :] = touching[:, -1] = False
        return touching

    def areas(self) -> Any:
        direct = np.where(self.sample_n > 0, np.clip(self.risk * 1.05, 0, 1), np.nan)
        columns = _estimate(self.risk, self.se, self.children, self.sample_n, direct)
        columns |= {"code": self.code, "name": self.name, "parent": self.parent}
        columns |= {"class": self.number, "rank": _ranks(self.risk)}
        return arrow_table("areas.parquet", columns)

    def domains(self) -> Any:
        groups = [np.full(len(self.code), True), *(self.department == d for d in range(DEPARTMENTS))]
        children = np.array([self.children[g].sum() for g in groups])
        risk = np.array([(self.risk * self.children)[g].sum() for g in groups]) / children
        sample_n = np.array([self.sample_n[g].sum() for g in groups])
        columns = _estimate(risk, 0.03 * risk, children, sample_n, risk * 1.02)
        columns |= {
            "code": [COUNTRY, *sorted(set(self.parent))],
            "name": ["Synthetic", *self.department_name],
        }
        columns |= {"level": ["country"] + ["department"] * DEPARTMENTS}
        columns |= {"areas": [int(g.sum()) for g in groups], "rank": [None, *_ranks(risk[1:]).tolist()]}
        return arrow_table("domains.parquet", columns)

    def drivers(self, kind: Kind = "coefficients") -> Any:
        codes, factors, parts = [], [], []
        own = (
            {"area_effect": 0.6, "benchmark": 0.1, "remainder": 0.3}
            if kind == "bootstrap"
            else {"remainder": 1.0}
        )
        named = FACTORS if kind != "index" else tuple(indexed.DIMENSIONS)
        x_national = np.average(self.x, axis=0, weights=self.children)
        for code, inside in [*self._singles(), *self._departments()]:
            weights = self.children * inside
            risk = np.average(self.risk, weights=weights)
            distance = np.average(self.x, axis=0, weights=weights) - x_national
            contribution = distance * BETA * risk * (1 - risk)
            left = risk - self.national - contribution.sum()
            rows = [*contribution, *(share * left for share in own.values())]
            codes += [code] * len(rows)
            factors += [*named, *own]
            parts += rows
        table: dict[str, Any] = {"code": codes, "factor": factors, "contribution": parts}
        if kind == "bootstrap":
            half = 0.3 * np.abs(parts) + 0.001
            table |= {"ci_low": np.array(parts) - half, "ci_high": np.array(parts) + half}
        return arrow_table("drivers.parquet", table)

    def _singles(self) -> list[tuple[str, Any]]:
        order = np.arange(len(self.code))
        return [(code, order == i) for i, code in enumerate(self.code)]

    def _departments(self) -> list[tuple[str, Any]]:
        return [(f"{d + 1:02d}", self.department == d) for d in range(DEPARTMENTS)]

    def profile(self, rng: np.random.Generator) -> Any:
        rows: list[dict[str, Any]] = []
        for code, share, enrolled in zip(
            self.code, self.x[:, 2], rng.integers(100, 9000, len(self.code)), strict=True
        ):
            rows.append(_profile_row(code, "children.rural=rural", share, "proportion", "census", "Rural"))
            rows.append(_profile_row(code, "enrolment", float(enrolled), "count", "registers", "Enrolment"))
        return arrow_table("profile.parquet", {key: [row[key] for row in rows] for key in rows[0]})

    def geojson(self) -> dict[str, Any]:
        features = [
            _feature(code, name, parent, "ok", self._ring(i))
            for i, (code, name, parent) in enumerate(zip(self.code, self.name, self.parent, strict=True))
        ]
        features.append(_feature("99001", "Newly Created", "99", "no_census", _box(-29.9, 2.0)))
        return {"type": "FeatureCollection", "features": features}

    def _ring(self, i: int) -> list[list[float]]:
        column, row = self._cell(i)
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
        return [self._corner(c, r) for c, r in corners]

    def _cell(self, i: int) -> tuple[int, int]:
        department, within = divmod(i, self.columns * self.rows)
        column = (department // 2) * self.columns + within % self.columns
        return column, (department % 2) * self.rows + within // self.columns

    def _corner(self, column: int, row: int) -> list[float]:
        dx, dy = self.jitter[column, row]
        size = 0.2 * COLUMNS / self.columns
        return [
            round(-35 + size * column + size * 5 * dx, 6),
            round(1 + size * row + size * 5 * dy, 6),
        ]


class _Extras:
    """The tables and documents of one kind of release."""

    def __init__(self, country: _Country, rng: np.random.Generator, kind: Kind) -> None:
        self.country, self.kind = country, kind
        self.draws = drawn.draw(rng, country.risk) if kind != "coefficients" else None
        self.types = drawn.type_numbers(country.x[:, 1], country.risk)
        self.weights = country.groups * country.children / (country.groups @ country.children)[:, None]

    def areas(self) -> Any:
        table = self.country.areas()
        if self.draws is None:
            return table
        breaks = self.country.classes.breaks
        columns = drawn.estimate_columns(self.country.risk, self.draws) | drawn.place_columns(
            self.draws, breaks
        )
        return self._with("areas.parquet", table, columns, len(breaks) + 1)

    def domains(self) -> Any:
        table = self.country.domains()
        if self.draws is None:
            return table
        draws = self.weights @ self.draws
        return self._with(
            "domains.parquet", table, drawn.estimate_columns(self.weights @ self.country.risk, draws), 0
        )

    def _with(self, name: str, table: Any, columns: dict[str, Any], classes: int) -> Any:
        found = {column: table[column].to_pylist() for column in table.column_names} | columns
        found["interval_kind"] = ["bootstrap" if self.kind == "bootstrap" else "choices"] * len(table)
        if self.kind == "index":
            found = {column: values for column, values in found.items() if column not in indexed.WITHOUT}
        elif name == "areas.parquet":
            found["sample_share"] = np.where(self.country.sample_n > 0, 0.4, 0.0)
        return arrow_table(name, found, classes)

    def tables(self) -> dict[str, Any]:
        country = self.country
        if self.draws is None:
            return {"coefficients.parquet": _coefficients()}
        held = {
            "replicates.parquet": drawn.replicates(country.code, self.draws),
            "hotspots.parquet": drawn.hot_spots(country.code, country.risk, country.touching, self.draws),
            "types.parquet": arrow_table("types.parquet", {"code": country.code, "type": self.types}),
        }
        if self.kind == "index":
            return held | {"weights.parquet": indexed.weights()}
        codes = [*country.code, COUNTRY, *sorted(set(country.parent))]
        groups = np.concatenate([np.eye(len(country.code)), country.groups])
        scenarios = drawn.scenarios(codes, groups, country.risk, country.x, country.children)
        return held | {"coefficients.parquet": _coefficients(), "scenarios.parquet": scenarios}

    def diagnostics(self, boundaries: bool) -> Diagnostics:
        country, is_rate = self.country, self.kind == "bootstrap"
        factors = FACTORS if is_rate else tuple(indexed.DIMENSIONS)
        markers = ({factors[1]: -1.1}, {}, {factors[1]: 1.2, factors[0]: 0.6})
        shared = {
            "moran": drawn.moran_record(self.tables()["hotspots.parquet"]),
            "types": drawn.type_records(self.types, country.risk, country.children, markers, is_rate=is_rate),
            "typology": drawn.typology_record(),
        }
        found = _diagnostics(country, boundaries).model_copy(update=shared)
        if not is_rate:
            return found.model_copy(update=indexed.diagnostics())
        inferred = {
            "mixed": drawn.mixed_record(len(country.code)),
            "benchmark": drawn.benchmark_records(sorted(set(country.parent))),
            "uncertainty": drawn.uncertainty_record(),
        }
        return found.model_copy(update=inferred)


def _names(rng: np.random.Generator, count: int) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names["".join(rng.choice(SYLLABLES, size=int(rng.integers(2, 5)))).capitalize()] = None
    return list(names)


def _estimate(risk: Floats, se: Floats, children: Floats, sample_n: Any, direct: Floats) -> dict[str, Any]:
    logit, wide = np.log(risk / (1 - risk)), 1.96 * se / (risk * (1 - risk))
    rows = len(risk)
    return {
        "children": children,
        "children_year": [CHILDREN_YEAR] * rows,
        "children_source": ["projection"] * rows,
        "sample_n": sample_n,
        "direct": direct,
        "direct_se": direct * 0.2,
        "risk": risk,
        "se": se,
        "ci_low": _expit(logit - wide),
        "ci_high": _expit(logit + wide),
        "interval_kind": ["coefficients"] * rows,
        "expected": risk * children,
    }


def _classes(risk: Floats, children: Floats) -> tuple[ClassTable, Any]:
    breaks = np.quantile(risk, [0.5, 0.8])
    number = np.searchsorted(breaks, risk, side="left") + 1
    ends = [risk.min(), *breaks, risk.max()]
    rows = tuple(
        ClassRow(
            number=k,
            low=ends[k - 1],
            high=ends[k],
            areas=int((number == k).sum()),
            children=children[number == k].sum(),
            expected=(risk * children)[number == k].sum(),
        )
        for k in (1, 2, 3)
    )
    return ClassTable(method="quantiles", requested=3, breaks=tuple(breaks), classes=rows), number


def _coefficients() -> Any:
    estimate = np.array([INTERCEPT, *BETA])
    se = np.array([0.1, 0.05, 0.06, 0.04])
    columns = {
        "term": ["(Intercept)", "sex=male", "schooling=behind", "rural=rural"],
        "factor": [None, *FACTORS],
        "level": [None, "male", "behind", "rural"],
        "reference": [None, "female", "on time", "urban"],
        "estimate": estimate,
        "se": se,
        "t": estimate / se,
        "df": [120.0] * 4,
        "p_value": [1e-9] * 4,
        "odds_ratio": np.exp(estimate),
        "or_low": np.exp(estimate - 1.98 * se),
        "or_high": np.exp(estimate + 1.98 * se),
    }
    return arrow_table("coefficients.parquet", columns)


def _manifest(name: str, seed: int, kind: Kind) -> Manifest:
    about: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "name": name,
        "created": datetime(2024, 5, 17, 12, 0, tzinfo=UTC),
        "title": _label("Riesgo de trabajo infantil", "Risco de trabalho infantil", "Risk of child labour",
                        "Risque de travail des enfants"),
        "country": COUNTRY,
        "country_name": _label("Sintética", "Sintética", "Synthetic", "Synthétique"),
        "outcome": OutcomeRecord(
            label=_label("Trabajo infantil", "Trabalho infantil", "Child labour", "Travail des enfants"),
            rule={"kind": "column", "ages": [5, 17], "column": "child_labour"},
        ),
        "ages": (5, 17),
        "survey_year": 2021,
        "census_year": 2018,
        "children_year": CHILDREN_YEAR,
        "children_source": "projection",
        "interval_kind": "coefficients",
        "spec": {"schema_version": "1"},
        "spec_sha256": "0" * 64,
        "inputs": (InputRecord(role="survey", name="survey.parquet", sha256="1" * 64, rows=12000),),
        "packages": {"almenara": "0.1.0"},
        "seed": seed,
        "timings": {"collapse": 1.5},
        "warnings": ("The distribution of schooling differs between survey and census.",),
    }  # fmt: skip
    if kind == "bootstrap":
        about |= {"interval_kind": "bootstrap", "replicates": drawn.REPLICATES, "spec": _bootstrap_spec()}
    if kind == "index":
        about |= indexed.manifest()
    return Manifest(**about)


def _bootstrap_spec() -> dict[str, Any]:
    labels = (
        ("La asistencia escolar llega al 98 %", "A frequência escolar chega a 98%", "School attendance reaches 98%",
         "La fréquentation scolaire atteint 98 %"),
        ("La población rural baja a la mitad", "A população rural cai pela metade", "The rural population halves",
         "La population rurale diminue de moitié"),
    )  # fmt: skip
    scenarios = [
        {"name": name, "label": _label(*texts).model_dump()}
        for name, texts in zip(drawn.SCENARIOS, labels, strict=True)
    ]
    return {"schema_version": "1", "benchmark": {"to": "departments"}, "scenarios": scenarios}


def _diagnostics(country: _Country, boundaries: bool) -> Diagnostics:
    joined = len(country.code)
    return Diagnostics(
        model=ModelRecord(
            estimator="design-based logistic regression", children=12000, events=1400, strata=12, psus=132, df=117,
            iterations=6,
        ),
        national=RateRecord(code=COUNTRY, direct=country.national * 1.02, direct_se=0.004, modelled=country.national),
        comparability=(
            ComparabilityRow(covariate="schooling", level="behind", survey=0.41, census=0.47, difference=0.12, se=0.03,
                             verdict="warn"),
        ),
        support=SupportRecord(patterns=60, unsupported_patterns=3, children=1e6, unsupported_children=420),
        missing_outcome_share=0.011,
        areas=joined,
        areas_sampled=int((country.sample_n > 0).sum()),
        boundaries=BoundaryRecord(file="boundaries.geojson", polygons=joined + 1, joined=joined, no_census=("99001",))
        if boundaries
        else None,
    )  # fmt: skip


def _profile_row(
    code: str, variable: str, value: float, unit: str, source: str, label: str
) -> dict[str, Any]:
    labels = {f"label_{language}": f"{label} ({language})" for language in ("es", "pt", "en", "fr")}
    about = {"code": code, "variable": variable, "unit": unit, "year": 2018, "source": source}
    return about | {"value": value, "withheld": False} | labels


def _feature(code: str, name: str, parent: str, status: str, ring: list[list[float]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "parent": parent, "status": status},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _box(west: float, south: float) -> list[list[float]]:
    east, north = west + 0.2, south + 0.2
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def _label(es: str, pt: str, en: str, fr: str) -> Label:
    return Label(es=es, pt=pt, en=en, fr=fr)


def _ranks(risk: Floats) -> Any:
    return 1 + (risk[None, :] > risk[:, None]).sum(axis=1)


def _expit(eta: Floats) -> Floats:
    return 1 / (1 + np.exp(-eta))
