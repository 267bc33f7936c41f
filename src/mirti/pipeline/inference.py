"""What the mixed model, its benchmark and its bootstrap say of themselves, for diagnostics.json."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from mirti.declarations import Spec
from mirti.documents import BenchmarkRecord, MixedRecord, ScalingRecord, UncertaintyRecord
from mirti.errors import SHOWN
from mirti.io.territories import Territories
from mirti.maps.breaks import Classes
from mirti.models.mixed.fit import MixedFit
from mirti.models.mixed.informativeness import Informativeness, informativeness
from mirti.models.mixed.profile import profile_intervals
from mirti.pipeline.mixed import Mixed
from mirti.pipeline.uncertain import Drawn

QUANTILES = {"lowest": 0.0, "lower_quarter": 0.25, "median": 0.5, "upper_quarter": 0.75, "highest": 1.0}


def mixed_record(mixed: Mixed, spec: Spec) -> MixedRecord:
    """Variance components with profile intervals, both scalings of the weights, and whether the weights matter."""
    fit, data = mixed.fit, mixed.setting.data
    of_areas, of_psus = profile_intervals(data, fit)
    check = _check(mixed, spec)
    sampled = np.zeros(len(mixed.sample_share), dtype=bool)
    sampled[data.areas] = True
    shares = mixed.sample_share[sampled]
    record = MixedRecord(
        sigma_u=fit.sigma_u,
        sigma_u_interval=of_areas,
        sigma_v=fit.sigma_v if data.nested else None,
        sigma_v_interval=of_psus if data.nested else None,
        boundary=fit.boundary,
        penalised=fit.penalised,
        areas=fit.areas,
        psus=fit.psus,
        nodes=fit.nodes,
        own_sample_share={name: float(np.quantile(shares, q)) for name, q in QUANTILES.items()},
    )
    return record if check is None else record.model_copy(update=_informative(check))


def mixed_warnings(record: MixedRecord, spec: Spec) -> list[str]:
    """Sentences for the manifest where the model is at its limits, or leaves out what the spec declares."""
    found = _left_out(record, spec)
    if record.boundary:
        found.append(
            f"The survey hardly tells the areas' own departures from none: σ_u is {record.sigma_u:.2f}, and its 95 % "
            "profile interval reaches 0. It was kept away from 0 by a penalty (Chung et al. 2013), so that the map is "
            "not falsely sharp."
        )
    if record.informative:
        given = spec.declaration.survey.psu_weight is not None
        own = (
            ""
            if given
            else "Name the PSUs' own weights (survey.psu_weight) if the survey's maker gives them. "
        )
        found.append(
            "The sampling weights change the model's answer by more than chance does "
            f"({_p_value(record.informativeness_p_value)}): the design is informative, and the intervals may hold the "
            f"true rate less often than 95 times in 100. {own}Add what the sample was stratified by to the terms."
        )
    return found


def _left_out(record: MixedRecord, spec: Spec) -> list[str]:
    survey, model, found = spec.declaration.survey, spec.declaration.model, []
    if model.psu_effect and record.sigma_v is None:
        found.append(
            "The model has no effect of PSUs: no sampled area holds two of them, or none of them holds two children, "
            "so what PSUs have in common cannot be told from what areas have, or from chance. If the sample was drawn "
            "in clusters, name their column (survey.psu): otherwise their scatter passes for that of areas."
        )
    if survey.psu_weight is not None and (record.sigma_v is None or model.scaling == "none"):
        found.append(
            "The PSUs' own weights (survey.psu_weight) are not used: the model has no effect of PSUs, or no weights."
        )
    return found


def _p_value(value: float | None) -> str:
    return "p < 0.001" if value is not None and value < 0.001 else f"p = {value:.3f}"


def benchmark_records(mixed: Mixed, territories: Territories, country: str) -> tuple[BenchmarkRecord, ...]:
    """One a domain of the benchmark, in the order of the domains."""
    setting, shifts = mixed.setting, mixed.shifts
    if setting.benchmark == "none":
        return ()
    codes = territories.domain_codes if setting.benchmark == "departments" else (country,)
    direct = setting.targets(setting.cells.swy).direct
    return tuple(
        BenchmarkRecord(
            code=code,
            shift=float(shifts.domains[i]),
            own=not bool(shifts.borrowed[i]),
            reason=_reason(bool(shifts.borrowed[i]), float(direct[i])),
        )
        for i, code in enumerate(codes)
    )


def benchmark_warnings(
    records: tuple[BenchmarkRecord, ...], mixed: Mixed | None, territories: Territories
) -> list[str]:
    """Sentences for the manifest about territories that took the nation's shift for want of one of their own.

    The manifest is public: that a department's direct rate is 0 or 1 would say what all its sampled children do.
    """
    if mixed is None or mixed.setting.benchmark != "departments":
        return []
    borrowed = [record.code for record in records if not record.own]
    found = []
    if borrowed:
        found.append(
            "Departments without a rate of their own in the survey that could be used take the nation's shift in the "
            f"benchmark: {', '.join(borrowed)}."
        )
    orphans = [code for code, parent in zip(territories.codes, territories.parent, strict=True) if parent < 0]
    if orphans:
        more = f" and {len(orphans) - SHOWN} more" if len(orphans) > SHOWN else ""
        found.append(
            "Areas above which there is no department take the nation's shift in the benchmark: "
            f"{', '.join(orphans[:SHOWN])}{more}."
        )
    return found


def map_warnings(classes: Classes, drawn: Drawn | None, spec: Spec) -> list[str]:
    """Sentences for the manifest about classes that hold no area, and a top that holds them all."""
    found = []
    empty = [str(each.number) for each in classes.summary if not each.areas]
    if empty:
        found.append(f"No area has a rate within these classes of the map: {', '.join(empty)}.")
    asked = spec.declaration.uncertainty.top
    if drawn is not None and asked is not None and asked >= drawn.top_areas == len(drawn.top):
        found.append(
            f"uncertainty.top is {asked}, and there are {drawn.top_areas} areas: each is at the top for certain."
        )
    return found


def uncertainty_record(drawn: Drawn) -> UncertaintyRecord:
    stability = drawn.stability
    return UncertaintyRecord(
        replicates=len(drawn.truths),
        redrawn=drawn.replicates.redrawn,
        top=drawn.top_areas,
        breaks_low=() if stability is None else tuple(stability.low.tolist()),
        breaks_high=() if stability is None else tuple(stability.high.tolist()),
        kept_class=None if stability is None else stability.kept,
    )


def _reason(borrowed: bool, direct: float) -> Literal["", "no_sample", "zero_or_one"]:
    if not borrowed:
        return ""
    return "no_sample" if math.isnan(direct) else "zero_or_one"


def _check(mixed: Mixed, spec: Spec) -> Informativeness | None:
    """Nothing to ask where the spec leaves the weights out."""
    data, cells = mixed.setting.data, mixed.setting.cells
    if data.scaling == "none":
        return None
    x = np.empty_like(data.x)
    x[data.order] = data.x
    return informativeness(
        x,
        cells,
        names=data.names,
        scaling=data.scaling,
        nested=data.nested,
        stage_weights=cells.psu_weight,
    )


def _informative(check: Informativeness) -> dict[str, object]:
    return {
        "scalings": tuple(_scaling(fit) for fit in (check.tested, check.other, check.unweighted)),
        "informativeness_statistic": check.statistic,
        "informativeness_df": check.df[0],
        "informativeness_p_value": check.p_value,
        "informative": check.fires,
    }


def _scaling(fit: MixedFit) -> ScalingRecord:
    return ScalingRecord(
        scaling=fit.scaling,
        sigma_u=fit.sigma_u,
        sigma_v=fit.sigma_v,
        coefficients=dict(zip(fit.names, fit.beta.tolist(), strict=True)),
    )
