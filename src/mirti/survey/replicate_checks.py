"""Do the replicate weights that came with a survey belong to it, and are they of the kind that is declared?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mirti.errors import SHOWN, InputError, Problem
from mirti.survey.replicate import WHERE, Kind
from mirti.tables import Floats, Sample

FEWEST, MOST = 0.5, 2.0  # of the full weight's total: outside, a replicate is not of this survey
RHO_TOLERANCE = 0.15
HALF_SAMPLES = ("BRR", "Fay")
GIVE_RSCALES = "Give rscales, one number for each column, as the survey's codebook states them."


def check_replicates(
    kind: Kind,
    full: Floats,
    each: Floats,
    *,
    sample: Sample | None = None,
    columns: tuple[str, ...] = (),
    where: str = WHERE,
) -> None:
    """Raises InputError where replicate weights do not match the survey.

    full: (m,) weights, and each: (m, R) replicate weights, combined, of every sampled person or summed by PSU; sample:
    its strata and PSUs where they were declared; columns: (R,) names. Refused: weights that are missing or below 0, a
    column that is the full weight itself, totals under half or over twice the full weight's, more replicates than PSUs
    (JK1, JKn), fewer than strata (BRR, Fay).
    """
    names = columns or tuple(f"replicate {r + 1}" for r in range(each.shape[1]))
    problems = list(_unusable(each, names, where))
    if not problems:
        problems = [*_copies(kind, full, each, names, where), *_totals(full, each, names, where)]
    if not problems and sample is not None:
        problems = list(_numbers(kind, each.shape[1], sample, where))
    if problems:
        raise InputError(problems)


def check_half_samples(
    kind: Kind, full: Floats, each: Floats, *, rho: float | None = None, where: str = WHERE
) -> None:
    """Raises InputError where the ratios of replicate weights (m, R) to weights (m,) are not those of the kind and rho.

    Factors of BRR are 0 and 2, of Fay rho and 2 - rho, but for later adjustments of the weights.
    """
    known = full > 0
    if kind not in HALF_SAMPLES or not known.any():
        return
    away = float(np.median(np.abs(each[known] / full[known, None] - 1)))
    if kind == "BRR" and away < 1 - RHO_TOLERANCE:
        what = f"BRR weights are 0 or twice the weight, and half of these lie within {away:.2f} times of the weight."
        remedy = f'Set kind = "Fay" with rho = {1 - away:.2g}, or as the survey\'s maker states it.'
        raise InputError(Problem(what, where, remedy))
    if kind == "Fay" and rho is not None and abs(away - (1 - rho)) > RHO_TOLERANCE:
        what = (
            f"The weights differ from the full weight by about {away:.2f} times it, as with rho = {1 - away:.2f}, "
            f"not {rho:g}."
        )
        remedy = "State rho as the survey's maker does: standard errors depend on it."
        raise InputError(Problem(what, f"{where}: rho", remedy))


def stratum_rscales(each: Floats, sample: Sample, where: str = WHERE) -> Floats:
    """JKn's rscales (R,), (n_h - 1) / n_h of the stratum whose PSU each replicate leaves out; each: (P, R) by PSU.

    Raises InputError where a replicate does not leave out exactly one PSU, and where a PSU of a stratum with several is
    not left out exactly once: the scales would be wrong by as much, as they are for JK2, which drops one of two.
    """
    out = each == 0
    _check_replicates_of_one(out, f"{where}: rscales")
    size = np.bincount(sample.psu_stratum, minlength=len(sample.stratum_labels))
    _check_every_psu(out, sample.psu_labels, size[sample.psu_stratum] > 1, f"{where}: rscales")
    n = size[sample.psu_stratum[out.argmax(axis=0)]]
    return np.asarray((n - 1) / n)


def _check_replicates_of_one(out: NDArray[np.bool_], where: str) -> None:
    """out: (P, R) whether the replicate leaves the PSU out."""
    wrong = np.flatnonzero(out.sum(axis=0) != 1)
    if len(wrong):
        raise InputError(
            Problem(
                what=f"JKn weights of the declared design leave out one PSU each, and {len(wrong)} of {out.shape[1]} "
                "replicates do not.",
                where=where,
                remedy=GIVE_RSCALES,
                count=len(wrong),
                items=tuple(f"replicate {r + 1}: {int(out[:, r].sum())} PSUs" for r in wrong[:SHOWN]),
            )
        )


def _check_every_psu(
    out: NDArray[np.bool_], labels: tuple[str, ...], several: NDArray[np.bool_], where: str
) -> None:
    """several: (P,) whether the PSU is not alone in its stratum."""
    times = out.sum(axis=1)
    wrong = np.flatnonzero((times != 1) & several)
    if len(wrong):
        raise InputError(
            Problem(
                what=f"JKn weights of the declared design leave every PSU out once, and {len(wrong)} of {len(out)} "
                "PSUs they do not.",
                where=where,
                remedy=f"Name every column of replicate weights. If there are no more: {GIVE_RSCALES}",
                count=len(wrong),
                items=tuple(f"{labels[p]}: {times[p]} times" for p in wrong[:SHOWN]),
            )
        )


def _unusable(each: Floats, names: tuple[str, ...], where: str) -> Iterator[Problem]:
    bad = np.flatnonzero((~(np.isfinite(each) & (each >= 0))).any(axis=0))
    if len(bad):
        yield Problem(
            what=f"Replicate weights that are missing or below 0, in {len(bad)} columns.",
            where=where,
            remedy="Every sampled person has a number, 0 or more, in every one of them: correct or drop the column.",
            count=len(bad),
            items=tuple(names[r] for r in bad[:SHOWN]),
        )


def _copies(kind: Kind, full: Floats, each: Floats, names: tuple[str, ...], where: str) -> Iterator[Problem]:
    same = np.flatnonzero(np.isclose(each, full[:, None], rtol=1e-9).all(axis=0))
    if len(same) > (kind == "SDR"):  # the constant column of a Hadamard matrix has no successive differences
        yield Problem(
            what=f"Replicate weights that are the sampling weight itself: {len(same)}.",
            where=where,
            remedy="Name only the replicates: a pattern that ends in * may take the sampling weight in too.",
            count=len(same),
            items=tuple(names[r] for r in same[:SHOWN]),
        )


def _totals(full: Floats, each: Floats, names: tuple[str, ...], where: str) -> Iterator[Problem]:
    share = each.sum(axis=0) / full.sum()
    far = np.flatnonzero(~((share >= FEWEST) & (share <= MOST)))
    if len(far):
        yield Problem(
            what=f"The totals of {len(far)} of {len(share)} replicate weights are far from the sampling weight's.",
            where=where,
            remedy="Set survey.replicates.combined to false if they are factors of the sampling weight, to true if "
            "they hold it already; otherwise take the columns that belong to this weight.",
            count=len(far),
            items=tuple(f"{names[r]}: {share[r]:.3g} times" for r in far[:SHOWN]),
        )


def _numbers(kind: Kind, replicates: int, sample: Sample, where: str) -> Iterator[Problem]:
    psus, strata = len(sample.psu_labels), len(sample.stratum_labels)
    if kind in ("JK1", "JKn") and replicates > psus:
        what = f"{kind} leaves one PSU out at a time: {replicates} replicates are more than the survey's {psus} PSUs."
        yield Problem(what, where, "Check survey.replicates.kind and columns, and survey.psu.")
    if kind in HALF_SAMPLES and replicates < strata:
        what = f"{kind} needs as many replicates as strata: there are {replicates} for {strata} strata."
        yield Problem(what, where, "Name every column of replicate weights, or check survey.strata.")
