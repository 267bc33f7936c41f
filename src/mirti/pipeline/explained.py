"""Why a territory of a release stands where it stands, told to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from mirti.io.release_reader import read_release
from mirti.report.explanation import explanation
from mirti.report.standing import find_area

Language: TypeAlias = Literal["es", "pt", "en", "fr"]


def explain(folder: Path, place: str, language: Language = "en") -> str:
    """The text about one area of the release in `folder`, named by its code or its name.

    Raises InputError if there is no release, or if no area or several are meant.
    """
    release = read_release(folder)
    return explanation(release, find_area(release, place, str(folder)), language)
