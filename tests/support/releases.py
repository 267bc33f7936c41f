"""A small release that follows the contract, made without running a model.

Six departments of some forty municipalities on a wavy grid in the open ocean. Rates come from a made-up logistic rule,
so that classes, ranks, drivers and totals hang together as in a real one. Deterministic by seed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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


def synthetic_release(seed: int = 1, *, boundaries: bool = True, name: str = "synthetic") -> Release:
    """In memory; unwritten, so without id and hashes. The first municipality has a name of 90 characters."""
    rng = np.random.default_rng(seed)
    country = _Country(rng)
    geojson = country.geojson() if boundaries else None
    return Release(
        manifest=_manifest(name, seed),
        classes=country.classes,
        diagnostics=_diagnostics(country, boundaries),
        tables={
            "areas.parquet": country.areas(),
            "domains.parquet": country.domains(),
            "drivers.parquet": country.drivers(),
            "coefficients.parquet": _coefficients(),
            "profile.parquet": country.profile(rng),
        },
        geojson=geojson,
    )


def write_synthetic_release(
    out: Path,
    seed: int = 1,
    *,
    boundaries: bool = True,
    name: str = "synthetic",
    report: Callable[[Release], str] | None = lambda release: (
        f"<!doctype html><title>{release.manifest.name}</title>"
    ),
) -> Release:
    """Write it as the folder `out` and return it with its id and file hashes."""
    return write_release(out, synthetic_release(seed, boundaries=boundaries, name=name), report)


class _Country:
    """The made-up figures: one entry a municipality in every array."""

    def __init__(self, rng: np.random.Generator) -> None:
        size = DEPARTMENTS * COLUMNS * ROWS
        self.department = np.repeat(np.arange(DEPARTMENTS), COLUMNS * ROWS)
        self.parent = [f"{d + 1:02d}" for d in self.department]
        self.code = [f"{p}{i % (COLUMNS * ROWS) + 1:03d}" for i, p in enumerate(self.parent)]
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
        self.jitter = rng.uniform(-0.03, 0.03, (DEPARTMENTS // 2 * COLUMNS + 1, 2 * ROWS + 1, 2))

    @property
    def national(self) -> float:
        return float((self.risk * self.children).sum() / self.children.sum())

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

    def drivers(self) -> Any:
        codes, factors, parts = [], [], []
        x_national = np.average(self.x, axis=0, weights=self.children)
        for code, inside in [*self._singles(), *self._departments()]:
            weights = self.children * inside
            risk = np.average(self.risk, weights=weights)
            distance = np.average(self.x, axis=0, weights=weights) - x_national
            contribution = distance * BETA * risk * (1 - risk)
            rows = [*contribution, risk - self.national - contribution.sum()]
            codes += [code] * len(rows)
            factors += [*FACTORS, "remainder"]
            parts += rows
        return arrow_table("drivers.parquet", {"code": codes, "factor": factors, "contribution": parts})

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
        department, within = divmod(i, COLUMNS * ROWS)
        column = (department // 2) * COLUMNS + within % COLUMNS
        row = (department % 2) * ROWS + within // COLUMNS
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
        return [self._corner(c, r) for c, r in corners]

    def _corner(self, column: int, row: int) -> list[float]:
        dx, dy = self.jitter[column, row]
        return [round(-35 + 0.2 * column + dx, 6), round(1 + 0.2 * row + dy, 6)]


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


def _manifest(name: str, seed: int) -> Manifest:
    return Manifest(
        schema_version=SCHEMA_VERSION,
        name=name,
        created=datetime(2024, 5, 17, 12, 0, tzinfo=UTC),
        title=_label("Riesgo de trabajo infantil", "Risco de trabalho infantil", "Risk of child labour",
                     "Risque de travail des enfants"),
        country=COUNTRY,
        country_name=_label("Sintética", "Sintética", "Synthetic", "Synthétique"),
        outcome=OutcomeRecord(
            label=_label("Trabajo infantil", "Trabalho infantil", "Child labour", "Travail des enfants"),
            rule={"kind": "column", "ages": [5, 17], "column": "child_labour"},
        ),
        ages=(5, 17),
        survey_year=2021,
        census_year=2018,
        children_year=CHILDREN_YEAR,
        children_source="projection",
        interval_kind="coefficients",
        spec={"schema_version": "1"},
        spec_sha256="0" * 64,
        inputs=(InputRecord(role="survey", name="survey.parquet", sha256="1" * 64, rows=12000),),
        packages={"almenara": "0.1.0"},
        seed=seed,
        timings={"collapse": 1.5},
        warnings=("The distribution of schooling differs between survey and census.",),
    )  # fmt: skip


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
