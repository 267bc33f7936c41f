"""Covariates become the columns that R's treatment contrasts give, each named and in its factor group."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.tables import Covariate

SEX = Covariate("sex", ("boy", "girl"))
ZONE = Covariate("zone", ("city", "town", "field"), reference=1)
AGE = Covariate("age", ("10", "11"), "numeric", (10.0, 11.0))
CODES = np.array([[0, 0, 0], [1, 1, 1], [0, 2, 1]], dtype=np.int16)


def test_main_effects() -> None:
    matrix = ModelMatrix((SEX, ZONE, AGE))
    assert matrix.names == ("(Intercept)", "sex=girl", "zone=city", "zone=field", "age")
    assert matrix.factors == (None, "sex", "zone", "zone", "age")
    expected = [[1, 0, 1, 0, 10], [1, 1, 0, 0, 11], [1, 0, 0, 1, 11]]
    assert matrix.build(CODES).tolist() == expected


def test_levels_and_references_are_kept_for_the_table_of_coefficients() -> None:
    columns = ModelMatrix((SEX, ZONE, AGE), ("zone", "sex", "age", "zone:sex")).columns
    assert [(c.level, c.reference) for c in columns] == [
        (None, None),
        ("city", "town"),
        ("field", "town"),
        ("girl", "boy"),
        (None, None),
        ("city:girl", "town:boy"),
        ("field:girl", "town:boy"),
    ]


def test_interactions_are_products_and_come_last() -> None:
    matrix = ModelMatrix((SEX, ZONE, AGE), ("sex:age", "sex", "zone", "age", "zone:sex"))
    assert matrix.names[5:] == ("sex=girl:age", "zone=city:sex=girl", "zone=field:sex=girl")
    assert matrix.factors[5:] == ("sex:age", "zone:sex", "zone:sex")
    built = matrix.build(CODES)
    np.testing.assert_array_equal(built[:, 5], built[:, 1] * built[:, 4])
    np.testing.assert_array_equal(built[:, 7], built[:, 1] * built[:, 3])


def test_covariates_that_no_term_names_are_left_out() -> None:
    matrix = ModelMatrix((SEX, ZONE, AGE), ("age",))
    unknown_elsewhere = CODES.copy()
    unknown_elsewhere[:, 0] = -1
    assert matrix.build(unknown_elsewhere).tolist() == [[1, 10], [1, 11], [1, 11]]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (("sex", "region"), r'model.terms "region": It names no declared covariate. \(region\)'),
        (("sex", "sex"), "given more than once"),
        (("sex", "zone", "sex:zone", "zone:sex"), r"given more than once. \(sex:zone, zone:sex\)"),
        (("sex", "sex:zone"), r"interaction without its main effects. \(zone\)"),
        (("sex", "sex:sex"), "names a covariate twice"),
    ],
)
def test_terms_at_fault_are_refused(terms: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ModelMatrix((SEX, ZONE, AGE), terms)


def test_a_missing_or_unknown_code_is_refused_by_the_covariates_name() -> None:
    wrong = np.array([[0, -1, 0], [0, 3, 0], [0, 0, 0]], dtype=np.int16)
    with pytest.raises(InputError, match="covariate zone: Cells without a level of the covariate: 2"):
        ModelMatrix((SEX, ZONE, AGE)).build(wrong)
