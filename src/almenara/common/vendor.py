"""Front-end libraries: taken from node_modules into /static/vendor/, only the files the settings name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

PREFIX = "vendor/"


class VendorFinder(BaseFinder):
    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str] | None:  # type: ignore[override]
        source = settings.VENDOR_FILES.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        file = Path(settings.NODE_MODULES) / source if source else None
        if file is None or not file.is_file():
            return [] if find_all else None
        return [str(file)] if find_all else str(file)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name, source in settings.VENDOR_FILES.items():
            if (Path(settings.NODE_MODULES) / source).is_file():
                yield name, _Renamed(source)


class _Renamed(FileSystemStorage):
    """One file of node_modules under the name it is served by."""

    prefix = PREFIX.rstrip("/")

    def __init__(self, source: str) -> None:
        super().__init__(location=settings.NODE_MODULES)
        self.source = source

    def path(self, name: str) -> str:
        return super().path(self.source)
