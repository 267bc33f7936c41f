"""The JSON documents of a release: manifest, classes, diagnostics. The tables are in `mirti.release`.

Written by the engine, read by whoever opens a release: within a schema version a field may be added, never
renamed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mirti.declarations import Label

IntervalKind = Literal["coefficients", "bootstrap", "none"]


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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
    """release_id comes from the hashes of tables, classes and map: the same results carry the same id."""

    schema_version: str
    release_id: str = ""
    name: str
    created: datetime
    title: Label
    country: str
    country_name: Label
    outcome: OutcomeRecord
    ages: tuple[int, int]
    survey_year: int
    census_year: int
    children_year: int
    children_source: Literal["census", "projection"]
    interval_kind: IntervalKind
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
    expected: float

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class ClassTable(Document):
    """breaks: upper ends of every class but the last. requested: how many classes the spec asked for."""

    method: Literal["natural_breaks", "quantiles", "equal_width", "fixed"]
    requested: int
    breaks: tuple[float, ...]
    classes: tuple[ClassRow, ...]


class TermRecord(Document):
    """Wald test that every column of a factor is 0; p_value None where no degrees of freedom are left."""

    factor: str
    statistic: float
    df: int
    residual_df: int
    p_value: float | None


class ModelRecord(Document):
    """The fit in figures. estimator: the method in a few words; measures: further figures by name."""

    estimator: str
    children: int
    events: int
    strata: int
    psus: int
    df: float
    iterations: int
    deviance: float | None = None
    null_deviance: float | None = None
    measures: dict[str, float] = Field(default_factory=dict)
    terms: tuple[TermRecord, ...] = ()


class RateRecord(Document):
    """A design-based rate against the modelled one, nation or department; proportions."""

    code: str
    direct: float | None
    direct_se: float | None
    modelled: float


class ComparabilityRow(Document):
    """A level's share among the survey's children and the census's (a number's means, under the level "mean").

    difference: standardised, with its design-based se.
    """

    covariate: str
    level: str
    survey: float
    census: float
    difference: float
    se: float | None
    verdict: Literal["same", "warn", "stop", "accepted"]


class SupportRecord(Document):
    """Census patterns that no surveyed child has: counted, predicted, reported."""

    patterns: int
    unsupported_patterns: int
    children: float
    unsupported_children: float


class BoundaryRecord(Document):
    """How the polygons joined. no_polygon: areas without one; no_census: polygons shown without a value."""

    file: str
    polygons: int
    joined: int
    no_polygon: tuple[str, ...] = ()
    no_census: tuple[str, ...] = ()


class Diagnostics(Document):
    model: ModelRecord
    national: RateRecord
    comparability: tuple[ComparabilityRow, ...] = ()
    support: SupportRecord | None = None
    missing_outcome_share: float | None = None
    areas: int
    areas_sampled: int
    areas_without_children: tuple[str, ...] = ()
    boundaries: BoundaryRecord | None = None
    remarks: tuple[str, ...] = ()
