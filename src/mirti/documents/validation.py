"""What the rates were held against."""

from __future__ import annotations

from mirti.documents.base import Document


class CalibrationRow(Document):
    """A tenth of the areas by modelled rate: mean modelled and mean measured rate."""

    areas: int
    modelled: float
    measured: float


class AgreementRecord(Document):
    """Modelled rates against a measure of the same units; None where it cannot be computed."""

    units: int
    not_joined: tuple[str, ...] = ()
    pearson: float | None = None
    pearson_interval: tuple[float, float] | None = None
    spearman: float | None = None
    spearman_interval: tuple[float, float] | None = None
    kappa: float | None = None
    top_fifth_overlap: float | None = None
    bias: float | None = None
    rmse: float | None = None
    slope: float | None = None
    intercept: float | None = None
    inside_interval: float | None = None
    deciles: tuple[CalibrationRow, ...] = ()


class LeftOutRecord(Document):
    """A domain predicted by a model fitted without it, and its direct rate."""

    code: str
    predicted: float
    direct: float | None
    direct_se: float | None
    z: float | None


class ValidationRecord(Document):
    direct_measure: AgreementRecord | None = None
    domains: AgreementRecord | None = None
    leave_one_out: AgreementRecord | None = None
    left_out: tuple[LeftOutRecord, ...] = ()
