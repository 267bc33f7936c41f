"""Exports: seen by their asker alone, encrypted, whole or not at all, gone after their term."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import stat
import subprocess
import sys
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from almenara.accounts.models import User
from almenara.common.errors import RefusedError
from almenara.common.identity import NOBODY, Identity, acting_as
from almenara.privacy import tasks
from almenara.privacy.exports import registry, running
from almenara.privacy.exports.container import (
    CHUNK,
    TAG,
    EncryptingFile,
    TamperedFileError,
    decrypted,
    new_file_key,
    unwrapped,
)
from almenara.privacy.exports.registry import Table
from almenara.privacy.keys import UnknownKeyError
from almenara.privacy.models import Export
from almenara.privacy.writer import write_csv
from tests.support.cast import Cast, cast

pytestmark = pytest.mark.usefixtures("use_keys")
KEY, CONTEXT = bytes(range(32)), b"context"
END = Identity(system=tasks.end_exports.name)


# The container


def closed(plain: bytes, context: bytes = CONTEXT) -> bytes:
    buffer = io.BytesIO()
    file = EncryptingFile(buffer, KEY, context)
    for start in range(0, len(plain), 1000):
        file.write(plain[start : start + 1000])
    file.finish()
    assert (file.size, file.sha256.hexdigest()) == (len(plain), hashlib.sha256(plain).hexdigest())
    return buffer.getvalue()


def opened(stored: bytes, context: bytes = CONTEXT) -> bytes:
    return b"".join(decrypted(io.BytesIO(stored), KEY, context))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_what_was_written_comes_back_and_cannot_be_seen(size: int) -> None:
    plain = b"SIMULADO" * (size // 8) + b"x" * (size % 8)
    stored = closed(plain)
    assert opened(stored) == plain
    assert b"SIMULADO" not in stored
    assert len(stored) == 5 + size + TAG * max(1, -(-size // CHUNK))


WHOLE = closed(os.urandom(3 * CHUNK + 100))
PIECE = CHUNK + TAG


@pytest.mark.parametrize(
    "stored",
    [
        WHOLE[:-1],
        WHOLE[: 5 + PIECE],
        WHOLE[: 5 + 3 * PIECE],
        WHOLE[:5],
        b"",
        WHOLE + b"x",
        WHOLE[: 5 + PIECE] + WHOLE[5 + 2 * PIECE :],
        WHOLE[:5] + WHOLE[5 + PIECE : 5 + 2 * PIECE] + WHOLE[5 : 5 + PIECE] + WHOLE[5 + 2 * PIECE :],
        WHOLE[: 5 + PIECE] + WHOLE[5 : 5 + PIECE] + WHOLE[5 + PIECE :],
        b"ALMX\x02" + WHOLE[5:],
    ],
    ids=[
        "cut",
        "one chunk",
        "no last",
        "empty",
        "nothing",
        "longer",
        "left out",
        "moved",
        "repeated",
        "version",
    ],
)
def test_a_file_that_was_cut_or_rearranged_does_not_open(stored: bytes) -> None:
    with pytest.raises(TamperedFileError):
        opened(stored)


@pytest.mark.parametrize("at", [5, 5 + CHUNK, 5 + PIECE + 7, len(WHOLE) - 1])
def test_a_changed_bit_is_found(at: int) -> None:
    with pytest.raises(TamperedFileError):
        opened(WHOLE[:at] + bytes([WHOLE[at] ^ 1]) + WHOLE[at + 1 :])


def test_a_file_opens_in_its_own_place_only() -> None:
    with pytest.raises(TamperedFileError):
        opened(closed(b"a"), b"another")


def test_each_file_has_a_key_of_its_own_wrapped_for_it_alone(use_keys: Callable[..., None]) -> None:
    (one, wrapped), (other, _) = new_file_key(CONTEXT), new_file_key(CONTEXT)
    assert one != other
    assert one not in wrapped
    assert unwrapped(wrapped, CONTEXT) == one
    with pytest.raises(TamperedFileError):
        unwrapped(wrapped, b"another")
    use_keys("second", "first")
    assert unwrapped(wrapped, CONTEXT) == one
    use_keys("second")
    with pytest.raises(UnknownKeyError):
        unwrapped(wrapped, CONTEXT)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            with (tmp_path / "a").open("wb") as file:
                encrypting = EncryptingFile(file, KEY, CONTEXT)
                write_csv(encrypting, ["a"], (("x" * 50,) for _ in range(count)))
                encrypting.finish()
            with (tmp_path / "a").open("rb") as file:
                assert sum(map(len, decrypted(file, KEY, CONTEXT))) == encrypting.size > 50 * count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(10_000)
    assert peak(60_000) < few + 500_000


# The export


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An exporter, and what it is to give."""
    given: dict[str, Any] = {"rows": [("niña simulada", 7), ("=1+1", -2)], "seen": None}

    def rows(arguments: dict[str, Any]) -> Table:
        given["seen"] = arguments
        with connection.cursor() as cursor:
            cursor.execute("SELECT almenara_person()")
            given["person"] = cursor.fetchone()[0]
        return Table(("nombre", "edad"), given["rows"]() if callable(given["rows"]) else given["rows"])

    monkeypatch.setattr(registry, "_EXPORTERS", {})
    registry.register("trial", permission="people.view", rows=rows)
    for path in running.folder().glob("*"):  # what other tests of this process left
        path.unlink()
    return given


