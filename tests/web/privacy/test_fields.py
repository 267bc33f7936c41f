"""Columns that hold ciphertext: what comes back is what went in, and what was tampered with does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.core.serializers import serialize
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext, isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almenara.common.bulk import copy_in
from almenara.privacy.blind import BlindIndexField
from almenara.privacy.fields import EncryptedTextField, Sealed
from almenara.privacy.keys import UnknownKeyError
from almenara.privacy.sealing import TamperedValueError
from tests.support.people import Person, Relative, store, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people_tables", "use_keys")]
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SECRET = "Núñez de la Cruz"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


@MANY
@given(name=TEXTS, born_on=st.none() | st.dates(), contact=JSONS, photograph=st.none() | st.binary())
def test_what_comes_back_is_what_went_in(
    name: str, born_on: date | None, contact: Any, photograph: bytes | None
) -> None:
    person = Person.objects.create(name=name, born_on=born_on, contact=contact, photograph=photograph)
    read = again(person)
    assert (read.name, read.born_on, read.contact, read.photograph) == (name, born_on, contact, photograph)


@MANY
@given(names=st.lists(TEXTS, min_size=1, max_size=5))
def test_bulk_create_encrypts_and_indexes_too(names: list[str]) -> None:
    made = Person.objects.bulk_create(Person(name=name, document=f"D-{i}") for i, name in enumerate(names))
    assert [again(person).name for person in made] == names
    assert Person.objects.filter(pk__in=[p.pk for p in made]).get(document_index="d0").pk == made[0].pk


def test_the_table_holds_no_plaintext_and_the_same_value_never_twice() -> None:
    one, two = (Person.objects.create(name=SECRET, document="12345678") for _ in range(2))
    for column in ("name", "document", "document_index"):
        assert SECRET.encode() not in stored(one, column)
        assert b"12345678" not in stored(one, column)
    assert stored(one, "name") != stored(two, "name")


def test_names_of_about_the_same_length_cannot_be_told_by_their_ciphertext() -> None:
    lengths = {len(stored(Person.objects.create(name="x" * n), "name")) for n in range(16)}
    assert len(lengths) == 1


def test_null_stays_null() -> None:
    person = Person.objects.create(name=SECRET)
    read = Person.objects.get(pk=person.pk, document__isnull=True)
    assert (read.document, read.born_on, read.contact, read.document_index) == (None, None, None, None)


def test_an_attribute_is_opened_when_it_is_read_and_deferred_when_asked() -> None:
    person = Person.objects.create(name=SECRET, note="free")
    store(person, "note", b"\x01\x05firstnonsense")
    read = Person.objects.defer("name").get(pk=person.pk)  # the altered note does not hinder
    with CaptureQueriesContext(connection) as queries:
        assert read.name == SECRET
    assert len(queries) == 1
    with pytest.raises(TamperedValueError):
        _ = read.note


def test_only_the_encrypted_field_can_be_asked_for() -> None:
    person = Person.objects.create(name=SECRET)
    assert Person.objects.only("name").get(pk=person.pk).name == SECRET
    assert Relative.objects.create(person=person).person.name == SECRET
    assert Relative.objects.select_related("person").get().person.name == SECRET


def test_values_and_repr_tell_nothing() -> None:
    person = Person.objects.create(name=SECRET, born_on=date(2014, 5, 6))
    shown = repr([*Person.objects.values(), *Person.objects.values_list("name", "born_on")])
    assert "<sealed>" in shown
    assert SECRET not in shown
    assert "2014" not in shown
    assert SECRET not in repr(again(person))


@pytest.mark.parametrize("how", ["exact", "icontains", "startswith", "in", "gt", "regex"])
def test_filtering_is_refused(how: str) -> None:
    for names in (f"name__{how}", f"born_on__{how}", f"contact__{how}"):
        with pytest.raises(FieldError, match="encrypted: the database cannot compare it"):
            Person.objects.filter(**{names: ["x"]})
    with pytest.raises(FieldError, match="encrypted"):
        Person.objects.filter(contact__street="x")
    with pytest.raises(FieldError, match="encrypted"):
        Relative.objects.filter(person__name="x")
    with pytest.raises(FieldError, match="encrypted"):
        Person.objects.get_or_create(name=SECRET)


@pytest.mark.parametrize("order", ["name", "-born_on", "relatives__phone"])
def test_ordering_is_refused(order: str) -> None:
    with pytest.raises(FieldError, match="cannot order by it"):
        list(Person.objects.order_by(order))


def test_ordering_by_an_expression_is_refused() -> None:
    for queryset in (
        Person.objects.order_by(F("name").desc()),
        Person.objects.values("name").order_by("name"),
    ):
        with pytest.raises(FieldError, match="cannot order by it"):
            list(queryset)


def test_serialising_is_refused() -> None:
    Person.objects.create(name=SECRET)
    with pytest.raises(FieldError, match="is not serialised"):
        serialize("json", Person.objects.all())


def test_the_database_refuses_plaintext() -> None:
    person = Person.objects.create(name=SECRET)
    for plain in (SECRET.encode(), b"", "Ana".encode("utf-16")):
        with pytest.raises(IntegrityError, match="trial_person_name_check"), transaction.atomic():
            store(person, "name", plain)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_in(Relative, ["id", "person", "phone", "email"], [(uuid4(), person.pk, "5550100", "")])


@pytest.mark.parametrize("place", [1, 3, 9, 20, -1])
def test_an_altered_byte_is_found(place: int) -> None:
    person = Person.objects.create(name=SECRET)
    altered = bytearray(stored(person, "name"))
    altered[place] ^= 1
    store(person, "name", bytes(altered))
    with pytest.raises((TamperedValueError, UnknownKeyError)) as refused:
        _ = again(person).name
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("kept", [1, 2, 6, 7, 19, 30, -1])
def test_a_cut_value_is_found(kept: int) -> None:
    person = Person.objects.create(name=SECRET)
    store(person, "name", stored(person, "name")[:kept])
    with pytest.raises(TamperedValueError, match="bring the value back from a backup"):
        _ = again(person).name


def test_a_value_moved_to_another_column_or_row_is_found() -> None:
    one = Person.objects.create(name="Ana", alias="Anita", note="a")
    two = Person.objects.create(name="Eva", note="b")
    store(one, "alias", stored(one, "name"))
    store(two, "name", stored(one, "name"))
    store(two, "note", stored(one, "note"))
    with pytest.raises(TamperedValueError, match=r"trial_person\.alias"):
        _ = again(one).alias
    with pytest.raises(TamperedValueError, match="another column or row"):
        _ = again(two).name
    assert again(two).note == "a"  # a field without row= is bound to its column only


def test_an_earlier_value_comes_back_only_to_its_own_row() -> None:
    person = Person.objects.create(name="Ana")
    before = stored(person, "name")
    person.name = "Eva"
    person.save()
    store(person, "name", before)
    assert again(person).name == "Ana"


def test_another_key_does_not_open_it(use_keys: Callable[..., None], settings: Any) -> None:
    person = Person.objects.create(name=SECRET)
    use_keys("second")
    with pytest.raises(UnknownKeyError, match="Add the key again"):
        _ = again(person).name
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS.replace("second:", "first:")
    with pytest.raises(TamperedValueError, match="another key goes by the id first"):
        _ = again(person).name


def test_an_object_saved_unread_keeps_its_values_and_moves_to_the_current_key(
    use_keys: Callable[..., None],
) -> None:
    person = Person.objects.create(name=SECRET, document="AB-1")
    use_keys("second", "first")
    read = again(person)
    read.visits = 1
    read.save()
    assert b"second" in stored(person, "name")
    assert again(person).name == SECRET
    assert Person.objects.get(document_index="ab1").pk == person.pk


def test_a_copy_under_another_row_id_is_refused_rather_than_lost() -> None:
    read = again(Person.objects.create(name=SECRET))
    read.pk, read.public_id = None, Person().public_id
    read._state.adding = True
    with pytest.raises(TamperedValueError):
        read.save()


def test_update_is_refused_where_it_would_lose_the_binding_or_the_index() -> None:
    person = Person.objects.create(name=SECRET)
    relative = Relative.objects.create(person=person, phone="1")
    for refused in (
        lambda: Person.objects.update(name="x"),
        lambda: Person.objects.bulk_update([person], ["name"]),
        lambda: Relative.objects.update(phone="x"),
    ):
        with pytest.raises(FieldError, match="cannot write it"), transaction.atomic():
            refused()
    assert (again(person).name, relative.phone) == (SECRET, "1")
    Person.objects.update(note="all the same")
    assert again(person).note == "all the same"


def test_json_changed_in_place_is_saved() -> None:
    person = again(Person.objects.create(name=SECRET, contact={"street": "1"}))
    person.contact["street"] = "2"
    person.save()
    assert again(person).contact == {"street": "2"}


def test_a_form_reads_and_writes_it() -> None:
    form = modelform_factory(Person, fields=["name", "born_on"])
    written = form({"name": SECRET, "born_on": "2014-05-06"})
    person = written.save()
    assert again(person).born_on == date(2014, 5, 6)
    assert SECRET in form(instance=again(person)).as_p()
    assert not form({"name": "x" * 201}).is_valid()
    assert not form({"name": "x", "born_on": "never"}).is_valid()


@pytest.mark.parametrize("written", [date(2014, 5, 6), datetime(2014, 5, 6, 23, tzinfo=UTC), "2014-05-06"])
def test_a_date_may_be_given_in_several_forms(written: Any) -> None:
    assert again(Person.objects.create(name=SECRET, born_on=written)).born_on == date(2014, 5, 6)


@pytest.mark.parametrize("written", ["", "2014-02-30", "yesterday"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="date"):
        Person.objects.create(name=SECRET, born_on=written)


def test_migrations_know_the_fields() -> None:
    field = Person._meta.get_field("document")
    _, path, args, kwargs = field.deconstruct()
    assert (path, args, kwargs["row"]) == ("almenara.privacy.fields.EncryptedTextField", [], "public_id")
    assert isinstance(field.clone(), EncryptedTextField)
    index = Person._meta.get_field("document_index").clone()
    assert (index.of, index.kind, index.db_index, index.null) == ("document", "document", True, True)


@isolate_apps("almenara.privacy")
def test_a_renamed_field_still_opens_under_its_former_name() -> None:
    class Renamed(models.Model):  # noqa: DJ008
        public_id = models.UUIDField()
        called = EncryptedTextField(row="public_id", bound_to="trial_person.name", db_column="name")

        class Meta:
            app_label = "privacy"
            db_table = "trial_person"

    person = Person.objects.create(name=SECRET)
    assert Renamed.objects.get(pk=person.pk).called == SECRET


@isolate_apps("almenara.privacy")
def test_declarations_that_cannot_work_are_named() -> None:
    class Wrong(models.Model):  # noqa: DJ008
        key = EncryptedTextField(unique=True)
        name = EncryptedTextField(row="nothing")
        index = BlindIndexField(of="nowhere")
        only = BlindIndexField(of="name", unique=True)

        class Meta:
            app_label = "privacy"

    assert [error.id for error in Wrong.check()] == [f"privacy.E00{n}" for n in (1, 2, 3, 4)]


def test_a_sealed_value_shows_nothing() -> None:
    assert (repr(Sealed(b"x")), str(Sealed(b"x"))) == ("<sealed>", "<sealed>")
