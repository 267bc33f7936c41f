"""The folder a run works in, `<DIR>.partial`: claimed at the start, gone at the end, whatever happens in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from mirti.errors import InputError, Problem
from mirti.io.release_writer import check_absent, partial_folder

Leftover = Literal["refuse", "resume", "discard"]

WORK = "work"
STATE = "state"


@contextmanager
def workspace(out: Path, leftover: Leftover = "refuse", *, resumable: bool = True) -> Iterator[Path]:
    """Claim `<out>.partial`, and remove it, with what was made above it, when the run ends otherwise than by a release.

    leftover: what to do with one that a killed run left; resumable: whether the command can go on from it. Raises
    InputError if `out` exists, or if there is a leftover and nobody said what to do with it.
    """
    check_absent(out)
    folder = partial_folder(out)
    _settle(folder, leftover, resumable)
    above = [parent for parent in folder.parents if not parent.exists()]
    try:
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for parent in above:
            with suppress(OSError):  # the release, or somebody else's file, is in it
                parent.rmdir()


def clear(folder: Path) -> None:
    """Take away everything that is no part of a release."""
    for name in (WORK, STATE):
        shutil.rmtree(folder / name, ignore_errors=True)


def _settle(folder: Path, leftover: Leftover, resumable: bool) -> None:
    if not folder.exists():
        return
    if leftover == "refuse":
        raise InputError(
            Problem(
                "A run that was killed, or that is still at work, left its folder behind.",
                str(folder),
                "Use --resume to go on from it, or --discard to start afresh; neither while another run is at work."
                if resumable
                else "Use --discard to start afresh, but not while another run is at work.",
            )
        )
    if leftover == "discard":
        shutil.rmtree(folder)
    else:
        shutil.rmtree(folder / WORK, ignore_errors=True)
