"""Replicate weights and further stages as they come from a survey's file, against the reading of its rows."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mirti.errors import InputError
from mirti.io.survey import collapse_survey
from mirti.models.coding import ModelMatrix
from mirti.models.logistic import fit_cells
from mirti.smallarea.direct import direct_rates
from mirti.survey.design import build_design
from mirti.survey.replicate_making import make_replicates
from mirti.survey.variance import unit_totals
from mirti.tables import SurveyCells
from tests.support import rows
from tests.support.rows import Row

NAMES = ("sex", "age")  # covariates that are never missing


def with_weights(people: list[Row], kind: Any = "JKn", *, combined: bool = True, **options: Any) -> list[Row]:
    """Persons with the replicate weights rep1, rep2, … of their design."""
    design = build_design(
        np.array([row["stratum"] for row in people]), np.array([row["psu"] for row in people])
    )
    factors = make_replicates(design.sample, kind, **options).factors[design.psu]
    return [
        row | {f"rep{i + 1}": float(f) * (row["weight"] if combined else 1) for i, f in enumerate(of)}
        for row, of in zip(people, factors, strict=True)
    ]


def collapse(folder: Path, people: list[Row], **survey: Any) -> SurveyCells:
    own = [name for name in people[0] if name not in rows.COLUMNS]
    rows.write(folder, "survey", people, {name: pa.float64() for name in own})
    spec = rows.spec(folder, NAMES, survey=survey)
    opened = rows.opened(folder, spec, "survey")
    return collapse_survey(opened.con, opened, spec).cells


def replicated(
    folder: Path, people: list[Row], design: dict[str, Any] | None = None, **keys: Any
) -> SurveyCells:
    declared = {"kind": "JKn", "columns": ["rep*"]} | keys
    return collapse(folder, people, replicates=declared, **(design or {}))


@pytest.mark.parametrize("combined", [True, False])
def test_cells_hold_the_sums_of_every_replicate_weight(tmp_path: Path, combined: bool) -> None:
    people = with_weights(rows.people(31), combined=combined)
    cells = replicated(tmp_path, people, combined=combined)
    sums: dict[Any, Any] = defaultdict(lambda: np.zeros((2, 10)))
    for row in rows.children(people):
        if row["outcome"] is not None:
            w = np.array([row[f"rep{r + 1}"] for r in range(10)]) * (1 if combined else row["weight"])
            age = ["under 8", "8", "12", "15"][sum(row["age"] >= cut for cut in (8, 12, 15))]
            sums[row["stratum"], row["psu"], row["area"], row["sex"], age] += np.array(
                [w, w * row["outcome"]]
            )
    assert cells.rw is not None
    assert cells.rwy is not None
    assert cells.rw.shape == (len(sums), 10)
    obvious = sorted(np.concatenate(list(each)).round(6).tolist() for each in sums.values())
    found = sorted(row.round(6).tolist() for row in np.hstack([cells.rw, cells.rwy]))
    assert found == obvious


def test_jackknife_scales_follow_from_the_declared_design(tmp_path: Path) -> None:
    cells = replicated(tmp_path, with_weights(rows.people(32)))
    described = cells.sample.replicates
    assert described is not None
    assert (described.kind, described.scale, described.centre) == ("JKn", 1.0, "estimate")
    np.testing.assert_allclose(described.rscales, 4 / 5)


def test_the_variance_of_a_fit_and_of_rates_is_that_of_the_replicates(tmp_path: Path) -> None:
    people = rows.people(33, homes=400)
    linear = collapse(tmp_path, people)
    weights = replicated(tmp_path, with_weights(people))
    matrix = ModelMatrix(linear.covariates)
    fits = [fit_cells(matrix.build(one.codes), one, names=matrix.names) for one in (linear, weights)]
    np.testing.assert_allclose(fits[1].beta, fits[0].beta, rtol=1e-9)
    np.testing.assert_allclose(fits[1].se, fits[0].se, rtol=0.2)
    assert (fits[1].se != fits[0].se).all()
    assert (fits[1].replicates, fits[1].variance, fits[1].df) == (10, "JKn", fits[0].df)
    everyone = np.zeros(len(linear.area_codes), np.int32)
    rates = [direct_rates(one, everyone, 1) for one in (linear, weights)]
    totals = unit_totals(np.column_stack([weights.swy, weights.sw]), weights.psu, 10)
    slow = []
    for c in range(10):
        same = np.arange(10) // 5 == c // 5
        factor = np.where(same, 5 / 4, 1.0)
        factor[c] = 0
        slow.append((factor @ totals)[0] / (factor @ totals)[1])
    assert rates[1].rate[0] == pytest.approx(rates[0].rate[0])
    assert rates[1].se[0] == pytest.approx(np.sqrt(4 / 5 * ((np.array(slow) - rates[0].rate[0]) ** 2).sum()))


def test_a_survey_without_psus_takes_its_variance_from_the_weights_alone(tmp_path: Path) -> None:
    people = with_weights(rows.people(34), "bootstrap", number=30, seed=1)
    design = {"strata": None, "psu": None}
    cells = replicated(tmp_path, people, design, kind="bootstrap", centre="mean")
    assert cells.sample.replicates is not None
    assert cells.sample.replicates.scale == 1 / 29
    assert cells.sample.replicates.centre == "mean"
    assert (cells.n == 1).all()


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    people = with_weights(rows.people(35))
    first = replicated(tmp_path, people)
    random.Random(1).shuffle(people)
    again = replicated(tmp_path, people)
    np.testing.assert_array_equal(again.rw, first.rw)
    np.testing.assert_array_equal(again.rwy, first.rwy)


def drop(people: list[Row], name: str) -> list[Row]:
    return [{key: value for key, value in row.items() if key != name} for row in people]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"columns": ["rep1", "weights*"]}, r'no column "weights\*"'),
        ({"columns": ["rep1", "rep*"]}, r"named more than once: 1\. \(rep1\)"),
        ({"combined": False}, "combined to false .*to true"),
        ({"rscales": (0.8, 0.8)}, "2 rscales for 10 replicate weights"),
        ({"kind": "BRR"}, "BRR weights are 0 or twice the weight"),
        ({"kind": "Fay"}, "have no rho"),
        ({"columns": ["rep*", "weight"]}, r"the sampling weight itself: 1\. \(weight\)"),
    ],
)
def test_weights_that_do_not_match_the_survey_are_refused(
    tmp_path: Path, keys: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        replicated(tmp_path, with_weights(rows.people(36)), **keys)


def test_a_weight_that_is_missing_or_negative_names_its_column(tmp_path: Path) -> None:
    people = with_weights(rows.people(37))
    people[3]["rep4"], people[5]["rep7"] = None, -1.0
    with pytest.raises(InputError, match=r"in 2 columns\. \(rep4, rep7\)"):
        replicated(tmp_path, people)


def test_fewer_columns_than_strata_or_other_psus_are_refused(tmp_path: Path) -> None:
    people = with_weights(rows.people(38))
    extra = [row | {"rep11": row["rep1"]} for row in people]
    with pytest.raises(InputError, match="11 replicates are more than the survey's 10 PSUs"):
        replicated(tmp_path, extra, rscales=[0.8] * 11)
    with pytest.raises(InputError, match="do not"):
        replicated(tmp_path, [row | {"rep1": row["weight"] * 1.1} for row in people])


STAGES: dict[str, Any] = {
    "stratum_population": "psus",
    "ssu": "home",
    "psu_population": "homes",
    "stages": [{"unit": "kin_order", "population": "members"}],
}


def staged(seed: int) -> list[Row]:
    people = rows.people(seed)
    sizes: dict[Any, int] = defaultdict(int)
    for row in people:
        sizes[row["stratum"], row["psu"], row["home"]] += 1
        row["kin_order"] = float(sizes[row["stratum"], row["psu"], row["home"]])
    return [
        row | {"psus": 40.0, "homes": 300.0, "members": sizes[row["stratum"], row["psu"], row["home"]] + 3.0}
        for row in people
    ]


def test_a_third_stage_names_the_last_unit_of_every_cell(tmp_path: Path) -> None:
    people = staged(39)
    cells = collapse(tmp_path, people, **STAGES)
    second, third = cells.sample.stages
    assert cells.ssu is not None
    np.testing.assert_array_equal(second.parent[third.parent[cells.ssu]], cells.psu)
    assert len(third.parent) == len(people)
    assert len(second.parent) == len({(row["stratum"], row["psu"], row["home"]) for row in people})
    assert set(second.population) == {300.0}
    assert (cells.n == 1).all()


def test_a_stage_whose_population_is_too_small_is_named(tmp_path: Path) -> None:
    people = [row | {"members": 1.0} for row in staged(40)]
    with pytest.raises(InputError, match=r"population of stage 3.*smaller than the number sampled"):
        collapse(tmp_path, people, **STAGES)


def test_a_stage_without_those_above_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="third stage is given without the second"):
        collapse(tmp_path, staged(41), stages=STAGES["stages"])
