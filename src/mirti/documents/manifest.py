"""manifest.json and classes.json."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from mirti.declarations import Label
from mirti.documents.base import Document, Finite

IntervalKind = Literal["coefficients", "bootstrap", "choices", "none"]
Measure = Literal["rate", "index"]


class OutcomeRecord(Document):
    """What was measured: the name shown to readers and the rule in full."""

    label: Label
    rule: dict[str, Any]


class InputRecord(Document):
    """A file that went in. role: survey, census, projection, areas, boundaries or register:NAME."""

    role: str
    name: str
    sha256: str
    rows: int | None


class AcceptedException(Document):
    covariate: str
    reason: str


class Manifest(Document):
    """release_id comes from the hashes of tables, classes and map: the same results carry the same id.

    measure: "rate", the proportion of children with the outcome, or "index", a composite score divided by 100, which
    has neither survey nor expected children. replicates: simulated worlds or draws behind the intervals, 0 if none.
    """

    schema_version: str
    release_id: str = ""
    measure: Measure = "rate"
    name: str
    created: datetime
    title: Label
    country: str
    country_name: Label
    outcome: OutcomeRecord
    ages: tuple[int, int]
    survey_year: int | None
    census_year: int | None
    children_year: int
    children_source: Literal["census", "projection"]
    interval_kind: IntervalKind
    replicates: int = 0
    spec: dict[str, Any]
    spec_sha256: str
    inputs: tuple[InputRecord, ...]
    packages: dict[str, str]
    seed: int
    timings: dict[str, float] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    accepted: tuple[AcceptedException, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)


class ClassRow(Document):
    """One class: risk in (low, high], the lowest class closed at both ends; low and high are proportions.

    The outer ends are the smallest and the largest risk. A class of fixed cuts may be empty (areas 0).
    """

    number: int = Field(alias="class")
    low: float
    high: float
    areas: int
    children: float
    expected: Finite

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class ClassTable(Document):
    """breaks: upper ends of every class but the last. requested: how many classes the spec asked for."""

    method: Literal["natural_breaks", "quantiles", "equal_width", "fixed"]
    requested: int
    breaks: tuple[float, ...]
    classes: tuple[ClassRow, ...]
