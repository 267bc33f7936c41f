"""Countries spoilt in one place or several, and what a run makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mirti.cli import main
from mirti.io.release_tables import Release
from mirti.pipeline import verify
from mirti.report.catalogue import Language
from mirti.report.told import told
from tests.support.small_country import WIDE, Row, SmallCountry
from tests.support.specs import LABEL

Spoil = Callable[[SmallCountry], object]

DEPARTMENTS = "parent_from_code = 2"


def command(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def released(folder: Path, country: SmallCountry) -> Release:
    """The country's release, held to be sound, with no figure that is none in it, and no warning in English alone."""
    assert command("run", str(country.write(folder / "in")), "--out", str(folder / "out")) == 0
    release = verify(folder / "out")
    for name, table in release.tables.items():
        for column in table.column_names:
            if pa.types.is_floating(table[column].type):
                assert not pc.any(pc.invert(pc.is_finite(table[column]))).as_py(), f"{name}: {column}"
    for name in ("manifest.json", "diagnostics.json", "classes.json"):
        json.loads((folder / "out" / name).read_text(), parse_constant=pytest.fail)
    for warning in release.manifest.warnings:
        assert told(warning, Language("es")).translated, warning
    return release


def warned(release: Release, *parts: str) -> bool:
    return any(all(part in warning for part in parts) for warning in release.manifest.warnings)


def areas(release: Release, *columns: str) -> dict[str, Any]:
    """What the areas' table says of each area in those columns."""
    rows = release.areas.select(["code", *columns]).to_pylist()
    return {row["code"]: row[columns[0]] if len(columns) == 1 else row for row in rows}


# --- how a country is spoilt ----------------------------------------------------------------------------------------


def both(*changes: Spoil) -> Spoil:
    def change(country: SmallCountry) -> None:
        for each in changes:
            each(country)

    return change


def in_spec(old: str, new: str) -> Spoil:
    def change(country: SmallCountry) -> None:
        assert old in country.spec, old
        country.spec = country.spec.replace(old, new, 1)

    return change


def added(text: str) -> Spoil:
    return lambda country: setattr(country, "spec", f"{country.spec}\n{text}\n")


def estimator(name: str) -> Spoil:
    return in_spec('estimator = "mixed"', f'estimator = "{name}"')


def outcome(value: str, where: Callable[[Row], bool]) -> Spoil:
    return lambda country: country.each(lambda row: row | {"works": value} if where(row) else row)


def sampled(keep: Callable[[Row], bool]) -> Spoil:
    return lambda country: setattr(country, "survey", [row for row in country.survey if keep(row)])


def file(name: str, column: str, values: Sequence[object], codes: Sequence[str] = WIDE) -> Spoil:
    """A table of areas with one column."""
    rows = "".join(f"{code},{value}\n" for code, value in zip(codes, values, strict=True))
    return lambda country: country.files.update({name: f"area,{column}\n{rows}"})


def scenario(**keys: str) -> str:
    declared = {"name": '"s"', "label": LABEL, "covariate": '"sex"', "levels": '["male"]'}
    written = declared | ({"share": "0.9", "direction": '"up"'} if "share" not in keys else {}) | keys
    return "[[scenarios]]\n" + "\n".join(f"{key} = {value}" for key, value in written.items())


def of_areas(name: str, declared: str) -> Spoil:
    return in_spec(
        "[uncertainty]", f'[[model.area_covariates]]\nname = "{name}"\n{declared}\n\n[uncertainty]'
    )


TABLE = 'source = { file = "x.csv" }\narea = { column = "area" }\ncolumn = "x"'
MEASURE = '[validation]\nsource = { file = "m.csv" }\narea = { column = "area" }\nrate = "rate"'
PROJECTION = (
    '[projection]\nyear = 2024\nsource = { file = "p.csv" }\narea = { column = "area" }\ncount = "children"'
)


def measure(values: Sequence[object], codes: Sequence[str] = WIDE) -> Spoil:
    return both(added(MEASURE), file("m.csv", "rate", values, codes))


def projection(values: Sequence[object]) -> Spoil:
    return both(added(PROJECTION), file("p.csv", "children", values))


def weights_of_psus(weight: Callable[[Row], str]) -> Spoil:
    named = in_spec('psu = "psu"', 'psu = "psu"\npsu_weight = "own"')
    return both(named, lambda country: country.each(lambda row: row | {"own": weight(row)}))


def replicated(
    country: SmallCountry, spoil: Callable[[str, float], object] = lambda name, weight: weight
) -> list[str]:
    """Jackknife weights rep0, rep1, … that leave one PSU out each, as if there were no strata; their names."""
    psus = sorted({row["psu"] for row in country.survey}, key=int)
    names = [f"rep{i}" for i, _ in enumerate(psus)]
    factor = len(psus) / (len(psus) - 1)

    def weights(row: Row) -> Row:
        own = {
            name: float(row["weight"]) * (0 if row["psu"] == psu else factor)
            for name, psu in zip(names, psus, strict=True)
        }
        return row | {name: f"{spoil(name, weight)}" for name, weight in own.items()}

    country.each(weights)
    return names


def with_replicates(
    declared: str, spoil: Callable[[str, float], object] = lambda name, weight: weight
) -> Spoil:
    def change(country: SmallCountry) -> None:
        replicated(country, spoil)
        country.spec = country.spec.replace("[census]\n", f"[survey.replicates]\n{declared}\n\n[census]\n", 1)

    return change


JACKKNIFE = 'kind = "JK1"\ncolumns = ["rep*"]'


def both_of(country: SmallCountry, *changes: Spoil) -> SmallCountry:
    both(*changes)(country)
    return country
