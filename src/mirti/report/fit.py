"""How well the survey's regression describes the sample, and other sets of terms, as the report's chapters show it."""

from __future__ import annotations

from dataclasses import dataclass

from mirti.documents import CandidateRecord, FitTests, MarginalEffect, RocPoint, TermRecord
from mirti.io.release_tables import Release
from mirti.report.charts import SIDE, Axis, Calibration, axis_of, calibration_chart

PAGE = "fit"
OWN = "model"  # name of the spec's own terms among the candidates
LEVEL = 0.05


@dataclass(frozen=True)
class Effect:
    """A marginal effect with the factor and the level that its term names; level None: of a number."""

    factor: str
    level: str | None
    record: MarginalEffect


@dataclass(frozen=True)
class Fit:
    """Empty or None where a release does not have it. roc: a path in a square of SIDE; away: AIC of each candidate
    above the lowest.
    """

    tests: FitTests | None
    auc: float | None
    terms: tuple[TermRecord, ...]
    effects: tuple[Effect, ...]
    axis: Axis
    roc: str
    calibration: Calibration | None
    candidates: tuple[tuple[CandidateRecord, float | None], ...]

    @property
    def exists(self) -> bool:
        return self.tests is not None or bool(self.terms) or self.auc is not None

    @property
    def doubted(self) -> bool:
        """The test of Archer and Lemeshow speaks against the fit."""
        p_value = None if self.tests is None else self.tests.archer_lemeshow_p_value
        return p_value is not None and p_value < LEVEL

    @property
    def best(self) -> CandidateRecord | None:
        """The candidate of lowest AIC."""
        return next((record for record, away in self.candidates if away == 0), None)


def fit_of(release: Release) -> Fit:
    diagnostics = release.diagnostics
    tests, model = diagnostics.fit_tests, diagnostics.model
    effects = () if tests is None else tuple(_effect(record) for record in tests.effects)
    ends = [end for each in effects for end in (each.record.effect, each.record.low, each.record.high)]
    return Fit(
        tests=tests,
        auc=_auc(release),
        terms=() if model is None else model.terms,
        effects=effects,
        axis=axis_of(ends, through=0.0),
        roc=roc_path(() if tests is None else tests.roc),
        calibration=calibration_chart(tests.calibration) if tests is not None and tests.calibration else None,
        candidates=_candidates(diagnostics.candidates),
    )


def roc_path(points: tuple[RocPoint, ...]) -> str:
    """The curve from the lower left corner of the square; points that fall together are drawn once."""
    places = [
        (round(2 * SIDE * point.false_positive) / 2, round(2 * SIDE * (1 - point.true_positive)) / 2)
        for point in points
    ]
    kept = [place for i, place in enumerate(places) if i == 0 or place != places[i - 1]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) if kept else ""


def _auc(release: Release) -> float | None:
    tests, model = release.diagnostics.fit_tests, release.diagnostics.model
    if tests is not None and tests.auc is not None:
        return tests.auc
    return None if model is None else model.measures.get("auc")


def _effect(record: MarginalEffect) -> Effect:
    factor, _, level = record.term.partition("=")
    return Effect(factor, level or None, record)


def _candidates(records: tuple[CandidateRecord, ...]) -> tuple[tuple[CandidateRecord, float | None], ...]:
    lowest = min((record.aic for record in records if record.aic is not None), default=None)
    return tuple(
        (record, None if record.aic is None or lowest is None else record.aic - lowest) for record in records
    )
