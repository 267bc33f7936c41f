"""Passwords made of the words of the place are refused; a sentence that holds one is not."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from almenara.accounts.context_words import WORDS, ContextWordsValidator, folded
from almenara.accounts.models import User
from tests.support.cast import cast
from tests.support.database import owner_rights
from tests.support.repository import ROOT
from tests.support.sign_in import PASSWORD, sign_in, with_password

PAGE = ROOT / "docs/explanation/how-people-sign-in.md"


@pytest.fixture
def nobody(db: None) -> User:
    person = cast()["nobody"]
    person.language = "en"
    with owner_rights():
        person.institution.name, person.institution.short_name = "Ministério da Economía Ñuble", "MEÑU"
        person.institution.save()
    return with_password(person)


@pytest.mark.parametrize(
    "password",
    [
        "Almenara2026!", "almenara-almenara", "ALMENÁRA 123456", "Trabajo Infantil 26", "observatorio.senha",
        "ministerio-nuble-1", "Economía2026meñu", "ñublE!ñublE!ñublE", "ChildLabour#2026", "Contraseña1234!",
    ],
)  # fmt: skip
def test_words_of_the_place_and_little_else_are_refused(nobody: User, password: str) -> None:
    with pytest.raises(ValidationError) as raised:
        validate_password(password, nobody)
    assert "password_of_context" in {error.code for error in raised.value.error_list}


@pytest.mark.parametrize(
    "password", ["siete barcas en el lago", "el trabajo de mi abuela en Lima", "xq7-vR2m-almenara-0pLk9"]
)
def test_a_sentence_that_holds_one_is_taken(nobody: User, password: str) -> None:
    validate_password(password, nobody)


def test_another_institution_s_words_are_free(nobody: User) -> None:
    nobody.institution.name = nobody.institution.short_name = "Policía"
    ContextWordsValidator().validate("ñuble ñuble ñuble", nobody)
    ContextWordsValidator().validate("ñuble ñuble ñuble")


def test_the_page_that_sets_one_says_why(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    sent = {"oldpassword": PASSWORD, "password1": "Almenara-2026!", "password2": "Almenara-2026!"}
    answer = client.post("/en/account/password/change/", sent)
    assert "words that belong to this platform" in answer.content.decode()
    nobody.refresh_from_db()
    assert nobody.check_password(PASSWORD)


def test_the_words_are_folded_and_documented() -> None:
    assert [word for word in WORDS if word != folded(word)] == []
    page = PAGE.read_text(encoding="utf-8")
    assert [word for word in WORDS if f"*{word}*" not in page] == []
