"""People found by how their names sound. All names and people here are made up."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from almenara.privacy.phonetics import MOST_VARIANTS, needed, pairs, parts, sought, sound, sounds, variants
from almenara.privacy.phonetics_fields import Likeness
from almenara.privacy.phonetics_trial import measures, misspelled, person, trial
from tests.support.people import Person

tables = [pytest.mark.django_db, pytest.mark.usefixtures("people_tables", "use_keys")]

ALIKE = [
    "Núñez Nunes Nuñes Nunez", "Hernández Ernandes Hernandes Hernandez", "Jiménez Giménez Ximénez Jimenes",
    "Vásquez Bázquez Vazques", "Carvalho Carvallo Carballo Karvalho", "Castillo Castilho Kastilo", "Quispe Kispe",
    "Ceballos Cevallos Sevallos Zeballos", "Víctor Vitor Bictor", "Baptista Bautista Batista", "Ignacio Inácio Ygnacio",
    "Jéssica Yesica Yéssica", "Huamán Guamán", "Felipe Phelipe Filipe", "Sousa Souza Sosa Zouza", "Chávez Chaves",
    "Magdalena Madalena", "João Joao Juan", "Damião Damián", "Conceição Concepción Concepsion", "Assunção Asunción",
    "Gonçalves Gonsalves Gonçalvez", "Zambrano Sanbrano Zanbrano", "Martha Marta", "Yolanda Jolanda", "Joaquín Joaquim",
    "Guillermo Guilermo", "Izquierdo Iskierdo Isquierdo", "Herrera Errera Herera", "David Davi", "Jhon Jon",
    "Zoila Soila", "Wálter Valter", "Acuña Acunha", "Agüero Agwero", "Peixoto Peissoto",
]  # fmt: skip
APART = [
    "Mario María", "Luis Luisa", "Ana Ema", "García Garzón", "Pedro Pablo", "Díaz Ruiz", "Rosa Rocío",
    "Torres Flores", "Silva Selma", "Mejía Medina", "Juan Ana",
]  # fmt: skip


@pytest.mark.parametrize("spellings", ALIKE)
def test_spellings_of_one_name_sound_the_same(spellings: str) -> None:
    assert len({sound(part) for part in parts(spellings)}) == 1


@pytest.mark.parametrize("names", APART)
def test_names_that_differ_sound_different(names: str) -> None:
    codes = [sound(part) for part in parts(names)]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    "pair", ["Castillo Castiyo", "Carballo Carbayo", "Llanos Yanos", "Camila Camiya", "Llosa Yosa"]
)
def test_ll_and_y_are_heard_as_one_when_asked_for(pair: str) -> None:
    one, other = map(sound, parts(pair))
    assert one in variants(other)
    assert other in variants(one)
    assert len(variants(sound("llallallallalla"))) == MOST_VARIANTS


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("María del Carmen Núñez de la Cruz", ["maria", "carmen", "nunez", "cruz"]),
        ("DELACRUZ, Mª DEL CARMEN", ["cruz", "maria", "carmen"]),
        ("José Hdez. y Glez.", ["jose", "hernandez", "gonzalez"]),
        ("Ana-Lúcia D'Ávila e Costa", ["ana", "lucia", "avila", "costa"]),
        ("Pedro San Martín  O’Higgins", ["pedro", "sanmartin", "ohiggins"]),
        ("João dos Santos da Conceição", ["joao", "santos", "conceisao"]),
        ("Juan R. Delgado", ["juan", "delgado"]),
        ("Santa", ["santa"]),
        ("Rosa Dela Cruz", ["rosa", "cruz"]),
        ("", []), ("- . 17", []), ("李小龙", []),
    ],
)  # fmt: skip
def test_the_parts_of_a_name(name: str, found: list[str]) -> None:
    assert parts(name) == found


@given(st.text())
def test_any_text_gives_plain_codes(text: str) -> None:
    codes = sounds(text)
    assert all(code.isascii() and code.isalpha() and code.isupper() for code in codes)
    assert len(set(codes)) == len(codes)
    assert set(pairs(codes)) <= set(sought(codes))


@given(st.lists(st.sampled_from(["Ana", "Núñez", "de", "la", "Cruz", "Lima", "y"]), max_size=6), st.randoms())
def test_order_case_and_accents_do_not_matter(words: list[str], chance: random.Random) -> None:
    mixed = [word.upper().replace("Ú", "U") for word in chance.sample(words, len(words))]
    assert set(pairs(sounds(" ".join(words)))) == set(pairs(sounds(" ".join(mixed))))


@pytest.mark.parametrize(
    ("parts_of_the_shorter", "strictly", "loosely"),
    [(1, 1, 1), (2, 2, 2), (3, 3, 2), (4, 3, 3), (5, 4, 4), (6, 5, 5)],
)
def test_how_many_parts_must_agree(parts_of_the_shorter: int, strictly: int, loosely: int) -> None:
    def in_pairs(count: int) -> int:
        return max(1, count * (count - 1) // 2)

    assert needed(in_pairs(parts_of_the_shorter)) == in_pairs(strictly)
    assert needed(in_pairs(parts_of_the_shorter), loosely=True) == in_pairs(loosely)


def test_recall_and_precision_on_simulated_people() -> None:
    for name, share, limit in measures(people=5_000, lookups=1_000):
        assert share >= limit, name


def test_hearing_beats_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same look-ups by the parts as they are spelled, without accents, find little more than half."""
    heard = trial(2_000, 500)
    monkeypatch.setattr(
        "almenara.privacy.phonetics_trial.sounds", lambda name: list(dict.fromkeys(parts(name)))
    )
    monkeypatch.setattr("almenara.privacy.phonetics_trial.sought", pairs)
    spelled = trial(2_000, 500)
    assert spelled.recall < 0.7 < 0.92 < heard.recall


