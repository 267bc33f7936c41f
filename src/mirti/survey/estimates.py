"""Design-based estimates with their errors: rates of domains, and any statistic of Σw and Σwy.

Where the survey came with replicate weights they give the variance, otherwise it is linearised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mirti.survey.replicate import replicate_covariance, replicate_variance
from mirti.survey.variance import SinglePsu, covariance, domain_variances, sum_at, unit_totals
from mirti.tables import Floats, Index, Ints, Replicates, Sample, SurveyCells

Statistic: TypeAlias = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class DomainEstimates:
    """Ratios of totals by domain (D,): a mean where the denominator is the weight.

    se is nan where no variance can be estimated: no sample, or all of it in one PSU. psus, strata: those that hold
    members of the domain.
    """

    estimate: Floats
    se: Floats
    numerator: Floats
    denominator: Floats
    psus: Ints
    strata: Ints


def domain_ratios(
    sample: Sample,
    psu: Index,
    numerator: Floats,
    denominator: Floats,
    domain: Index,
    domains: int,
    *,
    ssu: Index | None = None,
    single_psu: SinglePsu = "fail",
    replicated: tuple[Floats, Floats] | None = None,
) -> DomainEstimates:
    """Σ numerator / Σ denominator over the rows (m,) of each domain, with standard errors.

    For the rate of y: numerator Σwy and denominator Σw of each cell. replicated: both (m, R) under the sample's
    replicate weights, which then give the variance; else it is linearised. Raises InputError for single-PSU strata
    under "fail".
    """
    top = sum_at(domain, numerator, domains)
    bottom = sum_at(domain, denominator, domains)
    estimate = np.divide(top, bottom, out=np.full(domains, np.nan), where=bottom != 0)
    if replicated is None:
        influence = (numerator - estimate[domain] * denominator) / bottom[domain]
        variance = domain_variances(sample, psu, influence, domain, domains, ssu=ssu, single_psu=single_psu)
    else:
        variance = _replicate_variances(sample, estimate, replicated, domain, domains)
    psus, strata = _count_units(sample, psu, domain, domains)
    se = np.where(psus > 1, np.sqrt(variance), np.nan)
    return DomainEstimates(estimate, se, top, bottom, psus, strata)


def mean(
    sample: Sample,
    psu: Index,
    numerator: Floats,
    denominator: Floats,
    *,
    ssu: Index | None = None,
    single_psu: SinglePsu = "fail",
    replicated: tuple[Floats, Floats] | None = None,
) -> tuple[float, float]:
    """Ratio of totals over all rows of the domain, and its standard error."""
    everyone = np.zeros(len(psu), dtype=np.int32)
    result = domain_ratios(
        sample,
        psu,
        numerator,
        denominator,
        everyone,
        1,
        ssu=ssu,
        single_psu=single_psu,
        replicated=replicated,
    )
    return float(result.estimate[0]), float(result.se[0])


def estimate_covariance(
    cells: SurveyCells, statistic: Statistic, influence: Floats, single_psu: SinglePsu = "fail"
) -> Floats:
    """Covariance (q, q) of statistic(Σw, Σwy), by the cells' replicate weights if they have any, else linearised.

    statistic: from Σw and Σwy of the cells, (m,) each, to (q,); influence: (m, q) its weighted linearised values.
    Raises InputError for single-PSU strata under "fail".
    """
    if cells.rw is None or cells.rwy is None:
        return covariance(cells.sample, cells.psu, influence, ssu=cells.ssu, single_psu=single_psu)
    estimates = np.array([statistic(w, wy) for w, wy in zip(cells.rw.T, cells.rwy.T, strict=True)])
    return replicate_covariance(estimates, statistic(cells.sw, cells.swy), _replicates(cells.sample))


def replicated_pair(cells: SurveyCells) -> tuple[Floats, Floats] | None:
    """Σw_r y and Σw_r of the cells, (m, R) each, as `domain_ratios` takes them; None without replicate weights."""
    return None if cells.rw is None or cells.rwy is None else (cells.rwy, cells.rw)


def _replicate_variances(
    sample: Sample, full: Floats, replicated: tuple[Floats, Floats], domain: Index, domains: int
) -> Floats:
    """A replicate under which a domain has no weight is left out of that domain's variance, as R leaves it out."""
    replicates = _replicates(sample)
    tops, bottoms = (unit_totals(values, domain, domains) for values in replicated)
    each = np.divide(tops, bottoms, out=np.full(tops.shape, np.nan), where=bottoms != 0)
    rows = zip(each, full, strict=True)
    return np.array([replicate_variance(estimates, value, replicates) for estimates, value in rows])


def _replicates(sample: Sample) -> Replicates:
    if sample.replicates is None:
        raise ValueError("the rows have replicate weights, but the sample does not say how they were made")
    return sample.replicates


def _count_units(sample: Sample, psu: Index, domain: Index, domains: int) -> tuple[Ints, Ints]:
    pairs = np.unique(domain.astype(np.int64) * len(sample.psu_labels) + psu)
    pair_domain, pair_psu = pairs // len(sample.psu_labels), pairs % len(sample.psu_labels)
    held = np.unique(pair_domain * len(sample.stratum_labels) + sample.psu_stratum[pair_psu])
    strata = np.bincount(held // len(sample.stratum_labels), minlength=domains)
    return np.bincount(pair_domain, minlength=domains), strata
