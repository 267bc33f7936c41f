"""What bad input gets from `mirti run`: what, where, how many and what to do; exit code 2; no release folder."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mirti.cli import main
from tests.support.small_country import AREAS, Row, SmallCountry, small_country

Spoil = Callable[[SmallCountry], object]


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def run(spec: Path, out: Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["run", str(spec), "--out", str(out)])
    return int(left.value.code or 0)


def set_all(key: str, value: str, where: Callable[[Row], bool] = lambda row: True) -> Spoil:
    return lambda country: country.each(lambda row: row | {key: value} if where(row) else row)


def rename(old: str, new: str) -> Spoil:
    return lambda country: country.each(lambda row: {new if key == old else key: row[key] for key in row})


def in_spec(old: str, new: str) -> Spoil:
    def change(country: SmallCountry) -> None:
        assert old in country.spec
        country.spec = country.spec.replace(old, new)

    return change


def separated(country: SmallCountry) -> None:
    country.each(lambda row: row | {"works": "1" if row["sex"] == "1" else "0"})


def one_psu(country: SmallCountry) -> None:
    country.each(lambda row: row | {"stratum": "lone"} if row["psu"] == "0" else row)
    country.spec = country.spec.replace('psu = "psu"', 'psu = "psu"\nnest = true')


def sampled_elsewhere(country: SmallCountry) -> None:
    country.each(lambda row: row | {"area": "9999"} if row["psu"] in ("0", "1") else row)


def other_boundaries(country: SmallCountry) -> None:
    country.polygons = {f"X{code}": rings for code, rings in country.polygons.items()}


def counts_with_copies(country: SmallCountry) -> None:
    counted = [row | {"n": "3"} for row in country.census]
    country.census = [*counted, counted[0]]
    country.spec = country.spec.replace("[census]\n", '[census]\nkind = "counts"\ncount = "n"\n')


def different_census(country: SmallCountry) -> None:
    country.census = [row | {"sex": "H"} for row in country.census]


REFUSED: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "missing column": (rename("weight", "peso"), ('there is no column "weight"', "survey.weight")),
    "weight zero": (
        set_all("weight", "0", lambda row: row["home"] == "7"),
        ("missing, zero or negative in 5 rows", "row 8: '0'", "Name the column of the final weight"),
    ),
    "age in words": (
        set_all("age", "doce", lambda row: row["home"] == "7"),
        ('column "age"', "in 5 rows it does not", "'doce'"),
    ),
    "unknown code in a recode": (
        set_all("sex", "3", lambda row: row["home"] == "7"),
        ("Covariate 'sex'", "'3' × 5", "survey.recode"),
    ),
    "sampled area not in the census": (sampled_elsewhere, ("absent from the census", "9999")),
    "nobody of the ages": (
        in_spec("ages = [5, 17]", "ages = [18, 20]"),
        ("The survey has no children aged 18 to 20",),
    ),
    "one class only": (set_all("works", "0"), ("have the same outcome, 0", "a model needs both outcomes")),
    "outcome mostly missing": (
        set_all("works", "9", lambda row: row["home"] in "012345678910111213"),
        ("the outcome is missing for", "accept_missing_outcome"),
    ),
    "perfect separation": (separated, ("sex", "separat")),
    "stratum with one PSU": (one_psu, ("lone", "single_psu")),
    "copies in a census of counts": (counts_with_copies, ("2 rows share 1 key", "remove the copies")),
    "boundaries that do not join": (other_boundaries, (f"X{AREAS[0]}", AREAS[0])),
    "survey and census too different": (different_census, ("sex", "[[accept]]")),
    "spec with a typo": (in_spec("weight =", "wieght ="), ("model.toml, line", "Did you mean weight?")),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_refused_with_its_reason_and_no_folder(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, told = REFUSED[fault]
    country = small_country()
    spoil(country)
    code = run(country.write(tmp_path / "in"), tmp_path / "out" / "release")
    message = capsys.readouterr().err
    assert code == 2, message
    for part in told:
        assert part in message
    assert "Traceback" not in message
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_damaged_files_are_refused_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = small_country().write(tmp_path / "in")
    with (tmp_path / "in" / "census.csv").open("ab") as census:
        census.write("0101,1,1,12,H,ñ\n".encode("latin-1"))
    assert run(spec, tmp_path / "release") == 2
    assert "the text is not utf-8" in capsys.readouterr().err
    assert not (tmp_path / "release").exists()


def test_the_unspoilt_country_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small_country().write(tmp_path / "in"), tmp_path / "release") == 0, capsys.readouterr().err
    assert (tmp_path / "release" / "manifest.json").exists()


def test_it_runs_without_boundaries_and_says_what_would_add_a_map(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    country = small_country()
    in_spec('[boundaries]\nfile = "boundaries.geojson"\n', "")(country)
    assert run(country.write(tmp_path / "in"), tmp_path / "release") == 0, capsys.readouterr().err
    assert not (tmp_path / "release" / "areas.geojson").exists()
    assert (
        "name a file of polygons under [boundaries]" in (tmp_path / "release" / "manifest.json").read_text()
    )
