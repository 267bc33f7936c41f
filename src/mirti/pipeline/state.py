"""What a killed run leaves to go on from: the collapsed census and the finished replicates of the bootstrap.

It is used again only for the same spec, the same files, the same covariates and the same version of mirti. A machine
that stops may leave a file that is cut short: what cannot be read is made again.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirti.declarations import Spec
from mirti.documents import InputRecord
from mirti.io.census import CensusResult
from mirti.tables import CensusCells, Covariate

KEPT_APART = ("cells", "children_by_area")
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError)


def state_key(spec_sha256: str, records: Sequence[InputRecord], covariates: Sequence[Covariate]) -> str:
    """Changes with whatever the collapsed census depends on."""
    parts = [
        version("almenara"),
        spec_sha256,
        *(record.sha256 for record in records),
        repr(tuple(covariates)),
    ]
    return _digest(parts)


def replicates_key(spec: Spec, records: Sequence[InputRecord]) -> str:
    """Changes with whatever the bootstrap depends on: spec (its outcome, which the command may set), files, version."""
    return _digest(
        [version("almenara"), spec.declaration.model_dump_json(), *(record.sha256 for record in records)]
    )


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def kept_census(
    folder: Path, key: str, covariates: tuple[Covariate, ...], make: Callable[[], CensusResult]
) -> CensusResult:
    """The census collapsed before under the same key, else made now and kept in `folder`."""
    path = folder / f"census-{key[:16]}.npz"
    if path.is_file():
        with suppress(*DAMAGED):
            return _load(path, covariates)
    result = make()
    _save(path, result)
    return result


def _save(path: Path, result: CensusResult) -> None:
    """Complete or absent: written under another name, then renamed."""
    cells = result.cells
    rest = {f.name: getattr(result, f.name) for f in fields(result) if f.name not in KEPT_APART}
    text = json.dumps({"rest": rest, "area_codes": cells.area_codes})
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(
            file,
            area=cells.area,
            codes=cells.codes,
            n=cells.n,
            children=result.children_by_area,
            text=np.array(text),
        )
    unfinished.rename(path)


def _load(path: Path, covariates: tuple[Covariate, ...]) -> CensusResult:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        text: dict[str, Any] = json.loads(str(stored["text"]))
        cells = CensusCells(
            covariates, tuple(text["area_codes"]), stored["area"], stored["codes"], stored["n"]
        )
        return CensusResult(cells=cells, children_by_area=stored["children"], **text["rest"])


@dataclass(frozen=True)
class KeptReplicates:
    """Blocks of replicates in `folder`, each a file that is complete or absent. key: changes with what they rest on."""

    folder: Path
    key: str

    def load(self, block: int) -> Mapping[str, NDArray[Any]] | None:
        path = self._path(block)
        if not path.is_file():
            return None
        with suppress(*DAMAGED), path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return dict(stored)
        return None

    def save(self, block: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        path = self._path(block)
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        unfinished.rename(path)

    def _path(self, block: int) -> Path:
        return self.folder / f"replicates-{self.key[:16]}-{block:04d}.npz"