@contextmanager
def acting(person: User | None) -> Iterator[None]:
    with acting_as(Identity(person=person.pk) if person else NOBODY):
        yield


def ask(person: User, **more: Any) -> Export:
    with acting(person):
        return running.ask_export(
            **{"by": person.pk, "what": "trial", "purpose": "Informe anual", "arguments": {"a": 1}, **more}
        )


def run(person: User, export: Export) -> Export | None:
    return running.run_export(export.public_id, Identity(person=person.pk))


def download(person: User, export: Export) -> tuple[running.Opened, bytes]:
    with acting(person):
        given = running.open_export(public_id=export.public_id)
        return given, b"".join(given.chunks)


def test_an_export_is_asked_for_written_and_downloaded(people: Cast, things: dict[str, Any]) -> None:
    asker = people["administrator"]
    export = ask(asker)
    assert (export.state, export.expires - export.created) == ("waiting", dt.timedelta(hours=24))
    done = run(asker, export)
    assert done is not None
    assert (done.state, done.rows, things["seen"], things["person"]) == ("done", 2, {"a": 1}, asker.pk)
    given, content = download(asker, export)
    assert content.decode("utf-8-sig") == "nombre,edad\r\nniña simulada,7\r\n'=1+1,-2\r\n"
    assert hashlib.sha256(content).hexdigest() == done.sha256
    assert (given.name, given.media) == (f"trial-{export.created:%Y-%m-%d}.csv", "text/csv; charset=utf-8")
    path = running.path_of(export.public_id)
    assert b"simulada" not in path.read_bytes()
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    download(asker, export)
    with acting(asker):
        assert Export.objects.get().downloads == 2


def test_a_workbook_is_written_the_same_way(people: Cast, things: dict[str, Any]) -> None:
    import openpyxl

    asker = people["administrator"]
    export = ask(asker, file_format=Export.Format.XLSX)
    run(asker, export)
    sheet = openpyxl.load_workbook(io.BytesIO(download(asker, export)[1])).active
    assert list(sheet.values)[1:] == [("niña simulada", 7), ("'=1+1", -2)]


