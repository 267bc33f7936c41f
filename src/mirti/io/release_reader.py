"""Reading a release, and holding one against the contract: hashes, schema, and that parts add up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ValidationError

from mirti.documents import ClassTable, Diagnostics, Manifest
from mirti.errors import InputError, Problem
from mirti.io.release_schema_checks import check_schema
from mirti.io.release_sums import check_sums
from mirti.io.release_tables import Release
from mirti.io.release_writer import CLASSES, DIAGNOSTICS, GEOJSON, MANIFEST, file_hashes, release_id
from mirti.release import SCHEMA_VERSION, TABLES

COPY_AGAIN = "Copy the release again from where it was made, or run the model again."
RUN_AGAIN = "Run the model again with this version of mirti; a release is never mended by hand."

D = TypeVar("D", bound=BaseModel)


def read_release(folder: Path) -> Release:
    """The release in `folder`. Raises InputError if it is not one, is unfinished, or has another schema version."""
    _check_folder(folder)
    manifest = _document(folder / MANIFEST, Manifest)
    _check_version(manifest, folder)
    return Release(
        manifest=manifest,
        classes=_document(folder / CLASSES, ClassTable),
        diagnostics=_document(folder / DIAGNOSTICS, Diagnostics),
        tables={table.name: _table(folder / table.name) for table in TABLES if _expected(folder, table.name)},
        geojson=_geojson(folder / GEOJSON),
    )


def verify_release(folder: Path) -> list[Problem]:
    """Everything in which `folder` departs from the contract; empty for a sound release.

    Raises InputError if there is no release to verify: no folder, no manifest, another schema version.
    """
    _check_folder(folder)
    manifest = _document(folder / MANIFEST, Manifest)
    _check_version(manifest, folder)
    problems = [*_check_files(folder, manifest)]
    # A damaged file cannot be read to any purpose: its hash is the whole answer.
    return problems or [*_check_contents(read_release(folder))]


def _check_contents(release: Release) -> Iterator[Problem]:
    faults = [*check_schema(release)]
    yield from faults
    if not faults:
        yield from check_sums(release)


def _check_folder(folder: Path) -> None:
    if folder.name.endswith(".partial"):
        raise InputError(
            Problem(
                "This is an unfinished run, not a release.", str(folder), "Finish it with mirti run --resume."
            )
        )
    if not (folder / MANIFEST).is_file():
        raise InputError(
            Problem(
                f"There is no release here: no {MANIFEST} was found.",
                str(folder),
                "Give the folder that mirti run --out wrote.",
            )
        )


def _check_version(manifest: Manifest, folder: Path) -> None:
    if manifest.schema_version != SCHEMA_VERSION:
        raise InputError(
            Problem(
                f"The release follows schema version {manifest.schema_version}, this mirti {SCHEMA_VERSION}.",
                str(folder / MANIFEST),
                RUN_AGAIN,
            )
        )


def _check_files(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    found = file_hashes(folder)
    listed = manifest.files
    gone, added = sorted(set(listed) - set(found)), sorted(set(found) - set(listed))
    changed = sorted(name for name in set(listed) & set(found) if listed[name] != found[name])
    if gone:
        yield _files_problem("Files that the manifest lists are missing.", folder, gone)
    if added:
        yield _files_problem("Files were added that the manifest does not list.", folder, added)
    if changed:
        yield _files_problem("Files have changed since the release was written.", folder, changed)
    if manifest.release_id != release_id(manifest.name, listed):
        yield Problem(
            "The release id does not follow from the files' hashes.", str(folder / MANIFEST), RUN_AGAIN
        )


def _files_problem(what: str, folder: Path, names: list[str]) -> Problem:
    return Problem(what, str(folder), COPY_AGAIN, count=len(names), items=tuple(names))


def _document(path: Path, kind: type[D]) -> D:
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise InputError(Problem("The file is missing.", str(path), COPY_AGAIN)) from None
    except ValidationError as error:
        places = tuple(
            ".".join(str(part) for part in fault["loc"]) or "the whole" for fault in error.errors()
        )
        raise InputError(
            Problem("The document does not follow the schema.", str(path), RUN_AGAIN, items=places)
        ) from None


def _expected(folder: Path, name: str) -> bool:
    required = next(table.required for table in TABLES if table.name == name)
    return required or (folder / name).is_file()


def _table(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except FileNotFoundError:
        raise InputError(Problem("The table is missing.", str(path), COPY_AGAIN)) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(Problem(f"The table cannot be read ({error}).", str(path), COPY_AGAIN)) from None


def _geojson(path: Path) -> dict[str, object] | None:
    if not path.is_file():
        return None
    try:
        loaded: dict[str, object] = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(Problem(f"The map cannot be read ({error}).", str(path), COPY_AGAIN)) from None
    return loaded
