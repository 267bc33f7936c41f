"""Several sets of terms on the same children, side by side: design-adjusted criteria and cross-validation by PSU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.models.cross_validation import FOLDS, CrossValidation, cross_validate
from mirti.models.logistic import LogisticFit, fit_cells
from mirti.models.rao_scott import design_aic, design_bic
from mirti.survey.variance import SinglePsu
from mirti.tables import SurveyCells

NONE = float("nan")


@dataclass(frozen=True)
class ModelComparison:
    """A candidate. rank: by aic, from 1; None if it could not be fitted.

    bic: only if one candidate holds the columns of all others, else nan. cross_validated_*, calibration_*: of risks
    predicted without the child's PSU. failure: why it could not be fitted or cross-validated, a sentence; figures that
    are missing for it are nan.
    """

    name: str
    terms: tuple[str, ...]
    rank: int | None
    columns: int | None
    aic: float
    effective_parameters: float
    bic: float
    cross_validated_auc: float
    cross_validated_log_score: float
    calibration_intercept: float
    calibration_slope: float
    failure: str | None


@dataclass(frozen=True)
class _Tried:
    name: str
    terms: tuple[str, ...]
    fit: LogisticFit | None
    validated: CrossValidation | None
    failure: str | None


def compare_models(
    cells: SurveyCells,
    candidates: Sequence[tuple[str, tuple[str, ...]]],
    *,
    single_psu: SinglePsu = "fail",
    folds: int = FOLDS,
    seed: int = 0,
) -> tuple[ModelComparison, ...]:
    """Candidates (name, terms as ModelMatrix takes them) by rising design-adjusted AIC; those that failed come last.

    All are fitted to all cells and cross-validated on the same folds, so that their figures compare.
    """
    tried = [_try(cells, name, terms, single_psu, folds, seed) for name, terms in candidates]
    maximal = _maximal([one.fit for one in tried if one.fit is not None])
    order = sorted(tried, key=lambda one: (one.fit is None, _aic(one.fit)))
    return tuple(_compared(one, rank, maximal, cells) for rank, one in enumerate(order, start=1))


def _try(
    cells: SurveyCells, name: str, terms: tuple[str, ...], single_psu: SinglePsu, folds: int, seed: int
) -> _Tried:
    try:
        matrix = ModelMatrix(cells.covariates, terms)
        x = matrix.build(cells.codes)
        fit = fit_cells(x, cells, names=matrix.names, single_psu=single_psu)
    except InputError as error:
        return _Tried(name, terms, None, None, _reason(error))
    try:
        validated = cross_validate(x, cells, matrix.names, start=fit.beta, folds=folds, seed=seed)
    except InputError as error:
        return _Tried(name, terms, fit, None, _reason(error))
    return _Tried(name, terms, fit, validated, None)


def _reason(error: InputError) -> str:
    problem = error.problems[0]
    return f"{problem.what} ({', '.join(problem.items)})" if problem.items else problem.what


def _aic(fit: LogisticFit | None) -> float:
    return NONE if fit is None else design_aic(fit).aic


def _maximal(fits: Sequence[LogisticFit]) -> LogisticFit | None:
    every = {name for fit in fits for name in fit.names}
    return next((fit for fit in fits if every == set(fit.names)), None)


def _compared(one: _Tried, rank: int, maximal: LogisticFit | None, cells: SurveyCells) -> ModelComparison:
    fit, validated = one.fit, one.validated
    criteria = None if fit is None else design_aic(fit)
    return ModelComparison(
        name=one.name,
        terms=one.terms,
        rank=None if fit is None else rank,
        columns=None if fit is None else len(fit.beta),
        aic=NONE if criteria is None else criteria.aic,
        effective_parameters=NONE if criteria is None else criteria.effective_parameters,
        bic=NONE if fit is None or maximal is None else design_bic(fit, maximal, int(cells.n.sum())),
        cross_validated_auc=NONE if validated is None else validated.auc,
        cross_validated_log_score=NONE if validated is None else validated.log_score,
        calibration_intercept=NONE if validated is None else validated.calibration_intercept,
        calibration_slope=NONE if validated is None else validated.calibration_slope,
        failure=one.failure,
    )
