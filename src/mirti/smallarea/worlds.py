"""Simulated worlds: territories whose expected rates are known, and the outcome the survey would have found there.

A world is drawn from the benchmarked model: σ_u and σ_v from their sampling distribution, an effect for every area and
for every sampled PSU, then the outcome of the survey's own children by their own weights.

Benchmarking rests on direct rates that are right on average. So they are in the worlds: the survey's outcome is drawn
at the shift at which the expected direct rate of a domain is its expected true rate. Where survey and census are
composed alike that is the benchmark's own shift. Where they are not, as when the census is ten years older, part of the
benchmark's shift makes up for the composition, and the survey's children need none of that part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mirti.models.mixed.data import MixedData
from mirti.smallarea.benchmark import benchmark
from mirti.smallarea.estimator import Fitted, Setting
from mirti.smallarea.predictor import (
    KnownEffects,
    PredictiveState,
    PriorEffects,
    Projector,
    Spread,
    predict,
    spread,
)
from mirti.tables import Floats, Index, Ints, SurveyCells

LARGEST_ERROR = 0.5  # of log σ; a likelihood that says less of σ is no better described by a normal
LARGEST_SPREAD = 0.5  # of a σ_v that is estimated to be 0, in logits
FARTHEST = 2.5  # standard errors of log σ that a draw may lie from the estimate


@dataclass(frozen=True)
class World:
    """state: the truth, with known effects; ny, swy: (m,) children with the outcome in each survey cell, and Σwy."""

    state: PredictiveState
    ny: Ints
    swy: Floats


class Worlds:
    """The worlds of an estimate: a benchmarked model, and the survey it was estimated from."""

    def __init__(self, setting: Setting, model: Fitted, state: PredictiveState, projector: Projector) -> None:
        self._cells, self._model, self._state = setting.cells, model, state
        self._gathered: Spread = projector.gathered(model.beta)
        self._group = _groups(setting.data)
        self._groups = setting.data.psus
        self._eta = (
            linear_predictor(setting.data, model.beta)
            + survey_shift(setting, model, state, self._gathered)[setting.cells.area]
        )

    def draw(self, rng: np.random.Generator) -> World:
        sigma_u, sigma_v = draw_sigmas(self._model, rng)
        area = sigma_u * rng.standard_normal(len(self._state.shift))
        psu = sigma_v * rng.standard_normal(self._groups)
        probability = expit(self._eta + area[self._cells.area] + psu[self._group])
        ny, swy = draw_outcome(self._cells, probability, rng)
        truth = predict(self._gathered, sigma_v, KnownEffects(area), self._state.shift, sigma_u)
        return World(truth, ny, swy)


def survey_shift(setting: Setting, model: Fitted, state: PredictiveState, gathered: Spread) -> Floats:
    """(A,) added to the linear predictor of the survey's children, for unbiased direct rates; 0 without a benchmark."""
    if setting.benchmark == "none":
        return np.zeros(setting.areas)
    prior = PriorEffects(model.sigma_u, setting.areas)
    rate = predict(gathered, model.sigma_v, prior, state.shift).rates.rate
    targets = setting.targets_of(rate)
    sampled = spread(setting.sampled, model.beta)
    return benchmark(sampled, model.sigma_v, prior, setting.sampled.children, targets)[1].areas


def draw_sigmas(model: Fitted, rng: np.random.Generator) -> tuple[float, float]:
    """σ_u and σ_v with normal logarithms, bounded; a σ_v of 0 has no logarithm, and is drawn half-normal: estimated to
    be 0 it need not be 0, and areas whose PSUs are taken for alike would be falsely sharp. A σ_u of 0 stays 0."""
    z = np.clip(rng.standard_normal(2), -FARTHEST, FARTHEST)
    errors = [LARGEST_ERROR if not math.isfinite(e) else min(e, LARGEST_ERROR) for e in model.log_sigma_se]
    sigma_u, sigma_v = (
        sigma * math.exp(e * each)
        for sigma, e, each in zip((model.sigma_u, model.sigma_v), errors, z, strict=True)
    )
    if sigma_v == 0 and not math.isnan(model.sigma_v_spread):
        sigma_v = abs(float(z[1])) * min(model.sigma_v_spread, LARGEST_SPREAD)
    return sigma_u, sigma_v


def draw_outcome(cells: SurveyCells, probability: Floats, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """How many of the n children of each cell have the outcome, k ~ Binomial(n, p), and the sum of their weights.

    The k are a simple random sample of the cell's children, so Σwy has mean k w̄ and the finite population's variance
    k (n − k) / (n − 1) · (Σw²/n − w̄²) (Cochran 1977, theorem 2.2). It is drawn as mean ± standard deviation by the toss
    of a coin: exact where weights are equal and where the cell has two children, and never far out.
    """
    n = cells.n.astype(np.float64)
    ny = rng.binomial(cells.n, probability)
    mean = cells.sw / n
    spread_of_weights = np.maximum(cells.sw2 / n - mean**2, 0.0)
    variance = ny * (n - ny) / np.maximum(n - 1, 1.0) * spread_of_weights
    coin = rng.integers(0, 2, len(n)) * 2 - 1
    swy = np.clip(ny * mean + coin * np.sqrt(variance), 0.0, cells.sw)
    return ny.astype(np.int64), np.where(ny == 0, 0.0, np.where(ny == cells.n, cells.sw, swy))


def linear_predictor(data: MixedData, beta: Floats) -> Floats:
    """x'β of the survey's cells, (m,), in the order of the survey."""
    eta = np.empty(len(data.order))
    eta[data.order] = data.x @ beta
    return eta


def _groups(data: MixedData) -> Index:
    """(m,) number of each cell's PSU within its area, in the order of the survey."""
    group = np.empty(len(data.order), dtype=np.int32)
    group[data.order] = np.repeat(np.arange(data.psus, dtype=np.int32), np.diff(data.psu_start))
    return group
