"""What is found out about the estimates of a run once they stand: hot spots, types, agreement, warnings."""

from __future__ import annotations

from dataclasses import dataclass

from mirti.declarations import Spec
from mirti.documents import (
    AgreementRecord,
    BenchmarkRecord,
    DomainsRecord,
    MixedRecord,
    UncertaintyRecord,
    ValidationRecord,
)
from mirti.io.measures import Measure
from mirti.models.prevalence import prevalence_warnings
from mirti.pipeline.estimates import Estimated, Model
from mirti.pipeline.inference import (
    benchmark_records,
    benchmark_warnings,
    map_warnings,
    mixed_record,
    mixed_warnings,
    uncertainty_record,
)
from mirti.pipeline.inputs import Inputs
from mirti.pipeline.judged import Judged, judge
from mirti.pipeline.left_out import leave_out
from mirti.pipeline.space import Mapped, Typed, mapped, typed
from mirti.pipeline.stages import Counted, uncounted
from mirti.pipeline.validated import against_measure, domains_record, left_out_record
from mirti.smallarea.direct import Direct
from mirti.tables import Floats

FEWEST_DOMAINS = 3  # a comparison of fewer says nothing


@dataclass(frozen=True)
class Findings:
    mapped: Mapped
    typed: Typed
    validation: ValidationRecord
    mixed: MixedRecord | None
    model: tuple[str, ...]
    benchmark: tuple[BenchmarkRecord, ...]
    uncertainty: UncertaintyRecord | None
    scenarios: tuple[str, ...]
    judged: Judged | None
    prevalence: tuple[str, ...]

    @property
    def warnings(self) -> list[str]:
        return [
            *self.prevalence,
            *self.model,
            *(self.judged.warnings if self.judged else ()),
            *self.mapped.warnings,
            *self.typed.warnings,
            *self.scenarios,
        ]


def find(
    inputs: Inputs, model: Model, estimated: Estimated, spec: Spec, progress: Counted = uncounted
) -> Findings:
    """Everything that is said of the estimates and is no estimate itself.

    progress: called with how many departments have been left out and predicted, and how many are to be.
    """
    declared, territories = spec.declaration, inputs.territories
    areas, mixed, drawn = estimated.projection.areas, estimated.mixed, estimated.drawn
    record = None if mixed is None else mixed_record(mixed, spec)
    shifts = () if mixed is None else benchmark_records(mixed, territories, declared.run.country)
    validation = _validation(inputs, model, estimated, spec, progress)
    return Findings(
        mapped=mapped(
            territories.codes,
            areas.risk,
            inputs.boundaries,
            declared.hot_spots,
            seed=declared.run.seed,
            replicates=None if drawn is None else drawn.truths.T,
        ),
        typed=typed(
            territories.codes,
            estimated.drivers.factors,
            estimated.drivers.areas,
            areas.risk,
            areas.children,
            declared.typology,
            seed=declared.run.seed,
        ),
        validation=validation,
        mixed=record,
        model=(
            *(() if record is None else mixed_warnings(record, spec)),
            *benchmark_warnings(shifts, mixed, territories),
            *map_warnings(estimated.classes, drawn, spec),
            *_not_compared(spec),
            *_not_predicted(validation),
        ),
        benchmark=shifts,
        uncertainty=None if drawn is None else uncertainty_record(drawn),
        scenarios=() if estimated.scenarios is None else estimated.scenarios.warnings,
        judged=_judged(inputs, model, spec),
        prevalence=tuple(prevalence_warnings(model.prevalence, declared.model.estimator)),
    )


def _judged(inputs: Inputs, model: Model, spec: Spec) -> Judged | None:
    """None with Firth's penalty: the tests and criteria are those of a likelihood without one."""
    declared = spec.declaration
    if declared.model.estimator == "firth":
        return None
    cells, candidates = inputs.survey.cells, declared.model.candidates
    return judge(model.fit, model.matrix, cells, candidates, seed=declared.run.seed)


def _not_compared(spec: Spec) -> list[str]:
    model = spec.declaration.model
    if model.estimator != "firth" or not model.candidates:
        return []
    return [
        "The candidates are not compared: the criteria that rank them are those of a likelihood without the penalty of "
        'estimator = "firth".'
    ]


def _not_predicted(validation: ValidationRecord) -> list[str]:
    left_out = validation.leave_one_out
    if left_out is None or not left_out.not_predicted:
        return []
    few, sampled = len(left_out.not_predicted), left_out.compared + len(left_out.not_predicted)
    return [
        f"Left out, {few} of the {sampled} departments with a sample could not be predicted, because the rest of the "
        f"survey does not carry the model: {', '.join(left_out.not_predicted)}."
    ]


def _validation(
    inputs: Inputs, model: Model, estimated: Estimated, spec: Spec, progress: Counted
) -> ValidationRecord:
    measure = inputs.measure
    codes = inputs.territories.domain_codes
    assessed = len(codes) >= FEWEST_DOMAINS
    left = assessed and spec.declaration.validation.leave_one_out
    return ValidationRecord(
        direct_measure=None if measure is None else _against(inputs, estimated, measure, spec),
        domains=_domains(estimated, codes, spec) if assessed else None,
        leave_one_out=left_out_record(codes, leave_out(inputs, model, estimated.mixed, spec, progress))
        if left
        else None,
    )


def _domains(estimated: Estimated, codes: tuple[str, ...], spec: Spec) -> DomainsRecord:
    direct: Direct = estimated.domains
    benchmark = "none" if estimated.mixed is None else spec.declaration.benchmark.to
    return domains_record(codes, estimated.projection.domains.risk, direct.rate, direct.se, benchmark)


def _against(inputs: Inputs, estimated: Estimated, measure: Measure, spec: Spec) -> AgreementRecord:
    areas, whole = estimated.projection.areas, estimated.drawn is not None
    interval: tuple[Floats, Floats] = (areas.ci_low, areas.ci_high)
    return against_measure(
        inputs.territories.codes,
        areas.risk,
        areas.children,
        estimated.classes.breaks,
        measure,
        where="validation.source",
        se=areas.se if whole else None,
        interval=interval if whole else None,
        seed=spec.declaration.run.seed,
    )
