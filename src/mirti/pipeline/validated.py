"""What the rates were held against, as the release's diagnostics and `mirti validate` record it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from mirti.documents import (
    AgreementRecord,
    CalibrationRow,
    DomainRow,
    DomainsRecord,
    FigureRecord,
    LeaveOneOutRecord,
    LeftOutRecord,
)
from mirti.documents.base import finite
from mirti.errors import InputError, Problem
from mirti.io.measures import Measure
from mirti.smallarea.agreement import FEWEST, Agreement, Figure, agreement
from mirti.smallarea.direct import match
from mirti.smallarea.leave_out import NORMAL, LeftOut
from mirti.tables import Floats

Benchmark = Literal["none", "country", "departments"]


def against_measure(
    codes: Sequence[str],
    risk: Floats,
    children: Floats,
    breaks: tuple[float, ...],
    measure: Measure,
    *,
    where: str,
    se: Floats | None = None,
    interval: tuple[Floats, Floats] | None = None,
    same_scale: bool = True,
    seed: int = 0,
) -> AgreementRecord:
    """Rates of the areas `codes` (A,) against a direct measure of some of them.

    se, interval: (A,) of the rates, only if they hold the territory's own departure from the model. same_scale: whether
    measure and rate are the same proportion (an index is not one). Raises InputError if fewer than ten areas join.
    """
    check_joined(codes, measure, where)
    at = match(measure.codes, tuple(codes))
    joined = at >= 0
    area = at[joined]
    weights = children[area] if measure.children is None else measure.children[joined]
    found = agreement(
        risk[area],
        measure.rate[joined],
        _positive(weights, where),
        breaks,
        interval=None if interval is None else (interval[0][area], interval[1][area]),
        errors=None
        if measure.se is None
        else (None if se is None else se[area], measure.se[joined]),
        seed=seed,
    )  # fmt: skip
    measured = set(measure.codes)
    return agreement_record(
        found,
        no_measure=tuple(code for code in codes if code not in measured),
        no_area=tuple(code for code, joins in zip(measure.codes, joined, strict=True) if not joins),
        same_scale=same_scale,
    )


def agreement_record(
    found: Agreement, *, no_measure: tuple[str, ...], no_area: tuple[str, ...], same_scale: bool
) -> AgreementRecord:
    order = AgreementRecord(
        units=found.areas,
        children=found.children,
        no_measure=no_measure,
        no_area=no_area,
        pearson=_figure(found.pearson),
        pearson_children=_figure(found.pearson_children),
        spearman=_figure(found.spearman),
        spearman_children=_figure(found.spearman_children),
        kappa_ranked=_figure(found.kappa_ranked),
        top_fifth=found.top_fifth,
        tenths=tuple(
            CalibrationRow(areas=t.areas, children=t.children, modelled=t.modelled, measured=t.measured)
            for t in found.tenths
        ),
    )
    return order.model_copy(update=_levels(found)) if same_scale else order


def domains_record(
    codes: Sequence[str], risk: Floats, direct: Floats, direct_se: Floats, benchmark: Benchmark
) -> DomainsRecord:
    """Modelled rates of the departments (G,) against their design-based ones; nan where there is none."""
    known = np.isfinite(direct) & (direct_se > 0)
    z = np.where(known, (risk - direct) / np.where(known, direct_se, 1), np.nan)
    return DomainsRecord(
        benchmark=benchmark,
        assessed=int(known.sum()),
        inside=int((np.abs(z[known]) <= NORMAL).sum()),
        mean_square_z=float((z[known] ** 2).mean()) if known.any() else None,
        domains=tuple(
            DomainRow(
                code=code,
                modelled=float(risk[i]),
                direct=direct[i],
                direct_se=direct_se[i],
                z=z[i],
            )
            for i, code in enumerate(codes)
        ),
    )


def left_out_record(codes: Sequence[str], found: LeftOut) -> LeaveOneOutRecord:
    """The departments `codes` (G,), each predicted by a model fitted without it."""
    predicted = np.isfinite(found.predicted)
    return LeaveOneOutRecord(
        compared=found.domains,
        pearson=found.pearson,
        bias=found.bias,
        rmse=found.rmse,
        rmse_net=found.rmse_net,
        covered=found.covered,
        domains=tuple(
            LeftOutRecord(
                code=codes[i],
                predicted=float(found.predicted[i]),
                predicted_se=found.predicted_se[i],
                direct=found.direct[i],
                direct_se=found.direct_se[i],
                z=found.z[i],
            )
            for i in np.flatnonzero(predicted).tolist()
        ),
        no_sample=tuple(codes[i] for i in np.flatnonzero(found.n == 0).tolist()),
        not_predicted=tuple(codes[i] for i in np.flatnonzero((found.n > 0) & ~predicted).tolist()),
    )


def _levels(found: Agreement) -> dict[str, object]:
    """Figures that compare a rate with a rate."""
    update: dict[str, object] = {
        name: _figure(getattr(found, name)) for name in ("intercept", "slope", "kappa")
    }
    update |= {name: getattr(found, name) for name in ("bias", "bias_children", "rmse", "rmse_children")}
    update["inside_interval"] = found.inside
    if found.sampling is not None and found.sampling.areas:
        update["with_errors"] = found.sampling.areas
        update["within_errors"] = finite(found.sampling.within)
        update["rmse_net"] = finite(found.sampling.rmse)
    return update


def check_joined(codes: Sequence[str], measure: Measure, where: str) -> None:
    """Raises InputError if the measure has a rate for fewer than ten of the areas `codes`."""
    joined = len(set(codes) & set(measure.codes))
    if joined >= FEWEST:
        return
    strange = sorted(set(measure.codes) - set(codes))
    what = (
        f"{joined} areas of the release have a rate there; {FEWEST} are needed to say anything of agreement. "
        f"The release's codes begin {', '.join(list(codes)[:3])}; the table's that join none begin "
        f"{', '.join(strange[:3]) or '(there are none)'}."
    )
    remedy = "Name the column of the area code, and form it as the release does (digits pads it with zeros)."
    raise InputError(Problem(what, where, remedy, len(strange), tuple(strange)))


def _positive(weights: Floats, where: str) -> Floats:
    if not (weights > 0).any():
        problem = "The areas that join have no children."
        raise InputError(Problem(problem, where, "Give numbers of children above 0."))
    return weights


def _figure(figure: Figure) -> FigureRecord:
    return FigureRecord(value=figure.value, low=figure.low, high=figure.high)
