"""The operator's file of stolen passwords: every line is found, nothing beside them, and a missing file is said."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from almenara.accounts.models import User
from almenara.accounts.validators import check_breach_file, holds, is_breached
from almenara.common.errors import MachineError
from almenara.config.serving import serve
from tests.support.cast import Cast

STOLEN = [f"stolen password {number}" for number in range(257)]


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture(params=["bare", "counted", "small letters", "carriage returns", "no last newline"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    lines = sorted(map(digest, STOLEN))
    if request.param != "bare":
        lines = [f"{line}:{10 ** (number % 7)}" for number, line in enumerate(lines)]
    if request.param == "small letters":
        lines = [line.lower() for line in lines]
    end = "\r\n" if request.param == "carriage returns" else "\n"
    text = end.join(lines) + ("" if request.param == "no last newline" else end)
    path = tmp_path / "breached.txt"
    path.write_bytes(text.encode())
    return path


def test_every_line_is_found_the_first_and_the_last_too(file: Path) -> None:
    assert all(is_breached(password, file) for password in STOLEN)


def test_nothing_else_is(file: Path) -> None:
    assert not any(is_breached(f"own password {number}", file) for number in range(500))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("width", [0, 1, 9])
def test_it_agrees_with_looking_at_each_line_in_files_of_all_small_sizes(size: int, width: int) -> None:
    rng = random.Random(size * 10 + width)
    wanted = [digest(str(rng.random())) for _ in range(3 * size)]
    for taken in range(1, 2**size):
        kept = sorted(word for number, word in enumerate(wanted[:size]) if taken >> number & 1)
        lines = "".join(f"{word}{':' + '7' * width if width else ''}\n" for word in kept).encode()
        for word in wanted:
            assert holds(lines, word.encode()) == (word in kept)


def test_a_stolen_password_is_refused_where_passwords_are_set(file: Path, settings: Any) -> None:
    settings.BREACHED_PASSWORDS = str(file)
    with pytest.raises(ValidationError) as refusal:
        validate_password(STOLEN[0])
    assert [error.code for error in refusal.value.error_list] == ["password_breached"]
    validate_password("seven grey boats upon a lake")


@pytest.mark.parametrize("password", ["short", "elevenchars", "123456qwerty", "startfinding"])
def test_short_and_common_ones_are_refused_without_a_file(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.django_db
def test_one_s_own_name_is_no_password(people: Cast) -> None:
    person: User = people["case_worker"]
    for password in (person.email, person.name):
        with pytest.raises(ValidationError):
            validate_password(password, person)


@pytest.mark.parametrize("content", [None, b"", b"not a hash\n", b"ABC123:4\n"])
def test_a_file_that_is_missing_or_no_list_is_an_error_not_a_blank(
    tmp_path: Path, settings: Any, content: bytes | None
) -> None:
    path = tmp_path / "breached.txt"
    if content is not None:
        path.write_bytes(content)
    settings.BREACHED_PASSWORDS = str(path)
    with pytest.raises(MachineError, match="ALMENARA_BREACHED_PASSWORDS") as fault:
        check_breach_file()
    assert str(path) in str(fault.value)


def test_what_cannot_be_checked_is_not_accepted(tmp_path: Path, settings: Any) -> None:
    settings.BREACHED_PASSWORDS = str(tmp_path / "gone.txt")
    with pytest.raises(ValidationError) as refusal:
        validate_password("seven grey boats upon a lake")
    assert [error.code for error in refusal.value.error_list] == ["password_unchecked"]


@pytest.mark.django_db
def test_the_site_does_not_start_and_is_not_healthy_without_it(
    client: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almenara.config.serving.check_migrated", lambda: None)
    monkeypatch.setattr("almenara.config.serving._check_free", lambda *at: pytest.fail("it would serve"))
    settings.BREACHED_PASSWORDS = str(tmp_path / "gone.txt")
    with pytest.raises(MachineError, match="stolen passwords"):
        serve("127.0.0.1", 1, 1)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "stolen passwords" in str(answer.json())
    assert str(tmp_path) not in str(answer.json())
