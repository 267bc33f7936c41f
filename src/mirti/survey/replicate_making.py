"""Replicate weights made from a design of strata and PSUs, as R's as.svrepdesign makes them.

With them a replicate variance can be held against the linearised one: under JKn and BRR the variance of a total is the
same number. Jackknife and balanced repeated replication: Wolter (2007); bootstrap: Rao, Wu & Yue (1992), with n_h - 1
PSUs drawn in each stratum; successive differences: Fay & Train (1995), for PSUs in the order of a systematic draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import hadamard

from mirti.errors import InputError, Problem
from mirti.survey.replicate import Kind, describe
from mirti.survey.variance import NEGLIGIBLE
from mirti.tables import Floats, Index, Ints, Replicates, Sample

WHERE = "replicate weights"
SPREAD = 2**1.5  # of a successive difference: two rows of a Hadamard matrix, at a quarter of its squares


@dataclass(frozen=True)
class MadeReplicates:
    """factors: (P, R) what the weights of each PSU are multiplied by; replicates: how they give the variance."""

    replicates: Replicates
    factors: Floats


def make_replicates(
    sample: Sample, kind: Kind, *, rho: float | None = None, number: int = 200, seed: int = 0
) -> MadeReplicates:
    """Factors of the PSUs of a stratified cluster sample under each replicate.

    number: bootstrap's replicates; seed: of its draws. Finite populations of the first stage enter JK1, JKn, bootstrap
    and SDR; BRR and Fay have none, and no kind sees further stages. Raises InputError for JK1 with strata, a stratum of
    one PSU that is not the whole of it, and BRR or Fay with an odd number of PSUs in a stratum.
    """
    size = np.bincount(sample.psu_stratum, minlength=len(sample.stratum_labels))
    _check_design(sample, kind, size)
    makers = {
        "JK1": lambda: _jackknife(sample, size, kind),
        "JKn": lambda: _jackknife(sample, size, kind),
        "BRR": lambda: _half_samples(sample, size, kind, 0.0),
        "Fay": lambda: _half_samples(sample, size, kind, rho),
        "bootstrap": lambda: _bootstrap(sample, size, number, seed),
        "SDR": lambda: _successive(sample, size),
    }
    return makers[kind]()


def _jackknife(sample: Sample, size: Ints, kind: Kind) -> MadeReplicates:
    """Each PSU is left out in turn; the rest of its stratum stand in for it."""
    unsampled = _unsampled(sample, size)
    stratum = sample.psu_stratum
    left = np.flatnonzero((size[stratum] > 1) & (unsampled[stratum] >= NEGLIGIBLE))
    n = size[stratum[left]]
    factors = np.where(stratum[:, None] == stratum[left], n / (n - 1), 1.0)
    factors[left, np.arange(len(left))] = 0.0
    rscales = unsampled[stratum[left]] * (n - 1) / n
    if kind == "JK1":
        return MadeReplicates(describe("JK1", len(left), scale=float(rscales[0])), factors)
    return MadeReplicates(describe("JKn", len(left), rscales=rscales), factors)


def _half_samples(sample: Sample, size: Ints, kind: Kind, rho: float | None) -> MadeReplicates:
    """One PSU of each pair is raised and the other lowered, by the rows of a Hadamard matrix."""
    order = np.argsort(sample.psu_stratum, kind="stable")
    pair, second = np.empty(len(order), dtype=np.int64), np.empty(len(order))
    pair[order], second[order] = np.arange(len(order)) // 2, np.arange(len(order)) % 2
    signs = _orthogonal(len(order) // 2)[pair] * np.where(second == 1, -1.0, 1.0)[:, None]
    factors = 1.0 + (1.0 - (rho or 0.0)) * signs
    return MadeReplicates(describe(kind, factors.shape[1], rho=rho), factors)


def _bootstrap(sample: Sample, size: Ints, number: int, seed: int) -> MadeReplicates:
    rng = np.random.default_rng(seed)
    unsampled = np.sqrt(_unsampled(sample, size))
    factors = np.ones((len(sample.psu_stratum), number))
    for h in np.flatnonzero(size > 1):
        held = np.flatnonzero(sample.psu_stratum == h)
        drawn = rng.multinomial(size[h] - 1, np.full(size[h], 1 / size[h]), number).T
        factors[held] = 1 - unsampled[h] + unsampled[h] * drawn * size[h] / (size[h] - 1)
    return MadeReplicates(describe("bootstrap", number, scale=1 / number), factors)


def _successive(sample: Sample, size: Ints) -> MadeReplicates:
    """Rows i and i + 1 of a Hadamard matrix for the i-th PSU, the last followed by the first."""
    rows = _orthogonal(len(sample.psu_stratum))
    unsampled = np.sqrt(_unsampled(sample, size))[sample.psu_stratum]
    factors = 1 + unsampled[:, None] * (rows - np.roll(rows, -1, axis=0)) / SPREAD
    return MadeReplicates(describe("SDR", factors.shape[1]), factors)


def _orthogonal(rows: int) -> Floats:
    """Rows of ±1 that are orthogonal to each other and to the constant row."""
    order = 1 << rows.bit_length()
    return np.asarray(hadamard(order)[1 : rows + 1], dtype=np.float64)


def _unsampled(sample: Sample, size: Ints) -> Floats:
    if sample.stratum_population is None:
        return np.ones(len(size))
    return 1 - size / sample.stratum_population


def _check_design(sample: Sample, kind: Kind, size: Ints) -> None:
    if kind == "JK1" and len(size) > 1:
        what = f"JK1 weights leave PSUs out of one stratum, and the design has {len(size)}."
        raise InputError(Problem(what, WHERE, "Make JKn weights."))
    unsampled = _unsampled(sample, size)
    single = np.flatnonzero((size == 1) & (unsampled >= NEGLIGIBLE))
    odd = np.flatnonzero(size % 2 == 1) if kind in ("BRR", "Fay") else single[:0]
    if len(single):
        what = f"Strata with one sampled PSU: {len(single)}."
        raise InputError(_named(what, "Merge each with a neighbour.", sample, single))
    if len(odd):
        what = f"Strata with an odd number of PSUs, which do not come in pairs: {len(odd)}."
        raise InputError(_named(what, "Make JKn weights, or merge strata.", sample, odd))


def _named(what: str, remedy: str, sample: Sample, strata: Index | Ints) -> Problem:
    return Problem(what, WHERE, remedy, len(strata), tuple(sample.stratum_labels[h] for h in strata[:10]))
