"""Linearised design-based variance: strata, PSUs, finite populations at two stages, single-PSU strata, domains.

Formulas: Särndal, Swensson & Wretman (1992), result 4.3.1 and section 5.5; Binder (1983). Conventions, those of R's
survey package: PSUs without a member of the domain count with a total of 0, and in a stratum with one sampled PSU
("single PSU") the variance cannot be estimated, so a rule says what stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mirti.errors import InputError, Problem
from mirti.tables import Floats, Index, Ints, Sample

SinglePsu = Literal["fail", "certainty", "adjust"]
Flags: TypeAlias = NDArray[np.bool_]

NEGLIGIBLE = 1e-7  # a smaller share of units not sampled is a census of the stratum


@dataclass(frozen=True)
class _Stage:
    """Units drawn within groups: PSUs in strata, or second-stage units in PSUs. U units, G groups.

    scale: (G,) what a sum of squares is multiplied by; centred: (G,) squares are about the group's mean, else about 0,
    which is the grand mean of a linearised variable; single: (G,) one unit sampled and not the whole group.
    """

    group: Index
    size: Ints
    scale: Floats
    centred: Flags
    single: Flags
    labels: tuple[str, ...]
    group_word: str
    unit_word: str


def unit_totals(values: Floats, unit: Index, units: int, factor: Floats | None = None) -> Floats:
    """Totals (units, q) of factor × values over the rows of each unit; values (m, q), unit and factor (m,)."""
    weight = np.ones(len(unit)) if factor is None else factor
    # By column: the rows are read in their own order, and the totals stay in the cache.
    selector = sparse.csc_array((weight, unit, np.arange(len(unit) + 1)), shape=(units, len(unit)))
    return np.asarray(selector @ values)


def covariance(
    sample: Sample,
    psu: Index,
    influence: Floats,
    *,
    ssu: Index | None = None,
    factor: Floats | None = None,
    single_psu: SinglePsu = "fail",
) -> Floats:
    """Covariance (q, q) of the totals of a linearised variable over a domain.

    influence: (m, q) weighted linearised values of the domain's rows (times factor (m,) where given), psu and ssu: (m,)
    their positions in the sample. Raises InputError for single-PSU strata under the rule "fail".
    """
    total = np.zeros((influence.shape[1], influence.shape[1]))
    for stage, unit in _stages(sample, psu, ssu, single_psu):
        _refuse_single(stage, np.unique(stage.group[_distinct(unit, len(stage.group))]), single_psu)
        units = unit_totals(influence, unit, len(stage.group), factor)
        means = unit_totals(units, stage.group, len(stage.size)) / stage.size[:, None]
        deviations = units - np.where(stage.centred[:, None], means, 0.0)[stage.group]
        total += deviations.T @ (deviations * stage.scale[stage.group][:, None])
    return total


def domain_variances(
    sample: Sample,
    psu: Index,
    influence: Floats,
    domain: Index,
    domains: int,
    *,
    ssu: Index | None = None,
    single_psu: SinglePsu = "fail",
) -> Floats:
    """Variances (domains,) of the totals of a linearised variable (m,) over each of many disjoint domains.

    As `covariance` for each domain alone, in one pass over the units that hold its members.
    """
    variances = np.zeros(domains)
    for stage, unit in _stages(sample, psu, ssu, single_psu):
        pair, total = _sum_by(domain.astype(np.int64) * len(stage.group) + unit, influence)
        pair_domain, pair_unit = pair // len(stage.group), pair % len(stage.group)
        variances += _pair_variances(stage, pair_domain, pair_unit, total, domains, single_psu)
    return variances


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
) -> DomainEstimates:
    """Σ numerator / Σ denominator over the rows (m,) of each domain, with linearised standard errors.

    For the rate of y: numerator Σwy and denominator Σw of each cell. Raises InputError for single-PSU strata under
    "fail".
    """
    top = _sum_at(domain, numerator, domains)
    bottom = _sum_at(domain, denominator, domains)
    estimate = np.divide(top, bottom, out=np.full(domains, np.nan), where=bottom != 0)
    influence = (numerator - estimate[domain] * denominator) / bottom[domain]
    variance = domain_variances(sample, psu, influence, domain, domains, ssu=ssu, single_psu=single_psu)
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
) -> tuple[float, float]:
    """Ratio of totals over all rows of the domain, and its standard error."""
    everyone = np.zeros(len(psu), dtype=np.int32)
    result = domain_ratios(sample, psu, numerator, denominator, everyone, 1, ssu=ssu, single_psu=single_psu)
    return float(result.estimate[0]), float(result.se[0])


def units_held(sample: Sample, psu: Index) -> tuple[int, int]:
    """PSUs that hold a member of the domain, and their strata; psu: (m,) of the domain's rows.

    Their difference is the design's degrees of freedom.
    """
    held = _distinct(psu, len(sample.psu_labels))
    return len(held), len(np.unique(sample.psu_stratum[held]))


def _distinct(index: Index, length: int) -> Ints:
    return np.flatnonzero(np.bincount(index, minlength=length))


def _stages(sample: Sample, psu: Index, ssu: Index | None, rule: SinglePsu) -> list[tuple[_Stage, Index]]:
    stages = [(_first_stage(sample, rule), psu)]
    if (
        sample.ssu_psu is not None
        and sample.psu_population is not None
        and sample.stratum_population is not None
    ):
        if ssu is None:
            raise ValueError("the sample has a second stage: give the second-stage unit of each row")
        stages.append((_second_stage(sample, rule), ssu))
    return stages


def _first_stage(sample: Sample, rule: SinglePsu) -> _Stage:
    size = np.bincount(sample.psu_stratum, minlength=len(sample.stratum_labels))
    unsampled = _unsampled(size, sample.stratum_population)
    return _stage(
        sample.psu_stratum,
        size,
        unsampled,
        np.ones(len(size)),
        rule,
        sample.stratum_labels,
        ("stratum", "PSU"),
    )


def _second_stage(sample: Sample, rule: SinglePsu) -> _Stage:
    assert sample.ssu_psu is not None and sample.stratum_population is not None  # noqa: S101, PT018 - _stages checked
    size = np.bincount(sample.ssu_psu, minlength=len(sample.psu_labels))
    drawn = np.bincount(sample.psu_stratum, minlength=len(sample.stratum_labels)) / sample.stratum_population
    unsampled = _unsampled(size, sample.psu_population)
    words = ("PSU", "second-stage unit")
    return _stage(sample.ssu_psu, size, unsampled, drawn[sample.psu_stratum], rule, sample.psu_labels, words)


def _unsampled(size: Ints, population: Floats | None) -> Floats:
    """Share of the population's units that were not drawn, the finite population correction."""
    if population is None:
        return np.ones(len(size))
    return 1.0 - size / population


