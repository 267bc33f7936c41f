"""The sampling design is built whole or refused, with the units at fault."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.survey.design import build_design, check_weights

STRATA = ["a", "a", "b", "b"]
PSUS = [1, 2, 1, 2]


def test_psu_codes_restart_in_each_stratum() -> None:
    design = build_design(STRATA, PSUS)
    assert design.sample.psu_labels == ("a/1", "a/2", "b/1", "b/2")
    assert design.sample.psu_stratum.tolist() == [0, 0, 1, 1]
    assert design.psu.tolist() == [0, 1, 2, 3]
    assert design.sample.stratum_population is None


def test_psu_codes_in_two_strata_are_refused_when_not_nested() -> None:
    with pytest.raises(
        InputError, match=r"stand in more than one stratum: 2. \(1, 2\)\n.*survey.nest = true"
    ):
        build_design(STRATA, PSUS, nest=False)


def test_without_psus_every_row_is_one_and_without_strata_there_is_one() -> None:
    design = build_design(None, None, rows=3)
    assert design.psu.tolist() == [0, 1, 2]
    assert design.sample.psu_stratum.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("strata", "psu"), [(["a", None, "b", ""], PSUS), (STRATA, [1.0, np.nan, 1.0, np.nan])]
)
def test_rows_without_a_code_are_refused(strata: list[object], psu: list[object]) -> None:
    with pytest.raises(InputError, match=r"Rows without a code: 2. \(row 2, row 4\)"):
        build_design(np.array(strata, dtype=object if None in strata else None), np.array(psu))


@pytest.mark.parametrize(
    ("population", "message"),
    [
        ([5, 6, 9, 9], r"missing or not the same on all rows: 1. \(a\)"),
        ([5, 5, np.nan, 9], r"missing or not the same on all rows: 1. \(b\)"),
        ([1, 1, 9, 9], r"smaller than the number sampled: 1. \(a: 2 of 1\)\n.*not a sampling fraction"),
        ([0.5, 0.5, 0.1, 0.1], r"smaller than the number sampled: 2. \(a: 2 of 0.5, b: 2 of 0.1\)"),
    ],
)
def test_populations_at_fault_are_refused(population: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        build_design(STRATA, PSUS, stratum_population=np.array(population))


def test_a_second_stage_needs_the_first_stages_population() -> None:
    with pytest.raises(InputError, match=r"Give survey\.ssu and survey.stratum_population too"):
        build_design(STRATA, PSUS, ssu=PSUS, psu_population=np.full(4, 9.0))


def test_a_second_stage_without_its_population_is_left_out() -> None:
    design = build_design(STRATA, PSUS, ssu=PSUS, stratum_population=np.full(4, 9.0))
    assert design.ssu is None
    assert design.sample.stages == ()


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_a_weight_that_is_missing_or_not_above_0_is_refused(wrong: float) -> None:
    with pytest.raises(InputError, match=rf"missing or not above 0: 1. \(row 2: {wrong:g}\)"):
        check_weights(np.array([1.0, wrong, 2.0]))
    check_weights(np.array([0.001, 1.0]))


def test_no_rows_are_refused() -> None:
    with pytest.raises(InputError, match="no sampled person"):
        build_design(np.array([]), np.array([]))
