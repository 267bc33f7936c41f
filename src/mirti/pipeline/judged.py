"""How well the design-based fit describes the sample, and how other sets of terms would, for diagnostics.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mirti.declarations import CandidateDeclaration
from mirti.documents import CandidateRecord, FitTests, TermRecord
from mirti.documents.base import finite
from mirti.documents.inference import CalibrationGroup, MarginalEffect, RocPoint
from mirti.models.coding import ModelMatrix
from mirti.models.comparison import ModelComparison, compare_models
from mirti.models.effects import marginal_effects
from mirti.models.goodness import archer_lemeshow, calibration
from mirti.models.logistic import LogisticFit
from mirti.models.rao_scott import LikelihoodRatioTest, design_aic, likelihood_ratio_tests
from mirti.models.roc import area_with_error, roc_curve
from mirti.tables import Floats, SurveyCells

OWN = "model"  # the name of the spec's own terms in the comparison


@dataclass(frozen=True)
class Judged:
    """candidates: the spec's own terms among them, best first; empty if it names none. likelihood_ratios: by factor.

    warnings: sentences for the manifest.
    """

    tests: FitTests
    candidates: tuple[CandidateRecord, ...]
    likelihood_ratios: tuple[LikelihoodRatioTest, ...]
    warnings: tuple[str, ...]


def judge(
    fit: LogisticFit,
    matrix: ModelMatrix,
    cells: SurveyCells,
    candidates: Sequence[CandidateDeclaration] = (),
    *,
    seed: int = 0,
) -> Judged:
    """Tests, criteria, effects, curves and calibration of a fit on the survey's cells, and its rivals'.

    seed: of the folds. A candidate that cannot be fitted or cross-validated says why; it stops nothing.
    """
    x = matrix.build(cells.codes)
    compared = _compare(fit, matrix, cells, candidates, seed)
    own = next(one for one in compared if _same(one.terms, matrix.factor_names))
    return Judged(
        tests=_tests(fit, matrix, x, cells, own),
        candidates=tuple(_candidate(one, one is own) for one in compared) if candidates else (),
        likelihood_ratios=likelihood_ratio_tests(fit, x, cells, matrix.factors),
        warnings=() if own.failure is None else (_not_validated(own.failure),),
    )


def with_likelihood_ratios(
    records: Sequence[TermRecord], tests: Sequence[LikelihoodRatioTest]
) -> tuple[TermRecord, ...]:
    """The records of the Wald tests with the likelihood ratio's beside them."""
    ratios = {test.factor: test for test in tests}
    return tuple(
        record.model_copy(
            update={
                "likelihood_ratio": finite(ratios[record.factor].statistic),
                "lr_p_value": finite(ratios[record.factor].p_value),
            }
        )
        if record.factor in ratios
        else record
        for record in records
    )


def _compare(
    fit: LogisticFit,
    matrix: ModelMatrix,
    cells: SurveyCells,
    candidates: Sequence[CandidateDeclaration],
    seed: int,
) -> tuple[ModelComparison, ...]:
    """With the spec's own terms first, unless one of the candidates is the same model."""
    named = [(candidate.name, candidate.terms) for candidate in candidates]
    if not any(_same(terms, matrix.factor_names) for _, terms in named):
        named = [(OWN, matrix.factor_names), *named]
    return compare_models(cells, named, single_psu=fit.single_psu, seed=seed)


def _same(terms: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two sets of terms are one model, whatever their order."""
    return {frozenset(term.split(":")) for term in terms} == {frozenset(term.split(":")) for term in others}


def _tests(
    fit: LogisticFit, matrix: ModelMatrix, x: Floats, cells: SurveyCells, own: ModelComparison
) -> FitTests:
    risk, criteria = fit.predict(x), design_aic(fit)
    curve, area = roc_curve(risk, cells.sw, cells.swy), area_with_error(risk, cells, fit.single_psu)
    goodness = archer_lemeshow(fit, x, cells)
    groups = calibration(risk, cells, single_psu=fit.single_psu)
    tested = goodness.statistic == goodness.statistic
    return FitTests(
        aic=criteria.aic,
        effective_parameters=criteria.effective_parameters,
        auc=area.area,
        auc_se=area.se,
        cross_validated_auc=own.cross_validated_auc,
        calibration_slope=own.calibration_slope,
        calibration_intercept=own.calibration_intercept,
        archer_lemeshow=goodness.statistic,
        archer_lemeshow_df=(goodness.df, goodness.residual_df) if tested else None,
        archer_lemeshow_p_value=goodness.p_value,
        effects=_effects(fit, matrix, cells),
        roc=tuple(
            RocPoint(false_positive=false, true_positive=true)
            for false, true in zip(curve.false_positive.tolist(), curve.true_positive.tolist(), strict=True)
        ),
        calibration=tuple(
            CalibrationGroup(predicted=predicted, observed=observed, se=se)
            for predicted, observed, se in zip(
                groups.predicted.tolist(), groups.observed.tolist(), groups.se.tolist(), strict=True
            )
        ),
    )


def _effects(fit: LogisticFit, matrix: ModelMatrix, cells: SurveyCells) -> tuple[MarginalEffect, ...]:
    return tuple(
        MarginalEffect(
            term=one.term,
            effect=one.effect,
            se=one.se,
            low=one.low,
            high=one.high,
            p_value=one.p_value,
        )
        for one in marginal_effects(fit, matrix, cells)
    )


def _candidate(one: ModelComparison, chosen: bool) -> CandidateRecord:
    return CandidateRecord(
        name=one.name,
        terms=one.terms,
        chosen=chosen,
        columns=one.columns,
        aic=one.aic,
        effective_parameters=one.effective_parameters,
        cross_validated_auc=one.cross_validated_auc,
        cross_validated_log_score=one.cross_validated_log_score,
        calibration_slope=one.calibration_slope,
        failure=one.failure,
    )


def _not_validated(reason: str) -> str:
    return f"The model could not be cross-validated by PSU: {reason}"