def _stage(
    group: Index,
    size: Ints,
    unsampled: Floats,
    factor: Floats,
    rule: SinglePsu,
    labels: tuple[str, ...],
    words: tuple[str, str],
) -> _Stage:
    several = size > 1
    inflation = np.where(several, size / np.maximum(size - 1, 1), 1.0)
    scale = np.where(unsampled < NEGLIGIBLE, 0.0, factor * unsampled * inflation)
    single = (size == 1) & (scale > 0)
    return _Stage(group, size, scale, several | (rule != "adjust"), single, labels, *words)


def _refuse_single(stage: _Stage, groups: NDArray[np.integer], rule: SinglePsu) -> None:
    found = groups[stage.single[groups]]
    if rule != "fail" or not len(found):
        return
    noun = {"stratum": ("stratum has", "strata have"), "PSU": ("PSU has", "PSUs have")}[stage.group_word]
    remedy = (
        "Merge them with a neighbour under survey.merge_strata, or set survey.single_psu to "
        '"adjust" (squares about the grand mean; conservative) or "certainty" (no contribution).'
    )
    raise InputError(
        Problem(
            what=f"{len(found)} {noun[len(found) > 1]} one sampled {stage.unit_word}: "
            "the variance cannot be estimated.",
            where="survey design",
            remedy=remedy,
            count=len(found),
            items=tuple(stage.labels[i] for i in found[:10]),
        )
    )


def _pair_variances(
    stage: _Stage, domain: Ints, unit: Ints, total: Floats, domains: int, rule: SinglePsu
) -> Floats:
    groups = len(stage.size)
    group = stage.group[unit].astype(np.int64)
    _refuse_single(stage, np.unique(group), rule)
    held, at = np.unique(domain * groups + group, return_inverse=True)
    held_domain, held_group = held // groups, held % groups
    mean_total = np.where(stage.centred[held_group], np.bincount(at, total) / stage.size[held_group], 0.0)
    squares = np.bincount(at, (total - mean_total[at]) ** 2)
    empty = stage.size[held_group] - np.bincount(at)  # units without a member of the domain have a total of 0
    contribution = stage.scale[held_group] * (squares + empty * mean_total**2)
    return _sum_at(held_domain, contribution, domains)


def _sum_by(key: Ints, values: Floats) -> tuple[Ints, Floats]:
    unique, at = np.unique(key, return_inverse=True)
    return unique, _sum_at(at, values, len(unique))


def _sum_at(index: NDArray[np.integer], values: Floats, length: int) -> Floats:
    return np.asarray(np.bincount(index, values, minlength=length), dtype=np.float64)


def _count_units(sample: Sample, psu: Index, domain: Index, domains: int) -> tuple[Ints, Ints]:
    pairs = np.unique(domain.astype(np.int64) * len(sample.psu_labels) + psu)
    pair_domain, pair_psu = pairs // len(sample.psu_labels), pairs % len(sample.psu_labels)
    held = np.unique(pair_domain * len(sample.stratum_labels) + sample.psu_stratum[pair_psu])
    strata = np.bincount(held // len(sample.stratum_labels), minlength=domains)
    return np.bincount(pair_domain, minlength=domains), strata
