"""Whether the survey carries the model, in plain words."""

from __future__ import annotations

from mirti.documents import PrevalenceRecord
from mirti.models.prevalence import AREAS_WITH_EVENT, EVENTS_A_COLUMN, PSUS_WITH_EVENT
from mirti.report.catalogue import Language

PAGE = "prevalence"


def prevalence_sentences(record: PrevalenceRecord, said: Language) -> list[str]:
    """The figures, what is too little of them, and what follows; said speaks this page too."""
    sentences = [
        said.say(
            "prevalence_figures",
            events=said.count(record.events),
            effective=said.count(record.effective_events),
            per_column=said.number(record.events_per_column, 1),
            columns=said.count(record.columns),
            psus=said.count(record.psus_with_event),
            areas=said.count(record.areas_with_event),
        )
    ]
    if record.events_per_column < EVENTS_A_COLUMN:
        sentences.append(said.say("prevalence_few_events", least=said.count(EVENTS_A_COLUMN)))
    if record.psus_with_event < PSUS_WITH_EVENT:
        sentences.append(said.say("prevalence_few_psus", least=said.count(PSUS_WITH_EVENT)))
    advice = f"prevalence_advice_{record.advice}"
    return [*sentences, said.say(advice, least=said.count(AREAS_WITH_EVENT))]
