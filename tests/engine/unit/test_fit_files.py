"""The regression of a notebook as text and files that users of R and Stata know."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mirti.declarations import SurveyDeclaration
from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.models.logistic import LogisticFit, fit_cells
from mirti.pipeline.fit_files import r_design, r_text, write_fit
from mirti.survey.design import build_design
from mirti.tables import SurveyCells
from tests.support.samples import COVARIATES, cells_of, sample

MATRIX = ModelMatrix(COVARIATES, ("sex", "age", "sex:age"))


def survey(**keys: Any) -> SurveyDeclaration:
    base = {
        "source": {"file": "survey.parquet"},
        "year": 2020,
        "persons": {"age": "age"},
        "area": {"column": "area"},
        "weight": "w",
        "strata": "h",
        "psu": "c",
    }
    return SurveyDeclaration.model_validate(base | keys)


@pytest.fixture(scope="module")
def fitted() -> tuple[LogisticFit, SurveyCells]:
    persons = sample(71, strata=3, psus=6, ssus=2, size=15)
    cells = cells_of(persons, build_design(persons.stratum, persons.psu))
    return fit_cells(MATRIX.build(cells.codes), cells, names=MATRIX.names), cells


@pytest.mark.parametrize(
    ("keys", "call"),
    [
        ({}, "svydesign(ids = ~c, strata = ~h, weights = ~w, nest = TRUE, data = survey)"),
        ({"nest": False}, "svydesign(ids = ~c, strata = ~h, weights = ~w, data = survey)"),
        ({"strata": None, "psu": None}, "svydesign(ids = ~1, weights = ~w, data = survey)"),
        (
            {
                "stratum_population": "N",
                "ssu": "home",
                "psu_population": "M",
                "stages": [{"unit": "person", "population": "K"}],
            },
            "svydesign(ids = ~c + home + person, strata = ~h, weights = ~w, fpc = ~N + M + K, nest = TRUE, "
            "data = survey)",
        ),
        (
            {"replicates": {"kind": "Fay", "columns": ["r*", "last"], "rho": 0.3, "centre": "mean"}},
            'svrepdesign(repweights = "^r|^last$", weights = ~w, type = "Fay", combined.weights = TRUE, rho = 0.3, '
            "mse = FALSE, data = survey)",
        ),
        (
            {"replicates": {"kind": "SDR", "columns": ["r*"], "combined": False}},
            'svrepdesign(repweights = "^r", weights = ~w, type = "successive-difference", combined.weights = FALSE, '
            "mse = TRUE, data = survey)",
        ),
    ],
)
def test_the_design_is_written_as_r_declares_it(keys: dict[str, Any], call: str) -> None:
    assert r_design(survey(**keys)) == call


def test_the_summary_names_the_terms(fitted: tuple[LogisticFit, SurveyCells]) -> None:
    fit, cells = fitted
    text = r_text(fit, MATRIX, cells, survey())
    assert "svyglm(formula = y ~ sex + age + sex:age, design" in text
    assert "Dispersion parameter for quasibinomial family taken to be" in text
    assert [line.split()[0] for line in text.split("\n") if line.startswith(("(I", "sex", "age"))] == list(
        fit.names
    )


def test_the_folder_holds_coefficients_covariance_and_texts(
    fitted: tuple[LogisticFit, SurveyCells], tmp_path: Path
) -> None:
    fit, cells = fitted
    write_fit(tmp_path / "fit", fit, MATRIX, cells, survey())
    names = ["coefficients.csv", "covariance.csv"]
    names += ["summary-R.txt", "summary-Stata-odds-ratios.txt", "summary-Stata.txt"]
    assert sorted(path.name for path in (tmp_path / "fit").iterdir()) == names
    with (tmp_path / "fit" / "covariance.csv").open() as file:
        matrix = np.array([row[1:] for row in csv.reader(file)][1:], dtype=float)
    np.testing.assert_array_equal(matrix, fit.cov)
    with pytest.raises(InputError, match="already exists"):
        write_fit(tmp_path / "fit", fit, MATRIX, cells, survey())
