"""The fit on the Dominican Republic's survey is R survey's. Reads the data in place; skips where they are absent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mirti.tables import Covariate
from tests.support.survey_reference import (
    Survey,
    answers,
    assert_estimates_are,
    assert_fit_is,
    assert_pair_is,
)

DATA = Path(__file__).parents[4] / "shared" / "data" / "dominican-republic" / "encft2021_survey.csv.gz"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the survey is not part of this repository")

R = answers("dominican_republic")
COVARIATES = (
    Covariate("sex", ("male", "female")),
    Covariate("age", tuple(str(age) for age in range(10, 18))),
    Covariate("zone", ("urban", "rural")),
    Covariate("lag", ("0", "1", "2", "3+")),
)


@pytest.fixture(scope="module")
def children() -> Survey:
    columns = ["_fep", "_upm", "_estrato", "edad", "sexo", "area_ee", "anoest", "condact3"]
    persons = pd.read_csv(DATA, usecols=columns)
    lag = (persons.edad - 6 - persons.anoest.where(persons.anoest != 99)).clip(0, 3)
    persons = persons.assign(
        y=persons.condact3.map({1: 1.0, 2: 0.0, 3: 0.0}),
        sex=persons.sexo.map({1: "male", 2: "female"}),
        age=persons.edad,
        zone=persons.area_ee.map({1: "urban", 2: "rural"}),
        lag=lag.map({0: "0", 1: "1", 2: "2", 3: "3+"}),
    )
    everyone = Survey.of(persons, "_fep", strata="_estrato", psu="_upm", nest=False)
    return everyone.within(persons.edad.between(10, 17) & persons.y.notna() & persons.lag.notna())


def test_fit(children: Survey) -> None:
    fit = children.fit("y", COVARIATES)
    assert fit.children == R["children"]
    assert_fit_is(fit, R["fit"])


def test_direct_estimates(children: Survey) -> None:
    assert_estimates_are(children.means("y"), R["rate"])
    by_zone = children.means("y", by="zone")
    np.testing.assert_allclose(by_zone.se[::-1], R["rate_by_zone"]["se"], rtol=1e-6)
    assert_pair_is(children.shares("lag"), R["lag"])