def test_only_the_asker_sees_it(people: Cast, things: dict[str, Any]) -> None:
    asker, export = people["administrator"], ask(people["administrator"])
    run(asker, export)
    for other in [*[p for p in people.people.values() if p != asker], None]:
        with acting(other):
            assert not Export.objects.exists()
            assert not Export.objects.update(downloads=0)
            with pytest.raises(Export.DoesNotExist):
                running.open_export(public_id=export.public_id)
    assert running.run_export(export.public_id, Identity(person=people["coordinator"].pk)) is None
    with acting_as(Identity(system="another.job")):
        assert not Export.objects.exists()


def test_nobody_asks_in_another_name_and_nobody_takes_a_row_away(
    people: Cast, things: dict[str, Any]
) -> None:
    asker = people["administrator"]
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(), acting(asker):
        running.ask_export(by=people["coordinator"].pk, what="trial", purpose="x")
    export = ask(asker)
    with acting(asker), connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_export")
        assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Export.objects.filter(pk=export.pk).update(person=people["coordinator"])


def test_asking_needs_the_permission_a_purpose_and_an_exporter(people: Cast, things: dict[str, Any]) -> None:
    with pytest.raises(PermissionDenied):
        ask(people["statistician"])
    with pytest.raises(RefusedError, match="→"):
        ask(people["administrator"], purpose=" \n")
    with pytest.raises(RefusedError, match="trial"):
        ask(people["administrator"], what="unknown")


def test_a_permission_taken_away_meanwhile_counts(people: Cast, things: dict[str, Any]) -> None:
    asker = people["administrator"]
    done, waiting = ask(asker), ask(asker)
    run(asker, done)
    registry._EXPORTERS["trial"] = registry.Exporter("trial", "nobody.may", registry.exporter("trial").rows)
    failed = run(asker, waiting)
    assert failed is not None
    assert (failed.state, failed.wrapped_key) == ("failed", None)
    with pytest.raises(PermissionDenied):
        download(asker, done)


def test_a_fault_of_the_program_fails_the_export_without_telling_its_words(
    people: Cast, things: dict[str, Any]
) -> None:
    def rows() -> Iterator[tuple[str, int]]:
        yield "niña simulada", 7
        raise ValueError("niña simulada")

    things["rows"] = rows
    asker = people["administrator"]
    failed = run(asker, ask(asker))
    assert failed is not None
    assert (failed.state, failed.problem) == ("failed", "ValueError")
    assert not list(running.folder().iterdir())
    with pytest.raises(RefusedError):
        download(asker, failed)


def test_what_the_machine_fails_at_is_tried_again(people: Cast, things: dict[str, Any]) -> None:
    asker, rows = people["administrator"], things["rows"]
    export = ask(asker)

    def full() -> Iterator[tuple[str, int]]:
        yield "niña simulada", 7
        raise OSError("No space left on device")

    things["rows"] = full
    with pytest.raises(OSError, match="space"):
        run(asker, export)
    assert not list(running.folder().iterdir())
    things["rows"] = rows
    again = run(asker, export)
    assert again is not None
    assert again.state == "done"
    assert run(asker, export) is None, "a done one is not run again"


def test_the_job_runs_it_in_the_asker_s_name(people: Cast, things: dict[str, Any]) -> None:
    asker = people["administrator"]
    export = ask(asker)
    tasks.run_export.run(Identity(person=asker.pk), str(export.public_id))
    with acting(asker):
        assert Export.objects.get().state == "done"


def test_a_file_of_another_length_is_not_begun(people: Cast, things: dict[str, Any]) -> None:
    asker = people["administrator"]
    export = ask(asker)
    run(asker, export)
    path = running.path_of(export.public_id)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RefusedError):
        download(asker, export)


