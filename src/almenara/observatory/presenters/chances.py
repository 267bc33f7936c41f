"""The classes as a fact sheet shows them: what each holds in the country, and how probable each is here."""

from __future__ import annotations

from dataclasses import dataclass

from almenara.observatory.presenters import wording
from almenara.observatory.presenters.classes import Legend, RiskClass
from almenara.risk.queries import Figures


@dataclass(frozen=True)
class ClassChance:
    """chance: in words, empty where the release has no draws. is_own: the value itself falls in this class."""

    risk_class: RiskClass
    chance: str
    is_own: bool


def class_chances(own: Figures, shown: Legend, *, hidden: bool) -> tuple[ClassChance, ...]:
    """The highest class first. hidden: the value is withheld, and so is its class."""
    known = () if hidden else own.class_probabilities or ()
    return tuple(
        ClassChance(
            item,
            wording.chances(known[item.number - 1]) if len(known) >= item.number else "",
            is_own=not hidden and item.number == own.risk_class,
        )
        for item in shown.classes
    )
