"""diagnostics.json: how the fit went, and what to know before using it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mirti.documents.base import Document, Finite
from mirti.documents.index import IndexRecord
from mirti.documents.inference import (
    BenchmarkRecord,
    CandidateRecord,
    FitTests,
    MixedRecord,
    PrevalenceRecord,
    UncertaintyRecord,
)
from mirti.documents.space import MoranRecord, TypeRecord, TypologyRecord
from mirti.documents.validation import ValidationRecord


class TermRecord(Document):
    """Tests that every column of a factor is 0; None where no degrees of freedom are left, or fewer PSUs than columns.

    statistic, p_value: Wald F. likelihood_ratio, lr_p_value: Rao–Scott working likelihood ratio.
    """

    factor: str
    statistic: Finite
    df: int
    residual_df: float
    p_value: Finite
    likelihood_ratio: Finite = None
    lr_p_value: Finite = None


class ModelRecord(Document):
    """The fit in figures. estimator: the method in a few words; measures: further figures by name."""

    estimator: str
    children: int
    events: int
    strata: int
    psus: int
    df: float
    iterations: int
    deviance: Finite = None
    null_deviance: Finite = None
    measures: dict[str, float] = Field(default_factory=dict)
    terms: tuple[TermRecord, ...] = ()


class RateRecord(Document):
    """A design-based rate against the modelled one, nation or department; proportions."""

    code: str
    direct: Finite
    direct_se: Finite
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
    se: Finite
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
    """model, national: None for an index. Every part that a method does not have is None or empty."""

    model: ModelRecord | None
    national: RateRecord | None
    mixed: MixedRecord | None = None
    fit_tests: FitTests | None = None
    candidates: tuple[CandidateRecord, ...] = ()
    prevalence: PrevalenceRecord | None = None
    benchmark: tuple[BenchmarkRecord, ...] = ()
    uncertainty: UncertaintyRecord | None = None
    validation: ValidationRecord | None = None
    moran: MoranRecord | None = None
    typology: TypologyRecord | None = None
    types: tuple[TypeRecord, ...] = ()
    index: IndexRecord | None = None
    comparability: tuple[ComparabilityRow, ...] = ()
    support: SupportRecord | None = None
    missing_outcome_share: Finite = None
    areas: int
    areas_sampled: int
    areas_without_children: tuple[str, ...] = ()
    boundaries: BoundaryRecord | None = None
    remarks: tuple[str, ...] = ()
