"""Whether a survey has enough children with the outcome to carry a model, and which estimator they allow.

Ten events a column: Peduzzi, Concato, Kemper, Holford & Feinstein (1996, "A simulation study of the number of events
per variable in logistic regression analysis"). Twenty, from where the bias of maximum likelihood no longer matters even
for rare levels: Ogundimu, Altman & Collins (2016, "Adequate sample size for developing prediction models is not simply
related to events per variable"). Events are counted as effective, so that a few heavy weights do not pass for many.
Thirty PSUs and twenty areas are the house's: below them the variance between PSUs, and between areas, that the model's
errors rest on is itself not known.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from mirti.documents import PrevalenceRecord
from mirti.tables import SurveyCells

EVENTS_A_COLUMN = 10.0
PSUS_WITH_EVENT = 30
ENOUGH_EVENTS_A_COLUMN = 20.0
AREAS_WITH_EVENT = 20


def effective_events(swy: float, sw2y: float) -> float:
    """(Σwy)² / Σw²y: how many events of equal weight are worth as much; 0 if there is none."""
    return swy**2 / sw2y if sw2y > 0 else 0.0


def judge_prevalence(cells: SurveyCells, columns: int) -> PrevalenceRecord:
    """What the sample holds of the outcome, and the estimator it allows.

    columns: of the model, without the intercept. advice: "index" with fewer than 10 effective events a column or fewer
    than 30 PSUs with an event; else "mixed" with an event in 20 sampled areas or more; else "firth" under 20 effective
    events a column, "logistic" from there on.
    """
    events = effective_events(float(cells.swy.sum()), float(cells.sw2y.sum()))
    per_column = events / max(columns, 1)
    held = cells.ny > 0
    psus, areas = len(np.unique(cells.psu[held])), len(np.unique(cells.area[held]))
    return PrevalenceRecord(
        events=int(cells.ny.sum()),
        effective_events=events,
        columns=columns,
        events_per_column=per_column,
        psus_with_event=psus,
        areas_with_event=areas,
        advice=_advice(per_column, psus, areas),
    )


def _advice(per_column: float, psus: int, areas: int) -> Literal["mixed", "logistic", "firth", "index"]:
    if per_column < EVENTS_A_COLUMN or psus < PSUS_WITH_EVENT:
        return "index"
    if areas >= AREAS_WITH_EVENT:
        return "mixed"
    return "firth" if per_column < ENOUGH_EVENTS_A_COLUMN else "logistic"


def prevalence_warnings(record: PrevalenceRecord, estimator: str) -> list[str]:
    """What to know before a release by that estimator is used; nothing where the events carry it."""
    if record.advice == "index":
        return [_too_few(record)]
    if record.advice == estimator or estimator == "firth":
        return []
    if estimator == "mixed":
        return [
            f"Only {record.areas_with_event} sampled areas have a child with the outcome; under {AREAS_WITH_EVENT} the "
            f'spread of the areas\' effects is hardly known: estimator = "{record.advice}" claims less.'
        ]
    if record.advice == "firth":
        return [
            f"There are {record.events_per_column:.1f} effective events a column; under {ENOUGH_EVENTS_A_COLUMN:g} "
            'maximum likelihood exaggerates rare levels: estimator = "firth" takes the bias away.'
        ]
    return []


def _too_few(record: PrevalenceRecord) -> str:
    found = []
    if record.events_per_column < EVENTS_A_COLUMN:
        found.append(
            f"{record.effective_events:.0f} effective events for {record.columns} columns, "
            f"{record.events_per_column:.1f} a column where {EVENTS_A_COLUMN:g} are needed"
        )
    if record.psus_with_event < PSUS_WITH_EVENT:
        found.append(f"an event in {record.psus_with_event} PSUs where {PSUS_WITH_EVENT} are needed")
    return (
        f"The survey cannot carry this model: {' and '.join(found)}. An index (mirti index) is the honest answer. "
        'If a model is wanted all the same, take fewer covariates and estimator = "firth".'
    )
