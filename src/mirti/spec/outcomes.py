"""One questionnaire, two outcomes: a rule declared once is read as child labour, or as hazardous work alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from mirti.declarations import LANGUAGES, Label, RuleOutcome, RunDeclaration, Spec
from mirti.errors import InputError, Problem

OutcomeKind: TypeAlias = Literal["child_labour", "hazardous_work"]

LABELS: dict[OutcomeKind, Label] = {
    "child_labour": Label(
        es="trabajo infantil", pt="trabalho infantil", en="child labour", fr="travail des enfants"
    ),
    "hazardous_work": Label(
        es="trabajo peligroso", pt="trabalho perigoso", en="hazardous work", fr="travaux dangereux"
    ),
}


def read_as(spec: Spec, kind: OutcomeKind) -> Spec:
    """The spec with its outcome's rule read as `kind`; the run's name and title say so where that is a change.

    Raises InputError if the outcome is a ready column, which has no rule.
    """
    declared = spec.declaration
    if not isinstance(declared.outcome, RuleOutcome):
        what = f"the outcome is a ready column: there is no rule that could be read as {kind}"
        remedy = 'Declare the outcome by rule (kind = "child_labour"), or run it without --outcome.'
        raise InputError(Problem(what, f"{spec.path}, [outcome]", remedy))
    if declared.outcome.kind == kind:
        return spec
    changed = {
        "outcome": declared.outcome.model_copy(update={"kind": kind}),
        "outcome_label": LABELS[kind],
        "run": _named(declared.run, kind),
    }
    return replace(spec, declaration=declared.model_copy(update=changed))


def _named(run: RunDeclaration, kind: OutcomeKind) -> RunDeclaration:
    titles = {
        language: f"{getattr(run.title, language)}: {getattr(LABELS[kind], language)}"
        for language in LANGUAGES
    }
    return run.model_copy(update={"name": f"{run.name}-{kind.replace('_', '-')}", "title": Label(**titles)})
