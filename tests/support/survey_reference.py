"""R's kept answers, and the designs they were computed on, read for the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mirti.models.coding import ModelMatrix
from mirti.models.logistic import LogisticFit, fit_logistic
from mirti.survey.design import Design, build_design
from mirti.survey.variance import DomainEstimates, SinglePsu, covariance, domain_ratios
from mirti.tables import Covariate, Floats

REFERENCE = Path(__file__).parents[1] / "reference"
AGREEMENT = 1e-6


def answers(name: str) -> dict[str, Any]:
    """What R said: the output of tests/reference/<name>.R."""
    return dict(json.loads((REFERENCE / f"{name}.json").read_text()))


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / name)


@dataclass(frozen=True)
class Survey:
    """A table of persons under a design; `within` restricts to a domain and keeps the design whole."""

    persons: pd.DataFrame
    design: Design
    weight: str
    single_psu: SinglePsu = "fail"
    domain: NDArray[np.bool_] | None = None

    @classmethod
    def of(cls, persons: pd.DataFrame, weight: str, single_psu: SinglePsu = "fail", **columns: Any) -> Survey:
        nest = columns.pop("nest", True)
        arrays = {key: None if name is None else persons[name].to_numpy() for key, name in columns.items()}
        arrays = {"strata": None, "psu": None} | arrays
        return cls(persons, build_design(**arrays, nest=nest, rows=len(persons)), weight, single_psu)

    def within(self, condition: pd.Series) -> Survey:
        chosen = condition.to_numpy() & self.rows
        return Survey(self.persons, self.design, self.weight, self.single_psu, chosen)

    @property
    def rows(self) -> NDArray[np.bool_]:
        return np.ones(len(self.persons), bool) if self.domain is None else self.domain

    @property
    def children(self) -> pd.DataFrame:
        return self.persons[self.rows]

    @property
    def w(self) -> Floats:
        return self.children[self.weight].to_numpy(float)

    def _place(self) -> dict[str, Any]:
        ssu = None if self.design.ssu is None else self.design.ssu[self.rows]
        return {"ssu": ssu, "single_psu": self.single_psu}

    @property
    def psu(self) -> NDArray[np.int32]:
        return self.design.psu[self.rows]

    def fit(
        self, outcome: str, covariates: tuple[Covariate, ...], terms: tuple[str, ...] = ()
    ) -> LogisticFit:
        matrix = ModelMatrix(covariates, terms)
        y = self.children[outcome].to_numpy(float)
        x = matrix.build(codes(self.children, covariates))
        return fit_logistic(
            x, self.w, self.w * y, self.psu, self.design.sample, names=matrix.names, **self._place()
        )

    def total(self, column: str) -> tuple[float, float]:
        values = (self.children[column].to_numpy(float) * self.w)[:, None]
        variance = covariance(self.design.sample, self.psu, values, **self._place())
        return float(values.sum()), float(np.sqrt(variance[0, 0]))

    def ratios(self, top: Floats, bottom: Floats, by: str | None = None) -> DomainEstimates:
        labels = np.zeros(len(self.children)) if by is None else self.children[by].to_numpy()
        found, domain = np.unique(labels, return_inverse=True)
        return domain_ratios(
            self.design.sample, self.psu, top * self.w, bottom * self.w, domain, len(found), **self._place()
        )

    def means(self, column: str, by: str | None = None) -> DomainEstimates:
        values = self.children[column].to_numpy(float)
        return self.ratios(values, np.ones(len(values)), by)

    def shares(self, column: str) -> tuple[Floats, Floats]:
        labels = self.children[column].to_numpy()
        results = [
            self.ratios((labels == level).astype(float), np.ones(len(labels))) for level in np.unique(labels)
        ]
        return np.array([r.estimate[0] for r in results]), np.array([r.se[0] for r in results])


def factor(persons: pd.DataFrame, name: str) -> Covariate:
    return Covariate(name, tuple(str(level) for level in np.unique(persons[name].to_numpy())))


def number(persons: pd.DataFrame, name: str) -> Covariate:
    values = np.unique(persons[name].to_numpy(float))
    return Covariate(name, tuple(f"{v:g}" for v in values), "numeric", tuple(values.tolist()))


def codes(persons: pd.DataFrame, covariates: tuple[Covariate, ...]) -> NDArray[np.int16]:
    columns = [_codes(persons[covariate.name], covariate) for covariate in covariates]
    return np.column_stack(columns).astype(np.int16)


def _codes(values: pd.Series, covariate: Covariate) -> NDArray[np.int64]:
    if covariate.kind == "numeric":
        return np.searchsorted(np.array(covariate.values), values.to_numpy(float))
    position = {level: i for i, level in enumerate(covariate.levels)}
    return np.array([position[str(value)] for value in values])


def assert_fit_is(fit: LogisticFit, expected: Mapping[str, Any]) -> None:
    """Coefficients, covariance, degrees of freedom, deviances, p-values and intervals are R's, to 1e-6 relative."""
    expected_cov = np.array(expected["cov"], dtype=float)
    np.testing.assert_allclose(fit.beta, expected["beta"], rtol=AGREEMENT, atol=1e-12)
    np.testing.assert_allclose(fit.se, np.sqrt(np.diag(expected_cov)), rtol=AGREEMENT)
    scale = np.outer(fit.se, fit.se)
    np.testing.assert_allclose(fit.cov / scale, expected_cov / scale, rtol=0, atol=AGREEMENT)
    assert fit.df == expected["df"]
    np.testing.assert_allclose(fit.deviance, expected["deviance"], rtol=AGREEMENT)
    np.testing.assert_allclose(fit.null_deviance, expected["null_deviance"], rtol=AGREEMENT)
    if fit.df > 0:
        np.testing.assert_allclose(fit.p_values, expected["p_values"], rtol=1e-4, atol=1e-300)
        in_errors = (fit.intervals() - np.array(expected["intervals"])) / fit.se[:, None]
        np.testing.assert_allclose(in_errors, 0, atol=AGREEMENT)


def assert_estimates_are(found: DomainEstimates, expected: Mapping[str, Any]) -> None:
    np.testing.assert_allclose(found.estimate, np.atleast_1d(expected["estimate"]), rtol=AGREEMENT)
    np.testing.assert_allclose(found.se, np.atleast_1d(expected["se"]), rtol=AGREEMENT)


def assert_pair_is(found: tuple[Any, Any], expected: Mapping[str, Any]) -> None:
    np.testing.assert_allclose(found[0], expected["estimate"], rtol=AGREEMENT)
    np.testing.assert_allclose(found[1], expected["se"], rtol=AGREEMENT, atol=1e-12)
