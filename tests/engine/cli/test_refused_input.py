"""What bad input gets from `mirti run`: what, where, how many and what to do; exit code 2; no release folder."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mirti.cli import main
from tests.support.small_country import AREAS, Row, SmallCountry, small_country
from tests.support.specs import LABEL

Spoil = Callable[[SmallCountry], object]


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def run(spec: Path, out: Path, *options: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["run", str(spec), "--out", str(out), *options])
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


def table_of_areas(rows: str) -> Spoil:
    def change(country: SmallCountry) -> None:
        country.files["areas.csv"] = f"area,name\n{rows}"
        declared = 'source = { file = "areas.csv" }\ncode = { column = "area" }\nname = "name"'
        country.spec = country.spec.replace("[areas]\n", f"[areas]\n{declared}\n")

    return change


def register(rows: str) -> Spoil:
    def change(country: SmallCountry) -> None:
        country.files["posts.csv"] = f"area,posts\n{rows}"
        country.spec += (
            '\n[[registers]]\nname = "health"\nyear = 2020\nsource = { file = "posts.csv" }\n'
            f'area = {{ column = "area" }}\nvariables = [{{ column = "posts", label = {LABEL} }}]\n'
        )

    return change


def zeros_lost(country: SmallCountry) -> None:
    country.each(lambda row: row | {"area": row["area"].lstrip("0")})


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
    "zeros lost from the area's code": (zeros_lost, ("absent from the census (101, 102", "area.digits")),
    "table of areas that names none": (
        table_of_areas("101,A\n102,B\n"),
        (
            "table of areas: None of its codes is the code of an area",
            "codes begin 0101",
            "own begin 101, 102",
        ),
    ),
    "register of other areas": (
        register("X1,3\n"),
        ("register health: None of its codes is the code of an area", "own begin X1", "area.digits"),
    ),
    "stratum merged in vain": (
        in_spec('psu = "psu"', 'psu = "psu"\nmerge_strata = { 7 = "0" }'),
        ("merge_strata names strata that the survey does not have (7)", "The strata are 0, 1."),
    ),
    "nobody of the ages": (
        in_spec("ages = [5, 17]", "ages = [18, 20]"),
        ("The survey has no child aged 18 to 20",),
    ),
    "one class only": (
        set_all("works", "0"),
        ("have the same outcome, 0", "a model needs children with it and children without"),
    ),
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
    code = run(country.write(tmp_path / "in"), tmp_path / "out" / "of" / "release")
    message = capsys.readouterr().err
    assert code == 2, message
    for part in told:
        assert part in message
    assert "Traceback" not in message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize("memory", ["plenty", "", "1KB", "4"])
def test_an_amount_of_memory_that_is_none(
    memory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = small_country().write(tmp_path / "in")
    assert run(spec, tmp_path / "release", "--memory", memory) == 2
    assert f'--memory: "{memory}" is no amount of memory' in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_what_is_odd_but_no_fault_is_written_beside_the_results(tmp_path: Path) -> None:
    country = small_country()
    country.each(lambda row: row | {"psu": str(int(row["home"]) % 2)})
    for row in country.census[::10]:
        row["sex"] = ""
    country.survey += [country.survey[0] | {"age": age, "weight": "1"} for age in ("", "-1", "999")]
    country.census += [country.census[0] | {"age": age, "home": "x"} for age in ("", "-1", "999", "121")]
    register(f"{AREAS[0]},3\nX1,4\n")(country)
    assert run(country.write(tmp_path / "in"), tmp_path / "release") == 0
    warnings = " ".join(json.loads((tmp_path / "release" / "manifest.json").read_text())["warnings"])
    assert (
        "4 coefficients, but its children lie in 4 PSUs of 2 strata: no degrees of freedom are left"
        in warnings
    )
    assert "'sex' is missing for 10.00% of the children; they are spread over its levels" in warnings
    assert "survey: the age of 3 sampled persons is unknown" in warnings
    assert "census: the age of 4 persons is unknown; the 360 children counted hold none of them" in warnings
    assert f"register health: 5 areas have no row ({', '.join(AREAS[1:])})" in warnings
    assert "register health: 1 rows are of no area of the census (X1)" in warnings


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
