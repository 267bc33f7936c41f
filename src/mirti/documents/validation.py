"""What the rates were held against."""

from __future__ import annotations

from typing import Literal

from mirti.declarations import Label
from mirti.documents.base import Document, Finite
from mirti.documents.manifest import InputRecord, IntervalKind, Measure


class FigureRecord(Document):
    """A statistic with its 95 % interval (bootstrap over areas); None where it is not defined."""

    value: Finite
    low: Finite
    high: Finite


class CalibrationRow(Document):
    """A tenth of the areas by modelled rate: its children, and both mean rates, weighted by them."""

    areas: int
    children: float
    modelled: float
    measured: float


class AgreementRecord(Document):
    """Modelled rates against a direct measure by area. _children: weighted by children, else every area counts alike.

    no_measure: areas that the table lacks or gives no rate for; no_area: codes of the table that are of no area.
    intercept, slope: of the measure on the modelled rate, weighted by children. kappa: squared weights, both rates cut
    at the release's breaks; kappa_ranked: the measure cut so that its classes hold as many areas. bias: mean of
    modelled less measured. inside_interval: share of the areas whose published interval holds the measure.
    with_errors: areas whose measure has a standard error; within_errors: share of them within 1.96 standard errors of
    both together; rmse_net: rmse less what the measure's error explains. Of a measure that is not the outcome's rate
    (an index) the figures that compare levels are None.
    """

    units: int
    children: float
    no_measure: tuple[str, ...] = ()
    no_area: tuple[str, ...] = ()
    pearson: FigureRecord
    pearson_children: FigureRecord
    spearman: FigureRecord
    spearman_children: FigureRecord
    kappa_ranked: FigureRecord
    top_fifth: float
    intercept: FigureRecord | None = None
    slope: FigureRecord | None = None
    kappa: FigureRecord | None = None
    bias: Finite = None
    bias_children: Finite = None
    rmse: Finite = None
    rmse_children: Finite = None
    inside_interval: Finite = None
    with_errors: int = 0
    within_errors: Finite = None
    rmse_net: Finite = None
    tenths: tuple[CalibrationRow, ...] = ()


class DomainRow(Document):
    """A department's modelled and design-based rate. z: their distance in the direct rate's standard errors."""

    code: str
    modelled: float
    direct: Finite
    direct_se: Finite
    z: Finite


class DomainsRecord(Document):
    """Modelled rates against the design-based ones of the same survey, which are not independent of them.

    assessed: departments with a direct standard error; inside: how many modelled rates lie in the direct rate's 95 %
    interval; mean_square_z: about 1 where the model adds no error. benchmark: to what the modelled rates were brought.
    """

    benchmark: Literal["none", "country", "departments"]
    assessed: int
    inside: int
    mean_square_z: Finite
    domains: tuple[DomainRow, ...] = ()


class LeftOutRecord(Document):
    """A domain predicted by a model fitted without it, and its direct rate. z: distance in standard errors of both."""

    code: str
    predicted: float
    predicted_se: Finite
    direct: Finite
    direct_se: Finite
    z: Finite


class LeaveOneOutRecord(Document):
    """Every domain with a sample, predicted by a model that never saw it.

    covered: share of the domains within 1.96 standard errors of both together, of those whose direct error is known; a
    model without effects gives no error of the domain's own departure, so fewer than 95 % are to be expected. rmse_net:
    rmse less what the direct rates' error explains. no_sample: domains without a sampled child; not_predicted: domains
    without which the survey cannot carry the model.
    """

    compared: int
    pearson: Finite
    bias: Finite
    rmse: Finite
    rmse_net: Finite
    covered: Finite
    domains: tuple[LeftOutRecord, ...] = ()
    no_sample: tuple[str, ...] = ()
    not_predicted: tuple[str, ...] = ()


class ValidationRecord(Document):
    direct_measure: AgreementRecord | None = None
    domains: DomainsRecord | None = None
    leave_one_out: LeaveOneOutRecord | None = None


class ValidationReport(Document):
    """validation.json of `mirti validate`. names: of the departments by code; source: the direct measure's file;
    weights: whose numbers of children weigh the areas.
    """

    release_id: str
    title: Label
    measure: Measure
    outcome: Label
    interval_kind: IntervalKind
    breaks: tuple[float, ...]
    names: dict[str, str]
    source: InputRecord | None
    weights: Literal["release", "table"]
    validation: ValidationRecord
