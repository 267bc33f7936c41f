from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.agreements.models import Concept, Match, Sameness, System
from almenara.agreements.queries.systems import Completeness, completeness
from almenara.common.numbers import count


@dataclass(frozen=True)
class Row:
    system: System
    address: str
    complete: str
    same: str


@dataclass(frozen=True)
class Judged:
    """kind: of the sameness, as a tag has one."""

    concept: str
    kind: str
    sameness: str
    note: str


def rows(systems: Iterable[System], concepts: list[Concept]) -> list[Row]:
    return [
        Row(
            system,
            reverse("agreements:system", args=[system.pk]),
            complete(completeness_of(system, concepts)),
            same(system, concepts),
        )
        for system in systems
    ]


def completeness_of(system: System, concepts: list[Concept]) -> Completeness:
    known = [match for match in system.matches.all() if match.sameness != Sameness.UNKNOWN]
    return completeness(system, len(known), len(concepts))


def complete(score: Completeness) -> str:
    """Never without what it is out of."""
    return _("%(said)d of %(asked)d") % {"said": score.said, "asked": score.asked}


def same(system: System, concepts: list[Concept]) -> str:
    number = sum(match.sameness == Sameness.SAME for match in system.matches.all())
    return _("%(said)d of %(asked)d") % {"said": number, "asked": len(concepts)}


KINDS = {Sameness.SAME: "good", Sameness.PARTLY: "caution", Sameness.DIFFERENT: "caution"}


def judged(system: System, concepts: list[Concept]) -> list[Judged]:
    """Every concept, whether it was judged or not."""
    there: dict[str, Match] = {match.concept_id: match for match in system.matches.all()}
    return [_judged(concept, there.get(concept.code)) for concept in concepts]


def _judged(concept: Concept, match: Match | None) -> Judged:
    sameness = Sameness(match.sameness) if match else Sameness.UNKNOWN
    return Judged(concept.name, KINDS.get(sameness, ""), str(sameness.label), match.note if match else "")


def found_in_words(total: int) -> str:
    return ngettext("%(count)s system", "%(count)s systems", total) % {"count": count(total)}
