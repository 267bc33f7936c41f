"""A simulated country, its truth known, with the spec that runs the model on it."""

from __future__ import annotations

from pathlib import Path

from mirti.io.simulated import write_country
from mirti.pipeline.stages import Progress, silent


def simulate(
    persons: int, seed: int, out: Path, progress: Progress = silent, *, municipalities: int | None = None
) -> Path:
    """Write a country of about `persons` persons to the new folder `out` and return the path of its spec.

    Raises InputError if `out` exists or the sizes cannot be met, MachineError for a full disk.
    """
    write_country(out, persons, seed, progress, municipalities=municipalities)
    return out / "model.toml"
