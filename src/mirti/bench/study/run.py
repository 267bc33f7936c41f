"""Run a study over many samples, on all cores; what is finished is kept, and not done again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from mirti.bench.figure import Figure
from mirti.bench.study.country import DESIGNS, Design, make_country
from mirti.bench.study.sample import Arrays, study_sample
from mirti.bench.study.summary import Stacked
from mirti.bench.study.summary import figures as summarised

SAMPLES, REPLICATES = 300, 100
BLOCK = 5  # samples kept together


def figures(work: Path, samples: int = SAMPLES, replicates: int = REPLICATES) -> Iterator[Figure]:
    """Of every design in turn; work: where finished samples are kept."""
    country = make_country()
    for design in DESIGNS:
        folder = work / f"study-{design}-{replicates}"
        run_design(design, folder, samples, replicates)
        yield from summarised(design, load(folder, samples), country.sampled)


def run_design(design: Design, folder: Path, samples: int, replicates: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    starts = [first for first in range(0, samples, BLOCK) if not _file(folder, first).exists()]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(run_block, design, folder, first, min(BLOCK, samples - first), replicates)
            for first in starts
        ]
        for job in jobs:
            job.result()


def run_block(design: Design, folder: Path, first: int, size: int, replicates: int) -> None:
    """Samples first … first + size − 1, in a file that is complete or absent."""
    country = make_country()
    found = [study_sample(country, design, number, replicates) for number in range(first, first + size)]
    unfinished = folder / f"{first:05d}.unfinished"
    with unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **_stacked(found))
    unfinished.rename(_file(folder, first))


def load(folder: Path, samples: int) -> Stacked:
    """The first `samples` samples, stacked (S, …)."""
    blocks = []
    for first in range(0, samples, BLOCK):
        with np.load(_file(folder, first)) as stored:
            blocks.append(dict(stored))
    return {name: np.concatenate([block[name] for block in blocks])[:samples] for name in blocks[0]}


def _stacked(found: list[Arrays]) -> Arrays:
    return {name: np.stack([each[name] for each in found]) for name in found[0]}


def _file(folder: Path, first: int) -> Path:
    return folder / f"{first:05d}.npz"
