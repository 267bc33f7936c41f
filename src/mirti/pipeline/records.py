"""The documents of a release: what went in, how it went, what to know before using it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from platform import python_version

from mirti.declarations import Spec, SpecDeclaration
from mirti.documents import (
    AcceptedException,
    ComparabilityRow,
    Diagnostics,
    Manifest,
    ModelRecord,
    OutcomeRecord,
    RateRecord,
    SupportRecord,
    TermRecord,
)
from mirti.io.collapse import support
from mirti.io.spark import spark_version
from mirti.models.diagnostics import TermTest, few_degrees, term_tests
from mirti.pipeline.estimates import Estimated, Model
from mirti.pipeline.findings import Findings
from mirti.pipeline.inputs import Inputs
from mirti.pipeline.judged import Judged, with_likelihood_ratios
from mirti.release import SCHEMA_VERSION
from mirti.smallarea.uncertainty import stretched_warnings
from mirti.survey.comparability import Comparability

PACKAGES = ("almenara", "duckdb", "ibis-framework", "numpy", "pyarrow", "scipy", "shapely")
ESTIMATORS = {
    "logistic": "design-based logistic regression (pseudo-likelihood, {variance})",
    "mixed": "logistic-normal mixed model (scaled-weight pseudo-likelihood, adaptive Gauss–Hermite quadrature)",
    "firth": "design-based logistic regression with Firth's penalty and intercept correction ({variance})",
}
_VARIANCES = {"linearised": "Taylor linearisation"}  # replicate weights are called by their kind


def manifest(
    spec: Spec, inputs: Inputs, gate: Comparability, model: Model, estimated: Estimated, findings: Findings
) -> Manifest:
    """manifest.json, but for the id and the files' hashes, which the writer adds."""
    declared = spec.declaration
    return Manifest(
        schema_version=SCHEMA_VERSION,
        name=declared.run.name,
        created=datetime.now(UTC).replace(microsecond=0),
        title=declared.run.title,
        country=declared.run.country,
        country_name=declared.run.country_name,
        outcome=OutcomeRecord(label=declared.outcome_label, rule=declared.outcome.model_dump(mode="json")),
        ages=declared.outcome.ages,
        survey_year=declared.survey.year,
        census_year=declared.census.year,
        children_year=inputs.census.children_year,
        children_source="projection" if inputs.census.children_source == "projection" else "census",
        interval_kind=estimated.interval_kind,
        replicates=0 if estimated.drawn is None else len(estimated.drawn.truths),
        spec=declared.model_dump(mode="json"),
        spec_sha256=spec.sha256,
        inputs=inputs.records,
        packages=_packages(declared.run.backend),
        seed=declared.run.seed,
        warnings=(
            *inputs.warnings,
            *gate.warnings,
            *unused(declared),
            *_model_warnings(model, estimated),
            *findings.warnings,
        ),
        accepted=_accepted(spec),
    )


def _packages(backend: str) -> dict[str, str]:
    spark = {"pyspark": spark_version()} if backend == "spark" else {}
    return {"python": python_version(), **{name: version(name) for name in PACKAGES}, **spark}


def diagnostics(
    spec: Spec, inputs: Inputs, gate: Comparability, model: Model, estimated: Estimated, findings: Findings
) -> Diagnostics:
    """diagnostics.json."""
    direct, declared = estimated.nation, spec.declaration
    return Diagnostics(
        model=_model_record(inputs, model, findings.judged, declared.model.estimator),
        prevalence=model.prevalence,
        fit_tests=findings.judged.tests if findings.judged else None,
        candidates=findings.judged.candidates if findings.judged else (),
        national=RateRecord(
            code=declared.run.country,
            direct=direct.rate[0],
            direct_se=direct.se[0],
            modelled=float(estimated.projection.nation.risk[0]),
        ),
        mixed=findings.mixed,
        benchmark=findings.benchmark,
        uncertainty=findings.uncertainty,
        validation=findings.validation,
        moran=findings.mapped.record,
        typology=findings.typed.typology,
        types=findings.typed.types,
        comparability=tuple(ComparabilityRow(**row) for row in gate.rows()),
        support=_support(inputs),
        missing_outcome_share=inputs.survey.missing_outcome_share,
        areas=len(inputs.territories.codes),
        areas_sampled=int((estimated.areas.n > 0).sum()),
        areas_without_children=inputs.empty,
        boundaries=inputs.joined,
    )


def _model_warnings(model: Model, estimated: Estimated) -> tuple[str, ...]:
    drawn = estimated.drawn
    if drawn is None:
        return tuple(few_degrees(model.fit))
    return (*drawn.replicates.warnings, *stretched_warnings(drawn.areas, drawn.domains, drawn.nation))


def unused(declared: SpecDeclaration) -> tuple[str, ...]:
    """A sentence if the spec declares what only the mixed model has, and takes another estimator."""
    estimator = declared.model.estimator
    parts = {
        "area_covariates": bool(declared.model.area_covariates),
        "[benchmark]": "benchmark" in declared.model_fields_set and declared.benchmark.to != "none",
        "[uncertainty]": "uncertainty" in declared.model_fields_set,
    }
    named = [part for part, is_declared in parts.items() if is_declared]
    if estimator == "mixed" or not named:
        return ()
    return (
        f'estimator = "{estimator}" makes no use of {", ".join(named)}: only the mixed model has covariates of areas, '
        "rates brought to the survey's own, and simulated worlds.",
    )


def _accepted(spec: Spec) -> tuple[AcceptedException, ...]:
    declared = spec.declaration
    found = [AcceptedException(covariate=a.covariate, reason=a.reason) for a in declared.accept]
    if declared.run.accept_missing_outcome:
        found.append(AcceptedException(covariate="outcome", reason=declared.run.accept_missing_outcome))
    return tuple(found)


def _model_record(inputs: Inputs, model: Model, judged: Judged | None, estimator: str) -> ModelRecord:
    fit = model.fit
    terms = tuple(_term(test) for test in term_tests(fit, model.matrix.factors))
    return ModelRecord(
        estimator=ESTIMATORS[estimator].format(
            variance=_VARIANCES.get(fit.variance, f"{fit.variance} weights")
        ),
        children=fit.children,
        events=int(inputs.survey.cells.ny.sum()),
        strata=fit.strata,
        psus=fit.psus,
        df=fit.df,
        iterations=fit.iterations,
        deviance=fit.deviance,
        null_deviance=fit.null_deviance,
        measures=model.measures,
        terms=terms if judged is None else with_likelihood_ratios(terms, judged.likelihood_ratios),
    )


def _term(test: TermTest) -> TermRecord:
    return TermRecord(
        factor=test.factor,
        statistic=test.statistic,
        df=test.df,
        residual_df=test.residual_df,
        p_value=test.p_value,
    )


def _support(inputs: Inputs) -> SupportRecord:
    found = support(inputs.survey.cells, inputs.cells)
    return SupportRecord(
        patterns=found.patterns,
        unsupported_patterns=found.unsupported,
        children=float(inputs.cells.n.sum()),
        unsupported_children=found.children,
    )
