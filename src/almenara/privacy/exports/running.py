"""An export from the asking to its end: asked for, written encrypted, downloaded, gone after its term.

The database shows an export to nobody but the person who asked. What happens to one is in the log, since its table
has a history.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.common.errors import AlmenaraError, Fault, RefusedError
from almenara.common.identity import Identity, acting_as, identified
from almenara.privacy.exports.container import (
    EncryptingFile,
    decrypted,
    new_file_key,
    unwrapped,
    wrapped_under,
)
from almenara.privacy.exports.registry import Table, exporter
from almenara.privacy.models import Export
from almenara.privacy.writer import write_csv, write_xlsx

TERM = dt.timedelta(hours=24)
LEFT_OVER = dt.timedelta(hours=1)  # a file that no row knows is somebody's who is still writing, or nobody's
WRITERS = {Export.Format.CSV: write_csv, Export.Format.XLSX: write_xlsx}
MEDIA = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
State = Export.State


@dataclass(frozen=True)
class Opened:
    """chunks: of the plain file; they fail if it was altered, at the latest before the last one is given."""

    name: str
    media: str
    chunks: Iterator[bytes]


@transaction.atomic
def ask_export(
    *, by: int, what: str, purpose: str, arguments: dict[str, Any] | None = None,
    file_format: Export.Format = Export.Format.CSV, term: dt.timedelta = TERM,
) -> Export:  # fmt: skip
    """An export that waits to be run; by: key of the person, in whose name the transaction acts.

    Raises PermissionDenied without the exporter's permission, RefusedError for an unknown one or without a purpose.
    """
    _check_may(exporter(what).permission)
    if not purpose.strip():
        raise RefusedError(Fault(_("Say what the export is for."), what, _("Write its purpose.")))
    now = timezone.now()
    return Export.objects.create(
        person_id=by, purpose=purpose.strip(), exporter=what, arguments=arguments or {}, file_format=file_format,
        created=now, expires=now + term,
    )  # fmt: skip


def run_export(public_id: UUID, by: Identity | None = None) -> Export | None:
    """Write the file of an export, in the name of whoever asked: by, or whom this transaction acts for.

    May be killed anywhere and called again: the file has its name only when it is whole, and is written anew until the
    row says done. None if it is not to be run: done, expired, unknown to that person, or being run by another process.
    What an exporter or a rule refuses makes it failed; what a machine fails at is raised, so that it is tried again.
    """
    identity = by or identified()
    with acting_as(identity):
        if not _unfinished(public_id).update(state=State.RUNNING):
            return None
    try:
        with acting_as(identity):
            return _run(public_id)
    except (OSError, DatabaseError):
        raise
    except Exception as error:
        with acting_as(identity):
            _fail(public_id, error)
            return Export.objects.get(public_id=public_id)


def _unfinished(public_id: UUID) -> Any:
    waiting = (State.WAITING, State.RUNNING)
    return Export.objects.filter(public_id=public_id, state__in=waiting, expires__gt=timezone.now())


def _run(public_id: UUID) -> Export | None:
    if not _alone(public_id):
        return None
    export: Export = _unfinished(public_id).get()
    wanted = exporter(export.exporter)
    _check_may(wanted.permission)  # it may have been taken away since
    key, wrapped = new_file_key(public_id.bytes)
    rows, sha256 = _write(export, wanted.rows(export.arguments), key)
    done = _unfinished(public_id).update(
        state=State.DONE, rows=rows, sha256=sha256, wrapped_key=wrapped, finished=timezone.now(), problem="",
        stored_bytes=path_of(public_id).stat().st_size,
    )  # fmt: skip
    if not done:  # it expired meanwhile
        path_of(public_id).unlink()
        return None
    export.refresh_from_db()
    return export


def _alone(public_id: UUID) -> bool:
    """Whether no other process runs this export now; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        number = int.from_bytes(public_id.bytes[:8], "big", signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _write(export: Export, table: Table, key: bytes) -> tuple[int, str]:
    """Rows, and the hash of the plain file. The file is on the disk and has its name when this returns."""
    path = path_of(export.public_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".partial")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            encrypting = EncryptingFile(file, key, export.public_id.bytes)
            rows = WRITERS[Export.Format(export.file_format)](encrypting, table.columns, table.rows)
            encrypting.finish()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return rows, encrypting.sha256.hexdigest()


def _fail(public_id: UUID, error: Exception) -> None:
    """A refusal is told in its own words; of a fault in the program only the kind, since its words may hold data."""
    told = str(error) if isinstance(error, (AlmenaraError, PermissionDenied)) else type(error).__name__
    _unfinished(public_id).update(state=State.FAILED, problem=told, finished=timezone.now(), wrapped_key=None)
    path_of(public_id).unlink(missing_ok=True)


@transaction.atomic
def open_export(*, public_id: UUID) -> Opened:
    """The file for its asker, in whose name the transaction acts; every opening is counted.

    Raises Export.DoesNotExist for anybody else, RefusedError if it is not ready or no more, TamperedFileError if the
    file is not as long as it was written.
    """
    export = Export.objects.select_for_update().get(public_id=public_id)
    path = path_of(public_id)
    if export.state != State.DONE or export.wrapped_key is None or export.expires <= timezone.now():
        raise RefusedError(
            Fault(
                _("The export is not ready, or its term has ended."), export.exporter, _("Ask for it again.")
            )
        )
    _check_may(exporter(export.exporter).permission)
    key = unwrapped(bytes(export.wrapped_key), public_id.bytes, str(public_id))
    if not path.is_file() or path.stat().st_size != export.stored_bytes:
        raise RefusedError(
            Fault(_("The file of the export is damaged."), export.exporter, _("Ask for it again."))
        )
    Export.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1, downloaded=timezone.now())
    name = f"{export.exporter}-{export.created:%Y-%m-%d}.{export.file_format}"
    return Opened(name, MEDIA[Export.Format(export.file_format)], _plain(path, key, public_id))


