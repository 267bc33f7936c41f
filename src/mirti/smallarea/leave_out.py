"""Leave one domain out: where no direct measure exists, each domain is predicted by a model that never saw it.

What the survey says of the domain is then independent of the prediction, but for strata that they share, so the two
may be held against each other with both their errors: |predicted − direct| ≤ 1.96 √(se² predicted + se² direct) in
about 95 of 100 domains if the model and its errors are right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mirti.smallarea.agreement import correlation
from mirti.smallarea.direct import direct_rates
from mirti.survey.variance import SinglePsu
from mirti.tables import Floats, Index, Ints, SurveyCells

NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Predicted:
    """The rate of a domain and its standard error, proportions; se nan where the model gives none."""

    rate: float
    se: float


@dataclass(frozen=True)
class LeftOut:
    """G domains, arrays (G,): n sampled children, predicted rate and direct rate with their standard errors, z.

    Nan where a domain has no sample; z also where its direct standard error is not known, or 0, as it is of a direct
    rate of 0 or 1, which is not known without error. domains: how many are compared. pearson, bias, rmse: of predicted
    against direct, unweighted. Of the domains whose direct error is known: rmse_net, less what that error explains, not
    below 0; covered, share with |z| ≤ 1.96, nan if the model gives no standard error.
    """

    n: Ints
    predicted: Floats
    predicted_se: Floats
    direct: Floats
    direct_se: Floats
    z: Floats
    domains: int
    pearson: float
    bias: float
    rmse: float
    rmse_net: float
    covered: float


def leave_one_domain_out(
    survey: SurveyCells,
    group: Index,
    groups: int,
    predict: Callable[[SurveyCells, int], Predicted],
    single_psu: SinglePsu = "fail",
) -> LeftOut:
    """Predict each of `groups` domains by a model fitted without its children, and compare with its direct rate.

    group: for each of survey.area_codes its domain, 0 … groups − 1, or −1 for none. predict: fits on the cells given
    (the design stays whole: the children elsewhere are a domain of it) and projects on the census of the domain given.
    Domains without sample are not predicted. Whatever predict raises is raised.
    """
    direct = direct_rates(survey, group, groups, single_psu)
    rate, se = np.full(groups, np.nan), np.full(groups, np.nan)
    for domain in np.flatnonzero(direct.n > 0):
        predicted = predict(without(survey, group, int(domain)), int(domain))
        rate[domain], se[domain] = predicted.rate, predicted.se
    return _compare(direct.n, rate, se, direct.rate, direct.se)


def without(survey: SurveyCells, group: Index, domain: int) -> SurveyCells:
    """The cells of every area outside the domain, in the same design."""
    return survey.take(group[survey.area] != domain)


def _compare(n: Ints, rate: Floats, se: Floats, direct: Floats, direct_se: Floats) -> LeftOut:
    away = rate - direct
    known = np.isfinite(away)
    measured = known & (direct_se > 0)
    assessed = measured & np.isfinite(se)
    z = np.where(assessed, away / np.where(assessed, np.hypot(se, direct_se), 1), np.nan)
    unexplained = _mean((away**2 - direct_se**2)[measured])
    return LeftOut(
        n=n,
        predicted=rate,
        predicted_se=se,
        direct=direct,
        direct_se=direct_se,
        z=z,
        domains=int(known.sum()),
        pearson=correlation(rate[known], direct[known], np.ones(known.sum())) if known.any() else np.nan,
        bias=_mean(away[known]),
        rmse=float(np.sqrt(_mean(away[known] ** 2))),
        rmse_net=float(np.sqrt(max(unexplained, 0.0))) if measured.any() else np.nan,
        covered=_mean((np.abs(z) <= NORMAL)[assessed].astype(np.float64)),
    )


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
