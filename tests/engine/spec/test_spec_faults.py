"""A fault of a spec is told with file, line, what is wrong, what is allowed, the nearest key and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirti.errors import InputError
from mirti.spec import load
from tests.support.specs import LABEL, SPEC, declared, refusal, spoilt


def line_of(start: str, text: str = SPEC) -> int:
    return next(i for i, line in enumerate(text.splitlines(), start=1) if line.startswith(start))


def test_the_small_spec_is_valid() -> None:
    assert [covariate.name for covariate in declared().covariates] == ["sex", "lag"]


def test_unknown_key_names_line_nearest_key_and_all_keys() -> None:
    told = refusal(('weight = "weight"', 'wieght = "weight"'))
    assert f"trial.toml, line {line_of('weight')}: survey.wieght is not a key that a spec knows" in told
    assert "Did you mean weight?" in told
    assert "single_psu" in told


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    told = refusal(
        ("year = 2020", 'year = "soon"'),
        ('kind = "column"', 'kind = "colum"'),
        ("cuts = [1, 3], na", "cuts = [3, 1], na"),
        ('2 = "female"', '2 = "femal"'),
    )
    lines = [int(part.split(":")[0]) for part in told.split("trial.toml, line ")[1:]]
    assert len(lines) == 4
    assert lines == sorted(lines)


def test_missing_language_is_named() -> None:
    told = refusal((f"title = {LABEL}", 'title = { es = "a", pt = "b", en = "c" }'))
    assert f"line {line_of('title')}: run.title has no text in French (fr)" in told
    assert 'Add fr = "…"' in told


@pytest.mark.parametrize(
    ("change", "what", "remedy"),
    [
        (
            ("year = 2018", 'year = "x"'),
            "census.year should be a whole number, it is 'x'",
            "Write a whole number",
        ),
        (('kind = "column"', ""), "outcome has no kind", '"child_labour" or "hazardous_work"'),
        (('column = "works"', ""), "outcome.column is missing (the column of the outcome)", "Add column = …"),
        (
            ("[outcome_label]", "[outcome_labels]"),
            "outcome_label is missing",
            "Add the table [outcome_label]",
        ),
        (
            ('psu = "psu"', 'single_psu = "drop"'),
            "survey.single_psu is 'drop'",
            '"fail", "certainty", "adjust"',
        ),
        (
            ('["male", "female"]', "[true]"),
            "levels[1] should be a text in quotes, it is True",
            "a text in quotes",
        ),
        (('weight = "weight"', 'weight = ""'), "survey.weight is ''", "Change survey.weight"),
        (('name = "sex"', 'name = "se x"'), "covariates[1].name is 'se x'", "Change covariates[1].name"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_can(
    change: tuple[str, str], what: str, remedy: str
) -> None:
    told = refusal(change)
    assert what in told
    assert remedy in told


def test_a_code_may_be_written_as_a_number() -> None:
    lag = declared().covariates[1]
    assert lag.survey.na == ("99",)


def test_toml_that_cannot_be_read_names_the_line() -> None:
    told = refusal(("year = 2020", "year = = 2020"))
    assert f"trial.toml, line {line_of('year')}: the spec is not TOML" in told


def test_missing_spec_names_those_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "model.toml").write_text(SPEC)
    with pytest.raises(InputError, match=r"there is no such spec\n.*the folder holds model\.toml"):
        load(tmp_path / "modle.toml")


def test_spec_in_another_encoding_names_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_bytes(spoilt(('name = "trial"', 'name = "año"')).encode("latin-1"))
    with pytest.raises(
        InputError, match=r"line 2: the spec is not UTF-8: byte \d+ is 0xf1\n.*Save the spec as UTF-8"
    ):
        load(path)


def test_loaded_spec_keeps_text_digest_and_folder(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SPEC.replace("\n", "\r\n").encode())
    spec = load(path)
    assert spec.text == SPEC
    assert len(spec.sha256) == 64
    assert spec.resolve("survey.csv") == tmp_path / "survey.csv"
