"""R's kept answers, and the designs they were computed on, read for the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mirti.models.coding import ModelMatrix
from mirti.models.logistic import LogisticFit, fit_logistic
from mirti.survey.design import Design, build_design
from mirti.survey.estimates import DomainEstimates, domain_ratios
from mirti.survey.replicate import replicate_covariance
from mirti.survey.variance import SinglePsu, covariance
from mirti.tables import Covariate, Floats, Replicates, SurveyCells

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
    rw: Floats | None = None

    @classmethod
    def of(cls, persons: pd.DataFrame, weight: str, single_psu: SinglePsu = "fail", **columns: Any) -> Survey:
        nest = columns.pop("nest", True)
        stages = [
            (persons[unit].to_numpy(), persons[size].to_numpy()) for unit, size in columns.pop("stages", ())
        ]
        arrays = {key: None if name is None else persons[name].to_numpy() for key, name in columns.items()}
        arrays = {"strata": None, "psu": None} | arrays
        design = build_design(**arrays, stages=stages, nest=nest, rows=len(persons))
        return cls(persons, design, weight, single_psu)

    def within(self, condition: pd.Series) -> Survey:
        chosen = condition.to_numpy() & self.rows
        return replace(self, domain=chosen)

    def replicated(self, replicates: Replicates, factors: Floats) -> Survey:
        """The same survey with replicate weights: factors (P, R) of its PSUs."""
        design = replace(self.design, sample=replace(self.design.sample, replicates=replicates))
        full = self.persons[self.weight].to_numpy(float)
        return replace(self, design=design, rw=factors[design.psu] * full[:, None])

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

    def _replicated(self, top: Floats, bottom: Floats) -> dict[str, Any]:
        if self.rw is None:
            return {}
        rw = self.rw[self.rows]
        return {"replicated": (top[:, None] * rw, bottom[:, None] * rw)}

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
            x,
            self.w,
            self.w * y,
            self.psu,
            self.design.sample,
            names=matrix.names,
            **self._place(),
            **self._replicated(y, np.ones(len(y))),
        )

    def replicate_total(self, column: str) -> tuple[float, float]:
        values = self.children[column].to_numpy(float)
        assert self.rw is not None
        assert self.design.sample.replicates is not None
        each = self.rw[self.rows].T @ values
        full = np.array([self.w @ values])
        return float(full[0]), float(
            np.sqrt(replicate_covariance(each[:, None], full, self.design.sample.replicates)[0, 0])
        )

    def cells(self, outcome: str, covariates: tuple[Covariate, ...]) -> SurveyCells:
        """Each person of the domain as a cell."""
        y, w, rows = self.children[outcome].to_numpy(float), self.w, self.rows
        rw = None if self.rw is None else self.rw[rows]
        return SurveyCells(
            covariates=covariates,
            sample=self.design.sample,
            area_codes=("01",),
            psu=self.psu,
            ssu=None if self.design.ssu is None else self.design.ssu[rows],
            area=np.zeros(len(w), np.int32),
            codes=codes(self.children, covariates),
            n=np.ones(len(w), np.int64),
            ny=y.astype(np.int64),
            sw=w,
            swy=w * y,
            sw2=w**2,
            sw2y=w**2 * y,
            rw=rw,
            rwy=None if rw is None else rw * y[:, None],
        )

    def total(self, column: str) -> tuple[float, float]:
        values = (self.children[column].to_numpy(float) * self.w)[:, None]
        variance = covariance(self.design.sample, self.psu, values, **self._place())
        return float(values.sum()), float(np.sqrt(variance[0, 0]))

    def ratios(self, top: Floats, bottom: Floats, by: str | None = None) -> DomainEstimates:
        labels = np.zeros(len(self.children)) if by is None else self.children[by].to_numpy()
        found, domain = np.unique(labels, return_inverse=True)
        return domain_ratios(
            self.design.sample,
            self.psu,
            top * self.w,
            bottom * self.w,
            domain,
            len(found),
            **self._place(),
            **self._replicated(top, bottom),
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
