"""What the statistics make of bad input, end to end: a sentence, exit code 2, no folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.odd import (
    DEPARTMENTS,
    JACKKNIFE,
    TABLE,
    Spoil,
    added,
    both,
    command,
    file,
    in_spec,
    measure,
    of_areas,
    outcome,
    projection,
    sampled,
    scenario,
    weights_of_psus,
    with_replicates,
)
from tests.support.small_country import WIDE, wide_country

# --- what is refused ------------------------------------------------------------------------------------------------

BY_STRATUM = 'kind = "JKn"\ncolumns = ["rep*"]'

REFUSED: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "a replicate weight that is not there": (
        with_replicates('kind = "JK1"\ncolumns = ["rep0", "rep99"]'),
        ('there is no column "rep99" (named by survey.replicates.columns)',),
    ),
    "replicate weights below 0": (
        with_replicates(JACKKNIFE, lambda name, weight: -weight if name == "rep3" else weight),
        ("missing or below 0, in 1 columns. (rep3)", "correct or drop the column"),
    ),
    "replicate weights of another survey": (
        with_replicates(JACKKNIFE, lambda name, weight: 5 * weight if name == "rep3" else weight),
        ("The totals of 1 of 56 replicate weights are far from the sampling weight's. (rep3: 5.01 times)",),
    ),
    "replicate factors taken for weights": (
        with_replicates(f"{JACKKNIFE}\ncombined = false"),
        ("The totals of 56 of 56 replicate weights", "Set survey.replicates.combined to false"),
    ),
    "more replicates than PSUs": (
        both(
            with_replicates(JACKKNIFE),
            lambda country: country.each(lambda row: row | {"psu": str(int(row["psu"]) // 10)}),
        ),
        ("JK1 leaves one PSU out at a time: 56 replicates are more than the survey's 14 PSUs.",),
    ),
    "replicates by stratum, neither their scales nor PSUs": (
        both(with_replicates(BY_STRATUM), in_spec('psu = "psu"\n', "")),
        ("replicate weights of kind JKn need rscales where no PSU is declared", "model.toml, line"),
    ),
    "replicates by stratum with too few scales": (
        with_replicates(f"{BY_STRATUM}\nrscales = [0.5, 0.5]"),
        ("rscales", "2", "56"),
    ),
    "replicates by stratum that leave out no PSU": (
        with_replicates(BY_STRATUM, lambda name, weight: weight if weight or name != "rep5" else 1),
        ("leave out one PSU each, and 1 of 56 replicates do not. (replicate 6: 0 PSUs)", "Give rscales"),
    ),
    "replicates by stratum that forget a PSU": (
        with_replicates(
            f'kind = "JKn"\ncolumns = {[f"rep{i}" for i in range(56) if i != 5]}'.replace("'", '"')
        ),
        ("leave every PSU out once, and 1 of 56 PSUs they do not. (1/11: 0 times)", "Name every column"),
    ),
    "a PSU's own weight that is none": (
        weights_of_psus(lambda row: "0" if row["psu"] == "3" else "2"),
        ('the weight "own" is missing, zero or negative in 10 rows', "inverse of the PSU's inclusion"),
    ),
    "a PSU's own weight that varies within it": (
        weights_of_psus(lambda row: "2" if row["home"] == "3" else "4"),
        ("'own' is not the same for all children of a PSU in an area, in 14 of 56", "PSU 0/3: 2 to 4"),
    ),
    "nine sampled areas": (
        sampled(lambda row: row["area"] < "0302"),
        ("The survey's children lie in 9 areas: too few", 'model.estimator = "logistic"'),
    ),
    "an outcome of one area": (
        outcome("0", lambda row: row["area"] != "0102"),
        ("children with the outcome live in one area", "(0102)", 'model.estimator = "logistic"'),
    ),
    "an outcome of every area but one": (
        outcome("1", lambda row: row["area"] != "0102"),
        ("children without the outcome live in one area", "(0102)"),
    ),
    "a separated outcome": (
        outcome("0", lambda row: row["sex"] == "2"),
        ("The outcome is separated", "sex=female", "drop the term"),
    ),
    "a stratum with one PSU": (
        lambda country: country.each(lambda row: row | {"stratum": "lone"} if row["psu"] == "0" else row),
        ("1 stratum has one sampled PSU", "(lone)", "survey.single_psu"),
    ),
    "departments that nothing forms": (
        both(in_spec(DEPARTMENTS, ""), added('[benchmark]\nto = "departments"')),
        ("benchmark.to is departments, and the spec names none", "[areas]"),
    ),
    "a scenario of no covariate": (
        added(scenario(covariate='"sexo"')),
        ('changes "sexo", which is no covariate', "Did you mean sex?"),
    ),
    "a scenario of no level": (
        added(scenario(levels='["males"]')),
        ('names "males", which is no level of sex', "Did you mean male?"),
    ),
    "a scenario of no level that the files have": (
        added(scenario(covariate='"lag"', levels='["9"]')),
        ('scenario "s": lag has no such levels. (9)', "The levels of lag are"),
    ),
    "a covariate of areas that is the same everywhere": (
        both(of_areas("x", TABLE), file("x.csv", "x", [3] * 16)),
        ("has the same value everywhere (3)", "model.area_covariates"),
    ),
    "a covariate of areas that some lack": (
        both(of_areas("x", TABLE), file("x.csv", "x", range(14), WIDE[:14])),
        ("Areas of the census without a value: 2", "(0403, 0404)", "Complete the table"),
    ),
    "a covariate of areas of no level that the files have": (
        of_areas("x", 'census = "lag=9"'),
        ('"lag=9" is no level of a covariate of the model', "The levels of lag are"),
    ),
    "a covariate of areas that has a covariate's name": (
        of_areas("sex", 'census = "sex=male"'),
        ('covariate of areas "sex" has the name of a covariate', "model.toml, line"),
    ),
    "a candidate of no covariate": (
        in_spec("[uncertainty]", '[[model.candidates]]\nname = "b"\nterms = ["sexo"]\n\n[uncertainty]'),
        ('term "sexo" names "sexo", which is no covariate', "Did you mean sex?"),
    ),
    "a measure in percent": (
        measure(range(0, 32, 2)),
        ("Rates lie outside 0–1. (0102: 2, 0103: 4", "and 5 more", "divide percentages by 100"),
    ),
    "a measure of other areas": (
        measure([0.1] * 16, [f"X{code}" for code in WIDE]),
        ("0 areas of the release have a rate there", "codes begin 0101", "X0101"),
    ),
    "a sampled area that the projection empties": (
        projection([0, *[50] * 15]),
        ("the survey found children", "the census, or the projection, counts none: 1. (0101)"),
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_refused_with_its_reason_and_no_folder(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, told = REFUSED[fault]
    country = wide_country()
    spoil(country)
    code = command("run", str(country.write(tmp_path / "in")), "--out", str(tmp_path / "out"))
    message = capsys.readouterr().err
    assert code == 2, message
    for part in told:
        assert part in message
    assert "→" in message
    assert "Traceback" not in message
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
