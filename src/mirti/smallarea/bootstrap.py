"""Parametric bootstrap: everything estimated again in simulated worlds whose truth is known.

González-Manteiga et al. (2007), Hobza & Morales (2016). In each world the model is fitted to the outcome drawn there,
the areas' effects, the predictor, the direct rates and the benchmark's shifts follow from it, and the errors are kept:
the logit of each estimate less that of the world's expected rate. Nothing is perturbed a second time.

A replicate's random numbers depend on the seed and its number alone, so neither the threads nor a resumed run change
the result. A world whose outcome cannot be fitted is drawn again, and counted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError
from scipy.special import logit

from mirti.errors import InputError, Problem
from mirti.models.pseudo_likelihood import on_one_blas_thread
from mirti.smallarea.estimator import Fitted, Refit, Setting, benchmarked
from mirti.smallarea.predictor import PredictiveState, Projector, spread
from mirti.smallarea.worlds import World, Worlds
from mirti.tables import Floats, Ints

BLOCK = 10  # replicates that are kept together
ATTEMPTS = 25  # worlds drawn for a replicate before the bootstrap gives up
REDRAWN_WARNS = 0.05

# A quantity of a state, in any shape; its error in a replicate is that of the estimate less that of the world.
Functional: TypeAlias = Callable[[PredictiveState], Floats]
Arrays: TypeAlias = Mapping[str, NDArray[Any]]


class ReplicateStore(Protocol):
    """Where blocks of finished replicates are kept, all of one key: the same data, spec, seed and version."""

    def load(self, block: int) -> Arrays | None:
        """What was saved for the block, None if nothing was."""

    def save(self, block: int, arrays: Arrays) -> None:
        """Keep the block's arrays, whole or not at all."""


class NoStore:
    """Keeps nothing."""

    def load(self, block: int) -> Arrays | None:
        return None

    def save(self, block: int, arrays: Arrays) -> None:
        return None


@dataclass(frozen=True)
class Replicates:
    """Errors of B replicates. areas: (B, A), domains: (B, G), nation: (B,), in logits; functionals: (B, …) each.

    draws: (B,) worlds drawn for each replicate, 1 unless some could not be fitted.
    """

    areas: Floats
    domains: Floats
    nation: Floats
    draws: Ints
    functionals: dict[str, Floats] = field(default_factory=dict)

    @property
    def redrawn(self) -> int:
        """Worlds that could not be fitted."""
        return int((self.draws - 1).sum())

    @property
    def warnings(self) -> tuple[str, ...]:
        tried = int(self.draws.sum())
        if self.redrawn <= REDRAWN_WARNS * tried:
            return ()
        return (
            f"Of {tried} simulated worlds {self.redrawn} could not be fitted and were drawn again: the survey carries "
            "the model only just, and the intervals leave out the worlds in which it does not.",
        )


