"""Personal data in free text: what is promised, on simulated notes that the rules were not made with, and each rule."""

from __future__ import annotations

import gc
import itertools
import sys

import pytest
from django import forms
from django.utils import translation

from almenara.privacy.detection import Finding, Kind, find_personal_data, measure
from almenara.privacy.detection import digits as rules
from almenara.privacy.detection.forms import KEEP, WarnsOfPersonalData
from almenara.privacy.detection.simulated import people
from almenara.privacy.detection.simulated.notes import Note, notes
from almenara.privacy.detection.simulated.unseen import UNSEEN
from almenara.privacy.detection.words import LANGUAGES, folded, words


@pytest.fixture(scope="module")
def figures() -> measure.Figures:
    return measure.measured(count=250)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_promised_is_found_in_sentences_that_no_rule_was_made_with(
    figures: measure.Figures, kind: Kind
) -> None:
    assert figures.there[kind] >= 200
    assert figures.recall[kind] >= measure.RECALL[kind]


def test_false_alarms_stay_below_the_limit(figures: measure.Figures) -> None:
    assert figures.words > 50_000
    assert figures.false_alarms <= measure.FALSE_ALARMS


def test_the_uncommon_names_of_the_notes_stand_in_no_list() -> None:
    for drawn in (people.UNCOMMON_GIVEN, people.UNCOMMON_SURNAMES):
        held_out = {folded(name) for names in drawn.values() for name in names}
        assert len(held_out) >= 45
        assert not held_out & (words("given_names") | words("surnames") | words("doubtful"))


def test_a_good_part_of_the_names_in_the_notes_is_held_out() -> None:
    held_out = {
        n for names in (*people.UNCOMMON_GIVEN.values(), *people.UNCOMMON_SURNAMES.values()) for n in names
    }
    shown = [
        finding.of(note.text)
        for language in LANGUAGES
        for note in notes(50, language)
        for finding in note.truth
        if finding.kind is Kind.NAME
    ]
    with_held_out = [name for name in shown if set(name.split()) & held_out]
    assert len(with_held_out) > 0.4 * len(shown)


def test_the_unseen_sentences_are_none_of_those_the_rules_were_made_with() -> None:
    from almenara.privacy.detection.simulated.notes import SENTENCES

    for language in LANGUAGES:
        seen = {*SENTENCES[language].PERSONAL, *SENTENCES[language].NEUTRAL}
        assert not seen & {*UNSEEN[language].PERSONAL, *UNSEEN[language].NEUTRAL}


def test_the_truth_of_a_note_lies_where_it_says() -> None:
    for note in itertools.chain(notes(20, "es"), notes(20, "fr", unseen=False)):
        for finding in note.truth:
            assert finding.of(note.text).strip() == finding.of(note.text) != ""
        assert list(note.truth) == sorted(note.truth)
    assert [note.text for note in notes(3, "pt")] == [note.text for note in notes(3, "pt")]


def test_the_measure_counts_misses_and_alarms() -> None:
    text = "El equipo llegó tarde; María Pérez llamó al 809-555-1234 desde San José."
    truth = (Finding(0, 9, Kind.NAME), Finding(text.index("809"), text.index("809") + 12, Kind.PHONE))
    counted = measure.figures_of([Note(text, "es", truth)])
    assert counted.recall == {Kind.NAME: 0.0, Kind.PHONE: 1.0}
    assert counted.words == 14
    assert counted.false_alarms == pytest.approx(1000 / 14)


def found(text: str, language: str = "es") -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.of(text)) for finding in find_personal_data(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("CPF 111.444.777-35", "pt", [("document", "111.444.777-35")]),
        ("consta 11144477735 na ficha", "pt", [("document", "11144477735")]),
        ("su RUT es 12.345.678-5.", "es", [("document", "12.345.678-5")]),
        ("con cédula n.º 00113918205", "es", [("document", "00113918205")]),
        ("CURP: GOML900101MDFRRS09", "es", [("document", "GOML900101MDFRRS09")]),
        ("D.N.I. 45.678.901", "es", [("document", "45.678.901")]),
        ("V-12.345.678", "es", [("document", "V-12.345.678")]),
        ("passport no. AB123456", "en", [("document", "AB123456")]),
        ("carte d'identité n° 1234567890", "fr", [("document", "1234567890")]),
        ("cédula 8-745-1234, teléfono 6555-1234", "es", [("document", "8-745-1234"), ("phone", "6555-1234")]),
        ("Tel. 2555 1234 / 2555 9876", "es", [("phone", "2555 1234"), ("phone", "2555 9876")]),
        ("escribir a ana_perez@example.org.", "es", [("email", "ana_perez@example.org")]),
        ("ana punto perez arroba example punto com", "es", [("email", "ana punto perez arroba example punto com")]),
        ("jo.doe at gmail.com", "en", [("email", "jo.doe at gmail.com")]),
        ("ana (at) example.org", "en", [("email", "ana (at) example.org")]),
        ("La hermana de Yorleni, Ixmukané, no vino.", "es", [("name", "Yorleni")]),
        ("se llama Ixmukané", "es", [("name", "Ixmukané")]),
        ("habló dona Jandira Tupã", "pt", [("name", "Jandira Tupã")]),
        ("l'enfant s'appelle Wisly", "fr", [("name", "Wisly")]),
        ("Mrs. Wedderburn's son left", "en", [("name", "Wedderburn")]),
        ("MARÍA PÉREZ no asiste", "es", [("name", "MARÍA PÉREZ")]),
        ("la niña maria de la cruz vino", "es", [("name", "maria de la cruz")]),
        ("J. L. Pérez firma", "es", [("name", "J. L. Pérez")]),
        ("casa de Ana", "es", [("name", "Ana")]),
    ],
)  # fmt: skip
def test_each_kind_is_found_where_it_stands(
    text: str, language: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ley 1098 de 2006, artículo 45, y Ley 136-03.", "es"),
        ("Entre 2019-2023 y el 12/05/2024 a las 8:30.", "es"),
        ("El jornal es de RD$ 1,500.00 o 12.500 pesos.", "es"),
        ("1.234.567 habitantes; expediente 2024-001387.", "es"),
        ("Vive en la calle Juan Pablo Duarte, barrio San José.", "es"),
        ("El Hospital Dr. Robert Reid Cabral y la Escuela Gabriela Mistral.", "es"),
        ("En San Pedro Sula y Santa Cruz de la Sierra, en agosto.", "es"),
        ("El Ministerio de Trabajo y la OIT firmaron en Semana Santa.", "es"),
        ("Rua José Bonifácio, CEP 01310-100, CNPJ 12.345.678/0001-95.", "pt"),
        ("Marcus Garvey Drive near the Norman Manley market", "en"),
        ("The Child Care and Protection Act of 2004", "en"),
        ("meet at the office. dot the lines", "en"),
        ("rue Toussaint Louverture, Hôpital Justinien, 1 234 567 habitants", "fr"),
        ("", "es"),
    ],
)
def test_what_only_looks_personal_is_left_alone(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("rule", "valid"),
    [
        (rules.cpf, "11144477735"), (rules.luhn, "00113918205"), (rules.rut, "123456785"),
    ],
)  # fmt: skip
def test_a_check_digit_finds_every_digit_that_is_wrong(rule, valid: str) -> None:  # type: ignore[no-untyped-def]
    assert rule(valid)
    wrong = {valid[:n] + digit + valid[n + 1 :] for n in range(len(valid)) for digit in "0123456789"} - {
        valid
    }
    assert not any(rule(text) for text in wrong)


