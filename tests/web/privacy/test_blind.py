"""Finding what is encrypted by equality, under every key of the ring, without saying what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from hypothesis import given
from hypothesis import strategies as st

from almenara.privacy.blind import KINDS, digest, document, email, folded, phone
from almenara.privacy.keys import Use, key_ring
from tests.support.people import Person, Registered, Relative, stored

with_tables = pytest.mark.usefixtures("people_tables", "use_keys")


@pytest.mark.parametrize(
    ("kind", "same"),
    [
        (document, ["12.345.678-k", "12345678K", " 12 345 678 – K", "１２３４５６７８k"]),
        (document, ["V-12.345.678", "v12345678"]),
        (phone, ["+57 (1) 234-5678", "0057 1 234 5678", "5712345678", "+57 (0)1 2345678"]),
        (email, [" Ana.Perez@Example.ORG", "ana.perez@example.org"]),
        (folded, ["María  del Carmen NÚÑEZ", "maria del carmen nunez", "Maria del Carmen Núñez"]),
    ],
)
def test_spellings_of_the_same_have_one_normal_form(kind: Callable[[str], str], same: list[str]) -> None:
    assert len({kind(text) for text in same}) == 1


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text())
def test_a_normal_form_is_its_own_normal_form(kind: str, text: str) -> None:
    normal = KINDS[kind](text)
    assert KINDS[kind](normal) == normal


def test_the_hash_depends_on_key_column_and_value_and_on_nothing_else(use_keys: Callable[..., None]) -> None:
    use_keys("first", "second")
    one, two = key_ring()
    digests = [
        digest(one, "t.a", "x"),
        digest(one, "t.b", "x"),
        digest(one, "t.a", "y"),
        digest(two, "t.a", "x"),
    ]
    assert len(set(digests)) == 4
    assert digests[0] == digest(one, "t.a", "x")
    assert digest(one, "t.a", "bx") != digest(one, "t.ab", "x")
    assert one.derived(Use.BLIND_INDEX) != one.derived(Use.ENCRYPTION)


@pytest.mark.django_db
@with_tables
def test_a_document_is_found_however_it_is_written() -> None:
    person = Person.objects.create(name="Ana", document="12.345.678-k")
    Person.objects.create(name="Eva", document="12.345.679-k")
    Person.objects.create(name="Sin documento", document=" - ")
    assert Person.objects.get(document_index="12345678K") == person
    assert Person.objects.filter(document_index__in=["1", "12345678-k"]).get() == person
    others = Person.objects.exclude(document_index="12345678K")
    assert {other.name for other in others} == {"Eva", "Sin documento"}
    for nothing in ("", "--", "12345678"):
        assert not Person.objects.filter(document_index=nothing).exists()
    assert not Person.objects.filter(document_index__in=[]).exists()
    assert Person.objects.filter(document_index__isnull=True).count() == 1


@pytest.mark.django_db
@with_tables
def test_it_is_found_through_a_relation_too() -> None:
    person = Person.objects.create(name="Ana")
    Relative.objects.create(person=person, phone="+593 2 555-0100", email="Ana@Example.org")
    assert Person.objects.get(relatives__phone_index="00593 25550100") == person
    assert Person.objects.get(relatives__email_index=" ana@example.org") == person


@pytest.mark.django_db
@with_tables
def test_it_is_found_under_every_key_of_the_ring(use_keys: Callable[..., None]) -> None:
    person = Person.objects.create(name="Ana", document="7")
    use_keys("second", "first")
    later = Person.objects.create(name="Eva", document="7")
    assert set(Person.objects.filter(document_index="7")) == {person, later}
    assert stored(person, "document_index") != stored(later, "document_index")
    use_keys("second")
    assert list(Person.objects.filter(document_index="7")) == [later]


@pytest.mark.django_db
@with_tables
def test_the_index_follows_its_field() -> None:
    person = Person.objects.create(name="Ana", document="1")
    person.document = "2"
    with pytest.raises(FieldError, match="Save document_index too"):
        person.save(update_fields=["document"])
    with pytest.raises(FieldError, match="Save document_index too"):
        Registered.objects.get(pk=person.pk).save(update_fields=["document"])
    person.save(update_fields=["document", "document_index"])
    assert not Person.objects.filter(document_index="1").exists()
    person.document = None
    person.save()
    assert stored_null(person)
    person.save(update_fields=["visits"])


def stored_null(person: Person) -> bool:
    return Person.objects.filter(pk=person.pk, document_index__isnull=True, document__isnull=True).exists()


@pytest.mark.django_db
@with_tables
@pytest.mark.parametrize("how", ["gt", "startswith", "icontains", "contains", "range"])
def test_it_knows_equality_only(how: str) -> None:
    with pytest.raises(FieldError, match="knows exact, in and isnull"):
        Person.objects.filter(**{f"document_index__{how}": "1"})