@on_one_blas_thread
def bootstrap(
    setting: Setting,
    model: Fitted,
    state: PredictiveState,
    refit: Refit,
    *,
    replicates: int,
    seed: int,
    projector: Projector | None = None,
    functionals: Mapping[str, Functional] | None = None,
    threads: int | None = None,
    store: ReplicateStore | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Replicates:
    """Errors of the benchmarked `state` of `model` in simulated worlds.

    refit: fits an outcome drawn for the survey's cells. projector: of setting.people at model.beta, if there is one
    already. functionals: further quantities, by name. threads: by default the machine's cores. progress: called with
    how many replicates are done, and how many there are. Raises InputError if a replicate finds no world that can be
    fitted.
    """
    projector = projector or Projector(setting.people, model.beta)
    one = _Replicate(setting, Worlds(setting, model, state, projector), refit, functionals or {}, seed)
    store = store or NoStore()
    blocks = [range(first, min(first + BLOCK, replicates)) for first in range(0, replicates, BLOCK)]
    kept = [_valid(store.load(i), len(members)) for i, members in enumerate(blocks)]
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        running: list[list[Future[Arrays]]] = [
            [] if done else [pool.submit(one, b) for b in members]
            for members, done in zip(blocks, kept, strict=True)
        ]
        try:
            _gather(running, kept, store, lambda done: progress(done, replicates), blocks)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return _joined(kept)


def _gather(
    running: Sequence[list[Future[Arrays]]],
    kept: list[Arrays | None],
    store: ReplicateStore,
    progress: Callable[[int], None],
    blocks: Sequence[range],
) -> None:
    """Wait for the blocks in order, and keep each when its last replicate is done; the futures let go of theirs."""
    done = sum(len(members) for members, block in zip(blocks, kept, strict=True) if block)
    progress(done)
    for i, futures in enumerate(running):
        finished = []
        for future in futures:
            finished.append(future.result())
            done += 1
            progress(done)
        if finished:
            kept[i] = {name: np.stack([arrays[name] for arrays in finished]) for name in finished[0]}
            store.save(i, kept[i] or {})
        futures.clear()


class _Replicate:
    """One replicate by its number: its world, the estimate in it, and the errors."""

    def __init__(
        self,
        setting: Setting,
        worlds: Worlds,
        refit: Refit,
        functionals: Mapping[str, Functional],
        seed: int,
    ) -> None:
        self._setting, self._worlds, self._refit = setting, worlds, refit
        self._functionals, self._seed = functionals, seed

    def __call__(self, number: int) -> Arrays:
        for attempt in range(ATTEMPTS):
            rng = np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=(number, attempt)))
            world = self._worlds.draw(rng)
            try:
                estimate = self._estimate(world)
            except (InputError, LinAlgError, FloatingPointError):
                continue
            return self._errors(world.state, estimate) | {"draws": np.array(attempt + 1)}
        raise InputError(_hopeless(number))

    def _estimate(self, world: World) -> PredictiveState:
        setting = self._setting
        outcome = world.ny.astype(np.float64) if setting.data.scaling == "none" else world.swy
        model = self._refit(setting.data.with_outcome(outcome))
        gathered = spread(setting.people, model.beta)
        return benchmarked(setting, gathered, setting.people.children, model, world.swy)[0]

    def _errors(self, truth: PredictiveState, estimate: PredictiveState) -> dict[str, NDArray[Any]]:
        domains = self._setting.domain_rates
        errors = {
            "areas": logit(estimate.rates.rate) - logit(truth.rates.rate),
            "domains": logit(domains(estimate)) - logit(domains(truth)),
        }
        for name, functional in self._functionals.items():
            errors[_PREFIX + name] = np.asarray(functional(estimate) - functional(truth), dtype=np.float32)
        return errors


_PREFIX = "functional:"


def _valid(block: Arrays | None, size: int) -> Arrays | None:
    """A block that is not of this many replicates is made again."""
    return block if block is not None and len(block.get("draws", ())) == size else None


def _joined(kept: list[Arrays | None]) -> Replicates:
    """The blocks put together, one quantity at a time; they are let go of, so that nothing is held twice for long."""
    blocks = [dict(block or {}) for block in kept]
    kept.clear()
    joined = {name: np.concatenate([block.pop(name) for block in blocks]) for name in list(blocks[0])}
    return Replicates(
        areas=joined["areas"],
        domains=joined["domains"][:, :-1],
        nation=joined["domains"][:, -1],
        draws=joined["draws"].astype(np.int64),
        functionals={
            name.removeprefix(_PREFIX): values for name, values in joined.items() if name.startswith(_PREFIX)
        },
    )


def _hopeless(number: int) -> Problem:
    return Problem(
        what=f"The model could not be fitted to any of {ATTEMPTS} outcomes that it simulated itself "
        f"(replicate {number + 1}).",
        where="uncertainty",
        remedy="The survey does not carry this model: take fewer terms, merge levels that few children have, or set "
        'model.estimator = "firth".',
    )
