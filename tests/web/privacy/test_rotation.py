"""Rotation of keys: nothing is lost, whenever it is interrupted and whoever writes meanwhile."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from almenara.accounts.models import PersonalFile, User
from almenara.common.errors import MachineError, RefusedError
from almenara.common.identity import identified
from almenara.config.database.base import as_owner
from almenara.privacy.blind import KeyedField
from almenara.privacy.fields import EncryptedField, EncryptedTextField
from almenara.privacy.keys import Key, KeyRing, UnknownKeyError, key_ring
from almenara.privacy.rotation import REASON, drop, holdings, protected_models, rotate, waiting
from tests.support.people import Person, Relative, registry, store, stored
from tests.support.repository import ROOT
from tests.support.site import Site, empty_site

pytestmark = pytest.mark.usefixtures("people_tables", "use_keys")
Use = Callable[..., None]


class KilledError(Exception):
    pass


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    yield
    Relative.objects.all().delete()
    Person.objects.all().delete()


def make(count: int) -> list[Person]:
    return [
        Person.objects.create(name=f"Name {i}", document=f"D{i}" if i % 3 else None, contact={"i": i})
        for i in range(count)
    ]


def check(people: list[Person]) -> None:
    for i, person in enumerate(people):
        read = Person.objects.get(pk=person.pk)
        assert (read.name, read.contact, read.document) == (f"Name {i}", {"i": i}, f"D{i}" if i % 3 else None)
        assert not i % 3 or Person.objects.get(document_index=f"d{i}") == person


def keys_held() -> set[str]:
    return {held.key_id for held in holdings(registry)}


@pytest.mark.django_db
def test_everything_is_under_the_current_key_afterwards(use_keys: Use) -> None:
    people = make(23)
    Relative.objects.create(person=people[0], phone="1", email="a@b.c")
    for i in range(7):
        Relative.objects.create(person=people[i], phone=f"{i}5")
    use_keys("second", "first")
    assert waiting(registry) == 31
    done = rotate(batch=5, registry=registry)
    assert (done.rows, done.unreadable, waiting(registry), keys_held()) == (31, [], 0, {"second"})
    use_keys("second")
    check(people)
    assert {relative.phone for relative in Relative.objects.all()} == {"1", *(f"{i}5" for i in range(7))}
    assert Relative.objects.get(email_index="A@B.C").phone == "1"
    assert rotate(registry=registry).rows == 0


@pytest.mark.django_db
def test_holdings_count_every_column_and_key(use_keys: Use) -> None:
    make(4)
    use_keys("second", "first")
    Person.objects.create(name="later", document="x")
    counts = {(held.column, held.key_id): held.count for held in holdings(registry)}
    assert counts[("trial_person.name", "first")] == 4
    assert counts[("trial_person.name", "second")] == 1
    assert counts[("trial_person.document_index", "first")] == 2
    assert ("trial_person.photograph", "first") not in counts


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_an_interruption_at_any_batch_is_made_good_by_running_again(use_keys: Use, seed: int) -> None:
    chance = random.Random(seed)
    people = make(20)
    use_keys("second", "first")
    stops = 0

    def perhaps_killed(rows: int) -> None:
        nonlocal stops
        if stops < 6 and chance.random() < 0.5:
            stops += 1
            raise KilledError

    while waiting(registry):
        try:
            rotate(batch=chance.randint(1, 4), registry=registry, progress=perhaps_killed)
        except KilledError:
            check(people)  # readable under both keys in between
    assert keys_held() == {"second"}
    check(people)


@pytest.mark.django_db
def test_a_batch_that_fails_midway_leaves_no_row_half_done(
    use_keys: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = make(6)
    use_keys("second", "first")
    renewed, calls = EncryptedField.renewed, 0

    def fails(self: Any, instance: models.Model) -> Any:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise KilledError
        return renewed(self, instance)

    monkeypatch.setattr(EncryptedField, "renewed", fails)
    with pytest.raises(KilledError):
        rotate(batch=6, registry=registry)
    monkeypatch.undo()
    use_keys("second", "first")
    assert keys_held() == {"first"}
    check(people)


@pytest.mark.django_db
def test_a_value_that_does_not_open_is_named_and_hinders_no_other(use_keys: Use) -> None:
    people = make(5)
    store(people[1], "name", stored(people[2], "name"))
    store(people[4], "document", b"\x01\x04gone" + bytes(60))
    use_keys("second", "first")
    done = rotate(batch=2, registry=registry)
    assert sorted(done.unreadable) == sorted(
        [
            f"trial_person.name of {people[1].pk}",
            f"trial_person.name_keys of {people[1].pk}",
            f"trial_person.document of {people[4].pk}",
            f"trial_person.document_index of {people[4].pk}",
        ]
    )
    assert waiting(registry) == 2
    counts = {(held.column, held.key_id): held.count for held in holdings(registry)}
    assert counts[("trial_person.name", "first")] == 1
    assert counts[("trial_person.document", "gone")] == 1
    assert counts[("trial_person.contact", "second")] == 5


@pytest.mark.django_db
def test_everything_recomputes_an_index_that_was_added_later(use_keys: Use) -> None:
    people = make(5)
    for person in people:
        store(person, "document_index", None)
    assert rotate(registry=registry).rows == 0
    assert rotate(batch=2, everything=True, registry=registry).rows == 5
    check(people)


@pytest.mark.django_db
def test_a_key_in_use_is_not_dropped(use_keys: Use, made_keys: dict[str, Key]) -> None:
    make(3)
    use_keys("second", "first", "third")
    with pytest.raises(RefusedError, match=r"16 values would be lost(?s:.)*trial_person.name: 3"):
        drop("first", registry=registry)
    with pytest.raises(RefusedError, match="is the current one"):
        drop("second", registry=registry)
    with pytest.raises(UnknownKeyError):
        drop("fourth", registry=registry)
    assert drop("third", registry=registry).keys == (made_keys["second"], made_keys["first"])
    rotate(registry=registry)
    assert drop("first", registry=registry).keys == (made_keys["second"], made_keys["third"])


@pytest.mark.django_db
def test_a_dropped_key_leaves_the_file(settings: Any, tmp_path: Any, made_keys: dict[str, Key]) -> None:
    settings.ENCRYPTION_KEYS, settings.DATA = "", tmp_path
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "keys").write_text(KeyRing((made_keys["second"], made_keys["first"])).written())
    drop("first", registry=registry)
    assert key_ring().keys == (made_keys["second"],)


@pytest.mark.django_db
def test_the_history_learns_why_the_rows_changed(use_keys: Use) -> None:
    make(2)
    use_keys("second", "first")
    seen = []
    with connection.execute_wrapper(
        lambda execute, statement, *rest: (
            seen.append(identified()) if statement.startswith("UPDATE") else None,
            execute(statement, *rest),
        )[1]
    ):
        rotate(batch=1, registry=registry)
    assert [identity.reason for identity in seen] == [REASON, REASON]
    assert seen[0].origin == seen[1].origin != ""
    assert identified().reason == ""


@pytest.mark.usefixtures("committed")
def test_writes_during_the_rotation_are_not_lost(use_keys: Use) -> None:
    people = make(60)
    use_keys("second", "first")
    wrong: list[BaseException] = []
    stop = threading.Event()

    def write(mine: list[Person]) -> None:
        try:
            for turn in range(4):
                for person in mine:
                    fresh = Person.objects.get(pk=person.pk)
                    fresh.name, fresh.visits = f"{fresh.name}+{turn}", turn
                    fresh.save()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    def read() -> None:
        try:
            while not stop.is_set():
                assert all(p.name.startswith("Name") for p in Person.objects.all())
                assert Person.objects.filter(document_index="d1").count() == 1
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(people[k::2],)) for k in range(2)]
    reader = threading.Thread(target=read)
    for thread in (*writers, reader):
        thread.start()
    rotate(batch=3, registry=registry)
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert not wrong
    assert (waiting(registry), keys_held()) == (0, {"second"})
    assert {Person.objects.get(pk=p.pk).name for p in people} == {f"Name {i}+0+1+2+3" for i in range(60)}


@pytest.mark.usefixtures("committed")
def test_a_row_that_somebody_holds_is_passed_over_and_taken_at_the_end(use_keys: Use) -> None:
    people = make(4)
    use_keys("second", "first")
    held, let_go, batches = threading.Event(), threading.Event(), []

    def hold() -> None:
        with transaction.atomic():
            row = Person.objects.select_for_update().get(pk=people[1].pk)
            held.set()
            let_go.wait(30)
            row.name = "written meanwhile"
            row.save()
        connection.close()

    def progress(rows: int) -> None:
        batches.append(rows)
        let_go.set()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    done = rotate(batch=10, registry=registry, progress=progress)
    holder.join()
    assert batches[0] == 3
    assert done.rows in (3, 4)  # the holder wrote it under the current key itself
    assert (waiting(registry), keys_held()) == (0, {"second"})
    assert Person.objects.get(pk=people[1].pk).name == "written meanwhile"


@pytest.mark.usefixtures("transactional_db")
def test_the_sites_own_tables_are_rotated_by_their_owner(use_keys: Use) -> None:
    person = User.objects.create_user("rotation@example.org", None)
    with as_owner():
        PersonalFile.objects.create(person=person, document="12-34")
        use_keys("second", "first")
        done = rotate(batch=1)
        assert (done.unreadable, waiting()) == ([], 0)
        assert {held.key_id for held in holdings() if held.column.startswith("accounts_")} == {"second"}
        assert PersonalFile.objects.get(person=person).document == "12-34"


@pytest.mark.usefixtures("committed")
def test_hidden_rows_are_not_taken_for_none(use_keys: Use) -> None:
    make(2)
    use_keys("second", "first")
    with row_level_security("trial_person"):
        for act in (lambda: rotate(registry=registry), lambda: drop("first", registry=registry)):
            with pytest.raises(MachineError, match=r"hides rows(?s:.)*trial_person"):
                act()
        with as_owner():
            with pytest.raises(RefusedError, match="in use"):
                drop("first", registry=registry)
            assert rotate(registry=registry).rows == 2


@contextmanager
def row_level_security(table: str) -> Iterator[None]:
    """As on the site's own tables: without a policy that lets it, the site's role sees no row."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


