"""The site's one style sheet: kept in small files, served as a single one, so that a slow line asks only once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

SOURCES = Path(__file__).with_name("css")
NAME = "design/site.css"
# In the order in which they stand in it: what comes later wins over what comes before.
PARTS = (
    "tokens", "base", "layout", "masthead", "buttons", "navigation", "side", "cards", "notices", "forms", "tables",
    "process", "dialog", "classes", "charts", "maps", "print",
)  # fmt: skip


def joined() -> str:
    return "\n".join((SOURCES / f"{part}.css").read_text(encoding="utf-8") for part in PARTS)


class SheetFinder(BaseFinder):
    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str] | None:  # type: ignore[override]
        if path != NAME:
            return [] if find_all else None
        file = str(_written())
        return [file] if find_all else file

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        _written()
        yield NAME, FileSystemStorage(location=_folder())


def _folder() -> Path:
    return Path(settings.DATA) / "joined"


def _written() -> Path:
    """The joined file, written anew where a part has changed; whole at every moment, whoever else writes it."""
    file, text = _folder() / NAME, joined()
    if not (file.is_file() and file.read_text(encoding="utf-8") == text):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as aside:
            aside.write(text)
        os.chmod(aside.name, 0o644)  # noqa: PTH101 (what is served to everybody may be read by everybody)
        Path(aside.name).replace(file)
    return file
