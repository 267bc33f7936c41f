"""Linearised design-based variance: strata, PSUs, finite populations at every stage, single-PSU strata, domains.

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
    """Units drawn within groups: PSUs in strata, or units of a further stage in those above. U units, G groups.

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

    influence: (m, q) weighted linearised values of the domain's rows (times factor (m,) where given); psu: (m,) their
    positions among the PSUs, ssu: (m,) among the units of the last stage with an fpc. Raises InputError for single-PSU
    strata under the rule "fail".
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


def units_held(sample: Sample, psu: Index) -> tuple[int, int]:
    """PSUs that hold a member of the domain, and their strata; psu: (m,) of the domain's rows.

    Their difference is the design's degrees of freedom.
    """
    held = _distinct(psu, len(sample.psu_labels))
    return len(held), len(np.unique(sample.psu_stratum[held]))


def _distinct(index: Index, length: int) -> Ints:
    return np.flatnonzero(np.bincount(index, minlength=length))


def _stages(sample: Sample, psu: Index, ssu: Index | None, rule: SinglePsu) -> list[tuple[_Stage, Index]]:
    """The stages, and each row's unit in them (m,), which follows from its unit of the last one."""
    found = [(_first_stage(sample, rule), psu)]
    groups = (sample.psu_labels, *(stage.labels for stage in sample.stages))
    drawn = _drawn(sample)
    units = _units(sample, ssu)
    for i, (stage, unit) in enumerate(zip(sample.stages, units, strict=True)):
        size = np.bincount(stage.parent, minlength=len(stage.population))
        unsampled = _unsampled(size, stage.population)
        words = ("PSU" if i == 0 else f"unit of stage {i + 1}", f"unit of stage {i + 2}")
        found.append((_stage(stage.parent, size, unsampled, drawn, rule, groups[i], words), unit))
        drawn = (drawn * size / stage.population)[stage.parent]
    return found


def _units(sample: Sample, ssu: Index | None) -> list[Index]:
    """Each row's unit of the second stage, of the third, … from its unit of the last."""
    if not sample.stages:
        return []
    if ssu is None:
        raise ValueError("the sample has further stages: give each row's unit of the last")
    units = [ssu]
    for stage in reversed(sample.stages[1:]):
        units.append(stage.parent[units[-1]])
    return units[::-1]


def _drawn(sample: Sample) -> Floats:
    """(P,) share of the stratum's PSUs that were drawn, the chance that stands before the stages below."""
    if sample.stratum_population is None:
        return np.zeros(len(sample.psu_labels))
    size = np.bincount(sample.psu_stratum, minlength=len(sample.stratum_labels))
    return np.asarray((size / sample.stratum_population)[sample.psu_stratum])


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
    many = {"stratum": "strata", "PSU": "PSUs"}.get(
        stage.group_word, stage.group_word.replace("unit", "units")
    )
    noun = f"{many} have" if len(found) > 1 else f"{stage.group_word} has"
    remedy = (
        "Merge them with a neighbour under survey.merge_strata, or set survey.single_psu to "
        '"adjust" (squares about the grand mean; conservative) or "certainty" (no contribution).'
    )
    raise InputError(
        Problem(
            what=f"{len(found)} {noun} one sampled {stage.unit_word}: the variance cannot be estimated.",
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
    return sum_at(held_domain, contribution, domains)


def _sum_by(key: Ints, values: Floats) -> tuple[Ints, Floats]:
    unique, at = np.unique(key, return_inverse=True)
    return unique, sum_at(at, values, len(unique))


def sum_at(index: NDArray[np.integer], values: Floats, length: int) -> Floats:
    return np.asarray(np.bincount(index, values, minlength=length), dtype=np.float64)