@isolate_apps("almenara.privacy")
@pytest.mark.django_db
def test_a_new_model_is_found_by_itself() -> None:
    class Base(models.Model):
        secret = EncryptedTextField()

        class Meta:
            app_label = "privacy"
            abstract = True

    class Anything(Base):  # noqa: DJ008
        class Meta:
            app_label = "privacy"

    class Proxy(Anything):  # noqa: DJ008
        class Meta:
            app_label = "privacy"
            proxy = True

    found = protected_models(Anything._meta.apps)
    assert [(model, [item.name for item in items]) for model, items in found] == [(Anything, ["secret"])]


def test_every_protected_column_of_the_site_is_found() -> None:
    declared = {
        (model, item.name)
        for model in apps.get_models()
        for item in model._meta.get_fields()
        if isinstance(item, EncryptedField | KeyedField)
    }
    assert {(model, item.name) for model, items in protected_models() for item in items} == declared


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with empty_site("almenara-rotation-") as site:
        yield site


def start(site: Site, keys: KeyRing, what: str, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.rotating", what, str(number)],
        env={**site.environment, "ALMENARA_KEYS": keys.written()},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(site: Site, keys: KeyRing, what: str, number: int = 0) -> str:
    process = start(site, keys, what, number)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out.strip()


def test_a_killed_process_leaves_everything_readable_and_is_run_again(
    site: Site, made_keys: dict[str, Key]
) -> None:
    before = KeyRing((made_keys["first"],))
    both = KeyRing((made_keys["second"], made_keys["first"]))
    after = KeyRing((made_keys["second"],))
    told(site, before, "fill", 300)
    left = 300
    for batches in (1, 7):
        process = start(site, both, "rotate", 10)
        assert process.stdout is not None
        for _ in range(batches):
            assert process.stdout.readline().strip() == "10"
        process.kill()
        process.communicate()
        people, still = map(int, told(site, both, "check").split())
        assert people == 300
        assert 0 < still <= left - 10 * batches
        assert still % 10 == 0
        left = still
    told(site, both, "rotate", 100)
    assert told(site, after, "check") == "300 0"
