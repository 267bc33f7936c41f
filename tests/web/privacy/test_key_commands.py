"""`almenara keys …` as the operator meets it, on trial people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from typer.testing import CliRunner

from almenara.accounts.models import User
from almenara.common.errors import CheckFailedError, RefusedError
from almenara.config import rotating
from almenara.config.key_commands import app
from almenara.privacy.exports.container import new_file_key, unwrapped
from almenara.privacy.keys import Key, key_ring
from almenara.privacy.models import Export
from tests.support.cast import cast
from tests.support.database import owner_rights
from tests.support.people import Person, registry, store, stored

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("people_tables", "trial_people"),
]
Use = Callable[..., None]


@pytest.fixture
def trial_people(monkeypatch: pytest.MonkeyPatch, use_keys: Use) -> Iterator[None]:
    for name in ("rotate", "holdings", "waiting", "drop"):
        monkeypatch.setattr(rotating, name, partial(getattr(rotating, name), registry=registry))
    for i in range(3):
        Person.objects.create(name=f"Ana {i}", document=str(i))
    yield
    Person.objects.all().delete()


@pytest.fixture
def keys_file(platform_data: Path, settings: Any, made_keys: dict[str, Key]) -> Iterator[Path]:
    path = platform_data / "secrets" / "keys"
    before = path.read_text() if path.exists() else None
    settings.ENCRYPTION_KEYS = ""
    path.write_text(made_keys["first"].written())
    yield path
    path.unlink()
    if before is not None:
        path.write_text(before)


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments)
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_from_one_key_to_the_next_with_keys_in_a_file(keys_file: Path) -> None:
    assert f"They are in {keys_file}" in run("list")
    assert run("new") == ""  # the key is in the file, not on the screen
    second = key_ring().current.id
    assert [key.id for key in key_ring()] == [second, "first"]
    with pytest.raises(RefusedError, match=r"in use(?s:.)*trial_person\.name: 3"):
        run("drop", "first")
    assert "3 rows are under the current key" in run("rotate", "--batch", "2")
    listed = run("list").splitlines()
    assert listed[0] == f"{second}  current"
    assert ["3", "trial_person.name"] in [line.split() for line in listed]
    assert listed[-2] == "first"
    assert "no longer in" in run("drop", "first")
    assert [key.id for key in key_ring()] == [second]
    assert Person.objects.get(document_index="2").name == "Ana 2"


def test_a_key_that_wraps_an_export_that_lasts_is_not_dropped(keys_file: Path) -> None:
    with transaction.atomic():
        person = cast()["colleague"]
        export = ready_export(person, expires=timezone.now() + dt.timedelta(hours=1))
    run("new")
    run("rotate")
    assert ["1", "privacy_export.wrapped_key"] in [line.split() for line in run("list").splitlines()]
    with pytest.raises(RefusedError, match=r"1 files of exports would be lost(?s:.)*within 24 hours"):
        run("drop", "first")
    with transaction.atomic(), owner_rights():
        assert unwrapped(bytes(Export.objects.get().wrapped_key or b""), export.public_id.bytes)
        Export.objects.update(expires=timezone.now())
    assert "no longer in" in run("drop", "first")


def ready_export(person: User, expires: dt.datetime) -> Export:
    export = Export(
        person=person, purpose="A trial", exporter="trial", state=Export.State.DONE, expires=expires
    )
    export.wrapped_key = new_file_key(export.public_id.bytes)[1]
    with owner_rights():
        export.save(force_insert=True)
    return export


def test_keys_of_the_environment_are_the_operators_to_change(use_keys: Use, settings: Any) -> None:
    printed = run("new").strip()
    settings.ENCRYPTION_KEYS = f"{printed},{settings.ENCRYPTION_KEYS}"
    run("rotate")
    assert "take it out of ALMENARA_KEYS" in run("drop", "first")
    assert stored(Person.objects.first(), "name")[2:].startswith(printed.split(":")[0].encode())


def test_what_does_not_open_is_listed_and_fails_the_command(use_keys: Use) -> None:
    one, two, _ = Person.objects.order_by("pk")
    store(one, "name", stored(two, "name"))
    use_keys("second", "first")
    with pytest.raises(CheckFailedError, match=rf"2 values do not open(?s:.)*trial_person\.name of {one.pk}"):
        run("rotate")


def test_a_key_that_is_missing_is_shown_as_missing(use_keys: Use) -> None:
    use_keys("second")
    assert "first  MISSING" in run("list").splitlines()


def test_all_rewrites_what_is_current_too() -> None:
    assert "0 rows" in run("rotate")
    assert "3 rows" in run("rotate", "--all")
