"""What the fit, the benchmark and the bootstrap say of themselves."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mirti.documents.base import Document, Finite

Profile = tuple[float, Finite]


class ScalingRecord(Document):
    """The mixed model under one scaling of the weights ("none": unweighted)."""

    scaling: Literal["size", "effective", "none"]
    sigma_u: float
    sigma_v: float
    coefficients: dict[str, float] = Field(default_factory=dict)


class MixedRecord(Document):
    """Variance components, on the log-odds scale. sigma_v and its interval are None without a PSU effect; an
    upper end is None where the likelihood sets none.

    boundary: sigma_u is 0 or its profile interval reaches 0; penalised: a penalty kept it away from 0 (Chung et al.
    2013). informative: the weighted and unweighted fits differ by more than chance at 5 %.
    """

    sigma_u: float
    sigma_u_interval: Profile
    sigma_v: Finite
    sigma_v_interval: Profile | None
    boundary: bool
    penalised: bool
    areas: int
    psus: int
    nodes: tuple[int, int]
    scalings: tuple[ScalingRecord, ...] = ()
    informativeness_statistic: Finite = None
    informativeness_df: int | None = None
    informativeness_p_value: Finite = None
    informative: bool = False
    own_sample_share: dict[str, float] = Field(
        default_factory=dict
    )  # quantiles over areas: min, median, max …


class MarginalEffect(Document):
    """Average change of the probability: a level against its reference, or a unit more of a number."""

    term: str
    effect: float
    se: float
    low: Finite
    high: Finite
    p_value: Finite


class RocPoint(Document):
    """At a threshold: share of children without (false) and with (true) the outcome above it."""

    false_positive: float
    true_positive: float


class CalibrationGroup(Document):
    """Children of like predicted risk: weighted mean prediction and observed rate. Sampled counts stay private."""

    predicted: float
    observed: float
    se: Finite


class FitTests(Document):
    """How well the design-based fit describes the sample."""

    aic: Finite = None
    effective_parameters: Finite = None
    auc: Finite = None
    auc_se: Finite = None
    cross_validated_auc: Finite = None
    calibration_slope: Finite = None
    calibration_intercept: Finite = None
    archer_lemeshow: Finite = None
    archer_lemeshow_df: tuple[float, float] | None = None
    archer_lemeshow_p_value: Finite = None
    effects: tuple[MarginalEffect, ...] = ()
    roc: tuple[RocPoint, ...] = ()
    calibration: tuple[CalibrationGroup, ...] = ()


class CandidateRecord(Document):
    """One set of terms in the comparison; failure says why it could not be fitted."""

    name: str
    terms: tuple[str, ...]
    chosen: bool
    columns: int | None = None
    aic: Finite = None
    effective_parameters: Finite = None
    cross_validated_auc: Finite = None
    cross_validated_log_score: Finite = None
    calibration_slope: Finite = None
    failure: str | None = None


class PrevalenceRecord(Document):
    """Whether the sample carries the model. advice: the estimator that the events allow, or the index."""

    events: int
    effective_events: float
    columns: int
    events_per_column: float
    psus_with_event: int
    areas_with_event: int
    advice: Literal["mixed", "logistic", "firth", "index"]


class BenchmarkRecord(Document):
    """One domain's logit shift. own: from its own direct rate; otherwise its parent's, and why."""

    code: str
    shift: float
    own: bool
    reason: Literal["", "no_sample", "zero_or_one"] = ""


class UncertaintyRecord(Document):
    """The bootstrap. redrawn: worlds on which the fit failed, drawn again. top: areas of the top-k probability.

    breaks_low, breaks_high: 95 % range of the class breaks when each world is cut anew; kept_class: mean share of areas
    that keep their class then.
    """

    replicates: int
    redrawn: int
    top: int
    breaks_low: tuple[float, ...] = ()
    breaks_high: tuple[float, ...] = ()
    kept_class: Finite = None
