"""A country's fact sheets as archives: a zip for each department, laid whole where the site serves it from.

A release never changes, so neither do its archives. What is there need not be made again: work that was stopped, or
whose worker died, goes on with the first archive that is missing.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from almenara.privacy.writer import defused

STOP, PROGRESS, LOCK = "stop", "progress.json", "lock"
PIECE = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say


@dataclass(frozen=True)
class File:
    """A sheet in an archive."""

    code: str
    name: str
    file: str
    content: bytes


@dataclass(frozen=True)
class Archive:
    """One that is whole. code, name: of the department, or of the country for what lies in none."""

    code: str
    name: str
    sheets: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Progress:
    """sheets, of total: those that are there. seconds: worked on them so far, breaks left out. said: the time of it."""

    total: int
    sheets: int = 0
    seconds: float = 0.0
    said: float = field(default=0.0, compare=False)

    @property
    def seconds_left(self) -> float | None:
        """None before the first sheet is there."""
        return self.seconds / self.sheets * (self.total - self.sheets) if self.sheets else None

    @property
    def seconds_silent(self) -> float:
        return time.time() - self.said


@dataclass(frozen=True)
class Shelf:
    """The archives of a release in a language."""

    release: str
    language: str

    @property
    def folder(self) -> Path:
        return Path(settings.DATA) / "sheets" / quote(self.release, safe="") / self.language

    def archive(self, code: str) -> Archive | None:
        """None until it is whole."""
        try:
            return Archive(**json.loads(self._card(code).read_text()))
        except FileNotFoundError:
            return None

    def archives(self) -> list[Archive]:
        cards = sorted(self.folder.glob("*.zip.json"))
        return [Archive(**json.loads(card.read_text())) for card in cards]

    def path(self, code: str) -> Path:
        return self.folder / f"{quote(code, safe='')}.zip"

    def lay(self, code: str, name: str, files: Iterable[File], *, made: datetime) -> Archive:
        """Write an archive beside its place and move it there; nothing is left of one that is broken off."""
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f"{quote(code, safe='')}.zip.partial"
        try:
            sheets = _write(aside, files, made)
            found = Archive(code, name, sheets, aside.stat().st_size, _digest(aside))
            aside.replace(self.path(code))
        finally:
            aside.unlink(missing_ok=True)
        _lay_text(self._card(code), json.dumps(asdict(found), ensure_ascii=False))
        return found

    def progress(self) -> Progress | None:
        try:
            return Progress(**json.loads((self.folder / PROGRESS).read_text()))
        except FileNotFoundError:
            return None

    def keep(self, progress: Progress) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        _lay_text(self.folder / PROGRESS, json.dumps(asdict(replace(progress, said=time.time()))))

    def stop(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / STOP).touch()

    def go_on(self) -> None:
        (self.folder / STOP).unlink(missing_ok=True)

    @property
    def is_stopped(self) -> bool:
        return (self.folder / STOP).exists()

    def _card(self, code: str) -> Path:
        return self.folder / f"{quote(code, safe='')}.zip.json"

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """False where another process works on this shelf. The lock dies with its process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True


def _write(path: Path, files: Iterable[File], made: datetime) -> int:
    """PDFs are compressed already. The same sheets give the same bytes."""
    listed = []
    with path.open("wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.writestr(_entry(file.file, made), file.content)
            listed.append((file.code, file.name, file.file))
        archive.writestr(_entry("index.csv", made), _index(listed))
        archive.close()
        raw.flush()
        os.fsync(raw.fileno())
    return len(listed)


def _entry(name: str, made: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, max(made.timetuple()[:6], EPOCH))
    entry.external_attr = 0o644 << 16
    return entry


def _index(rows: Iterable[tuple[str, str, str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([("code", "name", "file"), *(map(defused, row) for row in rows)])
    return out.getvalue()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lay_text(path: Path, text: str) -> None:
    aside = path.with_name(f"{path.name}.partial")
    aside.write_text(text)
    aside.replace(path)