class TestInTheDatabase:
    pytestmark = tables

    def test_the_name_of_the_brief(self) -> None:
        one = Person.objects.create(name="María del Carmen Núñez de la Cruz")
        Person.objects.create(name="María del Pilar Núñez Condori")
        for asked in (
            "Maria Carmen Nunes Cruz",
            "CRUZ NUÑES MARIA CARMEN",
            "Nunez Dela Cruz, Ma. Carmen",
            "Carmen Cruz",
        ):
            assert list(Person.objects.filter(name_keys__sounds_like=asked)) == [one]

    def test_all_fields_of_the_name_count(self) -> None:
        one = Person.objects.create(name="Ana Lima", alias="Quispe")
        assert Person.objects.get(name_keys__sounds_like="Kispe Lima") == one
        one.alias = ""
        one.save()
        assert not Person.objects.filter(name_keys__sounds_like="Kispe Lima").exists()

    def test_one_part_finds_who_has_but_one(self) -> None:
        Person.objects.create(name="Ana Lima")
        one = Person.objects.create(name="Lima")
        assert list(Person.objects.filter(name_keys__sounds_like="Lyma")) == [one]
        for nothing in ("", "de la", "李"):
            assert not Person.objects.filter(name_keys__sounds_like=nothing).exists()
        assert Person.objects.create(name="李小龙").name_keys is None

    def test_the_database_finds_what_the_rules_find(self) -> None:
        chance = random.Random(3)
        people = Person.objects.bulk_create(Person(name=person(chance)) for _ in range(300))
        kept = {p.pk: set(pairs(sounds(p.name))) for p in people}
        for loosely, lookup in ((False, "sounds_like"), (True, "resembles")):
            for one in people[:60]:
                asked = misspelled(one.name, chance)
                size, wanted = len(pairs(sounds(asked))), set(sought(sounds(asked)))
                expected = {
                    pk for pk, own in kept.items()
                    if own & wanted and len(own & wanted) >= needed(min(len(own), size), loosely=loosely)
                }  # fmt: skip
                found = Person.objects.filter(**{f"name_keys__{lookup}": asked})
                assert {p.pk for p in found} == expected

    def test_the_likest_comes_first(self) -> None:
        names = ["Ana Lima Souza", "Ana Lima Souza Quispe", "Ana Souza Condori"]
        for name in reversed(names):
            Person.objects.create(name=name)
        asked = "Anna Lyma Sosa"
        found = Person.objects.filter(name_keys__resembles=asked).order_by(
            Likeness("name_keys", asked).desc()
        )
        assert [p.name for p in found] == names
        likest = found.annotate(likeness=Likeness("name_keys", asked)).first()
        assert likest is not None
        assert likest.likeness == 1

    def test_the_keys_reveal_no_name_and_differ_by_key(self, use_keys: Callable[..., None]) -> None:
        one = Person.objects.create(name="Ana Lima")
        use_keys("second", "first")
        other = Person.objects.create(name="Ana Lima")
        assert one.name_keys is not None
        assert other.name_keys is not None
        assert not set(one.name_keys) & set(other.name_keys)
        assert set(Person.objects.filter(name_keys__sounds_like="Anna Lima")) == {one, other}
        assert all(code not in value for value in one.name_keys for code in (b"ANA", b"LMA"))

    def test_frequent_names_leave_no_hash_of_their_own(self) -> None:
        people = [Person.objects.create(name=f"María {surname}") for surname in ("Lima", "Cruz", "Souza")]
        hashes = [value for p in people for value in (p.name_keys or [])[1:]]
        assert len(set(hashes)) == len(hashes) == 3

    @pytest.mark.parametrize("how", ["exact", "contains", "overlap", "in"])
    def test_it_knows_its_own_look_ups_only(self, how: str) -> None:
        with pytest.raises(FieldError, match="it knows sounds_like, resembles, isnull"):
            Person.objects.filter(**{f"name_keys__{how}": "Ana"})

    def test_a_look_up_goes_by_the_index(self) -> None:
        Person.objects.bulk_create(Person(name=person(random.Random(i))) for i in range(300))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Person.objects.filter(name_keys__sounds_like="Ana Lima Cruz").explain()
        assert "trial_person_names" in plan


def test_migrations_know_the_field() -> None:
    field = Person._meta.get_field("name_keys").clone()
    assert (field.sources, field.null) == (("name", "alias"), True)