def _plain(path: Path, key: bytes, public_id: UUID) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from decrypted(file, key, public_id.bytes, str(public_id))


def expire_exports() -> int:
    """How many lost file and key because their term had ended; the rows stay. Files that no row keeps go too.

    For the job of this name, to which alone the table is open.
    """
    now = timezone.now()
    ended = list(
        Export.objects.filter(expires__lte=now)
        .exclude(state=State.EXPIRED)
        .values_list("public_id", flat=True)
    )
    Export.objects.filter(public_id__in=ended).update(state=State.EXPIRED, wrapped_key=None)
    kept = set(map(str, Export.objects.exclude(state=State.EXPIRED).values_list("public_id", flat=True)))
    transaction.on_commit(lambda: _remove_files(set(map(str, ended)), kept, now))
    return len(ended)


def exports_under_keys() -> Counter[str]:
    """How many files that can still be downloaded each key wraps the key of. As the database's owner, who sees all."""
    open_yet = Export.objects.filter(expires__gt=timezone.now(), wrapped_key__isnull=False)
    return Counter(
        wrapped_under(bytes(export.wrapped_key or b"\0")) for export in open_yet.only("wrapped_key")
    )


def _remove_files(ended: set[str], kept: set[str], now: dt.datetime) -> None:
    for path in folder().glob("*"):
        with suppress(FileNotFoundError):
            written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
            if path.stem in ended or (path.stem not in kept and now - written > LEFT_OVER):
                path.unlink()


def folder() -> Path:
    return Path(settings.DATA) / "exports"


def path_of(public_id: UUID) -> Path:
    return folder() / f"{public_id}.almx"


def _check_may(permission: str) -> None:
    """By the database's own rule, for whom the transaction acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT almenara_may(%s)", [permission])
        if not cursor.fetchone()[0]:
            raise PermissionDenied(_("You may not export this."))
