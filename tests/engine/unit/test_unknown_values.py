"""A value that a coding does not name is told with its label; codes in na are missing in the columns they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from ibis.backends.duckdb import Backend

from mirti.declarations import Source, Spec
from mirti.errors import InputError
from mirti.io.readers import connect, open_source
from mirti.io.survey import SurveyResult, collapse_survey
from tests.support.specs import declared, spoilt

PERSON = {"area": "0101", "home": 1, "kin": 1, "age": 12, "sex": 1, "years": 5, "weight": 10, "stratum": 1}
PERSONS = [
    PERSON | {"psu": 1, "works": 0},
    PERSON | {"psu": 2, "works": 1, "sex": 2},
    PERSON | {"psu": 3, "works": 1, "years": 99},
    PERSON | {"psu": 4, "works": 0, "years": 7},
]


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Backend]:
    backend = connect(temp=tmp_path / "temp", threads=1)
    yield backend
    backend.disconnect()


def collapse(con: Backend, folder: Path, persons: list[dict[str, object]]) -> SurveyResult:
    labels = {"sex": {1: "Hombre", 2: "Mujer", 3: "Intersexual"}}
    pyreadstat.write_sav(pd.DataFrame(persons), str(folder / "s.sav"), variable_value_labels=labels)
    spec = Spec(declared(), folder / "trial.toml", spoilt(), "0" * 64)
    return collapse_survey(con, open_source(con, Source(file="s.sav"), folder, "survey"), spec)


def test_an_unknown_value_is_told_with_its_label(con: Backend, tmp_path: Path) -> None:
    strange = [person | {"sex": 3} for person in PERSONS[:2]]
    with pytest.raises(InputError) as caught:
        collapse(con, tmp_path, [*PERSONS, *strange, PERSONS[0] | {"sex": 4}])
    told = str(caught.value)
    assert "Covariate 'sex': 3 rows of children have values that its survey coding does not name" in told
    assert "('3' (Intersexual) × 2, '4' × 1)" in told
    assert "Name each in covariate 'sex', survey.recode, or list it in survey.na" in told


def test_na_of_a_derived_value_applies_to_the_columns_it_is_derived_from(
    con: Backend, tmp_path: Path
) -> None:
    result = collapse(con, tmp_path, PERSONS)
    assert result.children == 3  # 99 years of schooling is no answer; 12 - 6 - 7 = -1 is one
    assert any("'lag' is missing" in warning for warning in result.warnings)