def test_after_its_term_file_and_key_are_gone_and_the_row_stays(
    people: Cast,
    things: dict[str, Any],
    frozen_clock: time_machine.Coordinates,
    django_capture_on_commit_callbacks: Any,
) -> None:
    asker = people["administrator"]
    short, long = ask(asker, term=dt.timedelta(hours=1)), ask(asker)
    waiting = ask(asker, term=dt.timedelta(hours=1))
    for export in (short, long):
        run(asker, export)
    left_over = running.path_of(uuid.uuid4())
    left_over.write_bytes(b"of a backup")
    os.utime(left_over, (0, 0))
    frozen_clock.shift(dt.timedelta(hours=2))
    with pytest.raises(RefusedError):
        download(asker, short)
    assert run(asker, waiting) is None
    with django_capture_on_commit_callbacks(execute=True), acting_as(END):
        assert running.expire_exports() == 2
    assert [path.stem for path in running.folder().iterdir()] == [str(long.public_id)]
    with acting(asker):
        ended = Export.objects.get(pk=short.pk)
    assert (ended.state, ended.wrapped_key, ended.rows, ended.purpose) == (
        "expired",
        None,
        2,
        "Informe anual",
    )
    with acting_as(END):
        assert running.expire_exports() == 0
    assert download(asker, long)[1]


def test_what_happens_to_an_export_is_in_the_log_without_its_arguments(
    people: Cast, things: dict[str, Any]
) -> None:
    from tests.support.database import owner_rights

    asker = people["administrator"]
    run(asker, export := ask(asker, arguments={"name": "SIMULADA"}))
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, person, detail::text FROM witness_entry WHERE object_type = 'privacy_export'"
            " AND object_id = %s ORDER BY id",
            [str(export.pk)],
        )
        entries = cursor.fetchall()
    assert len(entries) >= 3
    assert {person for _kind, person, _detail in entries} == {asker.pk}
    assert "Informe anual" in entries[0][2]
    assert not any("SIMULADA" in detail for _kind, _person, detail in entries)


def test_a_writer_killed_half_way_leaves_no_file_of_that_name(tmp_path: Path) -> None:
    """As run_export writes it: under another name until it is whole."""
    script = f"""
import sys; sys.path.insert(0, "src")
from types import SimpleNamespace
from pathlib import Path
import os, signal, uuid
import django
from django.conf import settings
settings.configure(DATA={str(tmp_path)!r}, ENCRYPTION_KEYS="", USE_I18N=False, AUTH_USER_MODEL="auth.User",
                   INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "almenara.privacy"])
django.setup()
from almenara.privacy.exports import running
from almenara.privacy.exports.registry import Table
def rows():
    for n in range(100_000):
        if n == 50_000:
            os.kill(os.getpid(), signal.SIGKILL)
        yield ("niña simulada", n)
export = SimpleNamespace(public_id=uuid.UUID(int=7), file_format="csv")
running._write(export, Table(("a", "b"), rows()), bytes(32))
"""
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    left = [path.name for path in (tmp_path / "exports").iterdir()]
    assert left == [f"{uuid.UUID(int=7)}.partial"]
    assert b"simulada" not in (tmp_path / "exports" / left[0]).read_bytes()


def test_a_draft_that_was_left_is_written_over(people: Cast, things: dict[str, Any]) -> None:
    asker = people["administrator"]
    export = ask(asker)
    with acting(asker):
        Export.objects.update(state=Export.State.RUNNING)  # its worker was killed
    running.folder().mkdir(exist_ok=True)
    running.path_of(export.public_id).with_suffix(".partial").write_bytes(b"half")
    again = run(asker, export)
    assert again is not None
    assert again.state == "done"
    assert [path.suffix for path in running.folder().iterdir()] == [".almx"]


def test_what_another_process_runs_is_left_to_it(people: Cast, things: dict[str, Any]) -> None:
    asker = people["administrator"]
    export, other = ask(asker), connection.copy()
    number = int.from_bytes(export.public_id.bytes[:8], "big", signed=True)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        assert run(asker, export) is None
        assert things["seen"] is None
    finally:
        other.close()
    again = run(asker, export)
    assert again is not None
    assert again.state == "done"


def test_two_exporters_of_one_name_are_a_fault_of_the_program(things: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="trial"):
        registry.register("trial", permission="people.view", rows=lambda arguments: Table((), ()))
