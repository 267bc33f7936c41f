"""A release with everything that the report's chapters can show, made without running a model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mirti.documents import (
    BenchmarkRecord,
    CalibrationGroup,
    CandidateRecord,
    FitTests,
    MarginalEffect,
    MixedRecord,
    PrevalenceRecord,
    RocPoint,
    ScalingRecord,
    TermRecord,
)
from mirti.io.release_tables import Release
from tests.support.releases import BETA, FACTORS, INTERCEPT, synthetic_release

TERMS = ("sex=male", "schooling=behind", "rural=rural")


def told_release() -> Release:
    """The synthetic bootstrap with tests of the fit, candidates, a verdict, scalings and a borrowed benchmark."""
    base = synthetic_release(kind="bootstrap")
    diagnostics = base.diagnostics
    model = diagnostics.model.model_copy(update={"terms": _terms(), "measures": {"auc": 0.76}})
    return replace(
        base,
        diagnostics=diagnostics.model_copy(
            update={
                "model": model,
                "mixed": mixed_record(),
                "fit_tests": _fit_tests(),
                "candidates": _candidates(),
                "prevalence": prevalence_record(),
                "benchmark": _shifts(),
            }
        ),
    )


def mixed_record(**changed: object) -> MixedRecord:
    found = {
        "sigma_u": 0.4, "sigma_u_interval": (0.0, 0.7), "sigma_v": 0.5, "sigma_v_interval": (0.3, 0.8),
        "boundary": True, "penalised": True, "areas": 120, "psus": 132, "nodes": (7, 7), "scalings": _scalings(),
        "informativeness_statistic": 3.4, "informativeness_df": 4, "informativeness_p_value": 0.012,
        "informative": True,
        "own_sample_share": {"lowest": 0.013, "lower_quarter": 0.21, "median": 0.34, "upper_quarter": 0.47,
                             "highest": 0.917},
    }  # fmt: skip
    return MixedRecord(**(found | changed))


def prevalence_record(advice: str = "index") -> PrevalenceRecord:
    return PrevalenceRecord(
        events=61, effective_events=33.0, columns=4, events_per_column=8.25, psus_with_event=28, areas_with_event=22,
        advice=advice,
    )  # fmt: skip


def _scalings() -> tuple[ScalingRecord, ...]:
    names = ("(Intercept)", *TERMS)
    beta = np.array([INTERCEPT, *BETA])
    return tuple(
        ScalingRecord(
            scaling=scaling, sigma_u=0.4 + moved, sigma_v=0.5, coefficients=dict(zip(names, beta + moved, strict=True))
        )
        for scaling, moved in (("size", 0.0), ("effective", 0.01), ("none", 0.2))
    )  # fmt: skip


def _terms() -> tuple[TermRecord, ...]:
    return tuple(
        TermRecord(
            factor=factor,
            statistic=20.0 + i,
            df=1,
            residual_df=117.0,
            p_value=1e-5,
            likelihood_ratio=40.0 + i,
            lr_p_value=2e-5,
        )
        for i, factor in enumerate(FACTORS)
    )


def _fit_tests() -> FitTests:
    across = np.linspace(0, 1, 41)
    predicted = np.linspace(0.02, 0.35, 10)
    return FitTests(
        aic=4321.0,
        effective_parameters=5.2,
        auc=0.76,
        auc_se=0.012,
        cross_validated_auc=0.741,
        calibration_slope=0.93,
        archer_lemeshow=2.9,
        archer_lemeshow_df=(9.0, 111.0),
        archer_lemeshow_p_value=0.004,
        effects=tuple(
            MarginalEffect(term=term, effect=0.03 * i - 0.02, se=0.01, low=0.03 * i - 0.04, high=0.03 * i, p_value=0.01)
            for i, term in enumerate(TERMS)
        ),
        roc=tuple(RocPoint(false_positive=x, true_positive=x**0.4) for x in across.tolist()),
        calibration=tuple(
            CalibrationGroup(predicted=p, observed=p * 1.1, se=0.01 + p / 20) for p in predicted.tolist()
        ),
    )  # fmt: skip


def _candidates() -> tuple[CandidateRecord, ...]:
    return (
        CandidateRecord(name="crossed", terms=(*FACTORS, "sex:rural"), chosen=False, columns=5, aic=4310.5,
                        effective_parameters=6.1, cross_validated_auc=0.748, calibration_slope=0.96),
        CandidateRecord(name="model", terms=FACTORS, chosen=True, columns=4, aic=4321.0, effective_parameters=5.2,
                        cross_validated_auc=0.741, calibration_slope=0.93),
        CandidateRecord(name="too much", terms=("sex",), chosen=False, failure="Term 'sex' separates the outcome."),
    )  # fmt: skip


def _shifts() -> tuple[BenchmarkRecord, ...]:
    own = tuple(BenchmarkRecord(code=f"{d:02d}", shift=0.02 * d, own=True) for d in range(1, 5))
    return (
        *own,
        BenchmarkRecord(code="05", shift=0.01, own=False, reason="zero_or_one"),
        BenchmarkRecord(code="06", shift=0.01, own=False, reason="no_sample"),
    )