def test_uruguays_digit_finds_what_its_odd_weights_reach() -> None:
    assert rules.uruguay("12345672")
    assert not any(rules.uruguay(f"12345{digit}72") for digit in "0145789")
    assert not any(rules.uruguay(f"1234567{digit}") for digit in "013456789")


@pytest.mark.parametrize(("rule", "length"), [(rules.cpf, 11), (rules.luhn, 11), (rules.uruguay, 8)])
def test_few_numbers_pass_by_chance(rule, length: int) -> None:  # type: ignore[no-untyped-def]
    share = sum(rule(f"{n * 7919 % 10**length:0{length}d}") for n in range(10_000)) / 10_000
    assert 0.001 < share < 0.15


def test_findings_do_not_overlap_and_come_in_order() -> None:
    for language in LANGUAGES:
        for note in notes(30, language):
            spans = find_personal_data(note.text, language)
            assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
            assert all(0 <= finding.start < finding.end <= len(note.text) for finding in spans)


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "1", "1 ", "(", "a punto ", "María ", "maria de ", "@", "a@", "1-", "A. ", "\n", "de la "],
)
def test_the_work_grows_with_the_text_and_no_faster(piece: str) -> None:
    """Calls are counted, not seconds; an expression that tries every division of a text would not come to its end."""

    def calls(length: int) -> int:
        text = (piece * length)[:length]
        find_personal_data(text, "es")  # what is made once is made
        counted = itertools.count()
        gc.disable()  # others' callbacks at a collection are calls too
        sys.setprofile(
            lambda _frame, event, _argument: next(counted) if event in ("call", "c_call") else None
        )
        try:
            find_personal_data(text, "es")
        finally:
            sys.setprofile(None)
            gc.enable()
        return next(counted)

    assert calls(20_000) < 13 * calls(2_000)


# Forms


class Note_(WarnsOfPersonalData, forms.Form):  # noqa: N801
    watched_fields = ("text",)
    text = forms.CharField()
    other = forms.CharField(required=False)


def test_a_text_without_personal_data_is_saved_without_a_word() -> None:
    form = Note_({"text": "La familia vive cerca del mercado.", "other": "María Pérez"})
    assert form.is_valid()
    assert KEEP not in form.fields


def test_a_text_with_personal_data_asks_first_and_then_keeps_it() -> None:
    text = "La niña Yuleisy Batista, tel. 809-555-1234"
    form = Note_({"text": text})
    assert not form.is_valid()
    with translation.override("es"):
        page = Note_({"text": text}).as_p()
    for shown in ("Yuleisy Batista", "809-555-1234", "Lo he leído y quiero dejarlo."):
        assert shown in page
    confirmation = form.fields[KEEP].widget.format_value(None)
    assert f'value="{confirmation}"' in form.as_p()
    assert Note_({"text": text, KEEP: confirmation}).is_valid()


@pytest.mark.parametrize("tick", ["on", "true", "0" * 32, ""])
def test_no_other_tick_confirms(tick: str) -> None:
    assert not Note_({"text": "Ana Pérez", KEEP: tick}).is_valid()


def test_a_tick_does_not_confirm_what_was_added_afterwards() -> None:
    form = Note_({"text": "Ana Pérez"})
    form.is_valid()
    confirmation = form.fields[KEEP].widget.format_value(None)
    assert not Note_({"text": "Ana Pérez, tel. 809-555-1234", KEEP: confirmation}).is_valid()


def test_what_the_form_began_with_does_not_ask_again() -> None:
    assert Note_({"text": "Ana Pérez"}, initial={"text": "Ana Pérez"}).is_valid()


def test_what_was_found_is_escaped_on_the_page() -> None:
    assert "<b>" not in str(Note_({"text": "Ana Pérez <b>@x.org"}).errors)
