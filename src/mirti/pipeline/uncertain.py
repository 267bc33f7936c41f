"""The bootstrap of a run, and what its release says of the uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mirti.declarations import Spec
from mirti.maps.breaks import Classes, cut_breaks
from mirti.pipeline.mixed import Mixed
from mirti.smallarea.bootstrap import Functional, Replicates, ReplicateStore, bootstrap
from mirti.smallarea.estimator import mixed_refit
from mirti.smallarea.ranks import competition_ranks
from mirti.smallarea.uncertainty import (
    BreakStability,
    Uncertainty,
    break_stability,
    class_probabilities,
    rank_intervals,
    replicate_ranks,
    top_probabilities,
    truths,
    uncertainty,
)
from mirti.tables import Floats, Ints

TOP_SHARE = 0.2


@dataclass(frozen=True)
class Drawn:
    """What the worlds say. truths: (B, A) replicates of the true rates; classes: (A, K) and top: (A,) probabilities;
    top_areas: how many are the top; rank_low, rank_high: (A,).
    """

    replicates: Replicates
    areas: Uncertainty
    domains: Uncertainty
    nation: Uncertainty
    truths: Floats
    classes: Floats
    top: Floats
    top_areas: int
    rank_low: Ints
    rank_high: Ints
    stability: BreakStability | None


def draw_worlds(
    mixed: Mixed,
    spec: Spec,
    *,
    functionals: Mapping[str, Functional],
    store: ReplicateStore,
    progress: Callable[[int, int], None],
) -> Replicates:
    """The errors of everything in the worlds that the spec asks for."""
    return bootstrap(
        mixed.setting,
        mixed.model,
        mixed.state,
        mixed_refit(len(mixed.sample_share), mixed.fit),
        replicates=spec.declaration.uncertainty.replicates,
        seed=spec.declaration.run.seed,
        projector=mixed.projector,
        functionals=functionals,
        store=store,
        progress=progress,
    )


def read_worlds(mixed: Mixed, replicates: Replicates, classes: Classes, spec: Spec) -> Drawn:
    """Intervals, letters, chances and ranks from the replicates' errors."""
    declared = spec.declaration
    limits = declared.uncertainty.reliability
    rate = mixed.state.rates.rate
    domains = mixed.setting.domain_rates(mixed.state)
    true_rates = truths(rate, replicates.areas)
    ranks = replicate_ranks(true_rates)
    top = min(declared.uncertainty.top or round(TOP_SHARE * len(rate)) or 1, len(rate))
    low, high = rank_intervals(competition_ranks(rate), ranks)
    breaks = np.array(classes.breaks)
    return Drawn(
        replicates=replicates,
        areas=uncertainty(rate, replicates.areas, limits),
        domains=uncertainty(domains[:-1], replicates.domains, limits),
        nation=uncertainty(domains[-1:], replicates.nation[:, None], limits),
        truths=true_rates,
        classes=class_probabilities(true_rates, breaks),
        top=top_probabilities(true_rates, top, seed=declared.run.seed),
        top_areas=top,
        rank_low=low,
        rank_high=high,
        stability=break_stability(rate, true_rates, breaks, lambda risk: cut_breaks(risk, declared.classes)),
    )
