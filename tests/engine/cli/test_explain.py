"""`mirti explain` as a person meets it: the text, the languages, and what an unknown place gets."""

from __future__ import annotations

import signal

import pytest

from mirti import cli
from mirti.declarations import LANGUAGES
from mirti.report.catalogue import Language
from mirti.report.explanation import PAGE
from tests.support.releases import write_synthetic_release


@pytest.fixture(autouse=True)
def own_signals():
    """`main` takes the signals of the process; give them back to the tests."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain") / "release"
    return write_synthetic_release(folder, kind="bootstrap"), folder


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return left.value.code, out, err


def test_help_shows_an_example(capsys):
    code, out, _ = call(capsys, "explain", "--help")
    assert code == 0
    assert "Example: mirti explain" in out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_is_explained_by_name_in_the_language_asked_for(capsys, release, language):
    made, folder = release
    area = made.areas.to_pylist()[10]
    code, out, _ = call(capsys, "explain", folder, area["name"].upper(), "--lang", language)
    assert code == 0
    assert out.startswith(f"{area['name']} ({area['code']})")
    assert made.manifest.release_id in out
    assert Language(language, PAGE).say("explain_why") in out


def test_english_is_what_it_speaks_unless_asked(capsys, release):
    assert "Why it departs from the country" in call(capsys, "explain", release[1], "01002")[1]


def test_an_unknown_place_exits_2_with_the_nearest(capsys, release):
    made, folder = release
    name = made.areas["name"][20].as_py()
    code, out, said = call(capsys, "explain", folder, f"{name}x")
    assert code == 2
    assert out == ""
    assert name in said
    assert "→" in said
    assert "Traceback" not in said


def test_another_language_and_no_release_exit_2(capsys, release, tmp_path):
    code, _, said = call(capsys, "explain", release[1], "01002", "--lang", "de")
    assert code == 2
    assert "'es', 'pt', 'en', 'fr'" in said
    assert call(capsys, "explain", tmp_path, "01002")[0] == 2
