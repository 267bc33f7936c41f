"""Writing a release: built aside in `<DIR>.partial`, moved into place in one step, never edited after."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
from pydantic import BaseModel

from mirti.errors import InputError, Problem
from mirti.io.release_tables import Release
from mirti.release import REPORT, TABLES

MANIFEST = "manifest.json"
CLASSES = "classes.json"
DIAGNOSTICS = "diagnostics.json"
GEOJSON = "areas.geojson"

Render = Callable[[Release], str]


def partial_folder(out: Path) -> Path:
    return out.with_name(out.name + ".partial")


def check_absent(out: Path) -> None:
    """Refuse to write over a release: a published folder is never edited."""
    if out.exists():
        raise InputError(
            Problem(
                "The output folder already exists, and a release is never written over.",
                str(out),
                "Choose another folder with --out, or remove this one yourself.",
            )
        )


def write_release(out: Path, release: Release, report: Render | None = None) -> Release:
    """Write the folder `out` and return the release with its id and file hashes.

    report: renders report.html from the release as it stands when tables and classes are hashed.
    Raises InputError if `out` exists; OSError (disk) after removing what was written.
    """
    check_absent(out)
    folder = partial_folder(out)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        written = _fill(folder, release, report)
        move_into_place(folder, out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return written


def _fill(folder: Path, release: Release, report: Render | None) -> Release:
    _write_tables(folder, release)
    _write_document(folder / CLASSES, release.classes)
    if release.geojson is not None:
        _write_text(folder / GEOJSON, json.dumps(release.geojson, ensure_ascii=False, separators=(",", ":")))
    identified = _update(release, release_id=release_id(release.manifest.name, file_hashes(folder)))
    _write_document(folder / DIAGNOSTICS, release.diagnostics)
    if report is not None:
        _write_text(folder / REPORT, report(identified))
    complete = _update(identified, files=file_hashes(folder))
    _write_document(folder / MANIFEST, complete.manifest)
    return complete


def _update(release: Release, **fields: object) -> Release:
    return replace(release, manifest=release.manifest.model_copy(update=fields))


def _write_tables(folder: Path, release: Release) -> None:
    for table in TABLES:
        if table.name in release.tables:
            pq.write_table(release.tables[table.name], folder / table.name, compression="zstd")
        elif table.required:
            raise ValueError(f"the release has no table {table.name}")


def _write_document(path: Path, document: BaseModel) -> None:
    _write_text(path, document.model_dump_json(indent=2, by_alias=True) + "\n")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def release_id(name: str, hashes: dict[str, str]) -> str:
    """The run's name and twelve hexadecimal digits of its results: tables, classes, map; not clock or report."""
    results = {
        file: sha
        for file, sha in hashes.items()
        if file.endswith((".parquet", ".geojson")) or file == CLASSES
    }
    digest = hashlib.sha256(json.dumps(results, sort_keys=True).encode()).hexdigest()
    return f"{name}-{digest[:12]}"


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of the folder but the manifest, by name."""
    return {path.name: sha256(path) for path in _files(folder) if path.name != MANIFEST}


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def move_into_place(folder: Path, out: Path) -> None:
    """Everything on disk first, then one rename: a reader sees the whole release or none."""
    for path in _files(folder):
        _sync(path)
    _sync(folder)
    folder.rename(out)
    _sync(out.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
