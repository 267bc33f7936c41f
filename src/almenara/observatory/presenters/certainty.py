"""How sure class, rank and place among the highest are, in whole sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.classes import Legend
from almenara.risk.models import Release
from almenara.risk.queries import Figures


def certainty(release: Release, own: Figures, shown: Legend) -> tuple[str, ...]:
    """Sentences for what the release's draws say; none for a release without draws."""
    return tuple(filter(None, (_class(own, shown), _rank(own), _top(release, own))))


def _class(own: Figures, shown: Legend) -> str:
    probabilities = own.class_probabilities
    if not probabilities:
        return ""
    number = max(range(len(probabilities)), key=lambda position: probabilities[position]) + 1
    found = shown.find(number)
    if found is None:
        return ""
    values = {"name": found.name, "chances": wording.chances(probabilities[number - 1])}
    if number == own.risk_class:
        return _("Most probable class: {name}, with {chances} chances.").format(**values)
    return _(
        "Most probable class: {name}, with {chances} chances, although the value itself falls in another class."
    ).format(**values)


def _rank(own: Figures) -> str:
    if own.rank_low is None or own.rank_high is None:
        return ""
    return _("Its rank lies between {best} and {worst} (95%).").format(
        best=numbers.count(own.rank_low), worst=numbers.count(own.rank_high)
    )


def _top(release: Release, own: Figures) -> str:
    part = "index" if release.is_index else "uncertainty"
    top = (release.diagnostics.get(part) or {}).get("top", 0)
    if own.p_top is None or not top:
        return ""
    if release.is_index:
        sentence = ngettext(
            "It is the municipality of highest vulnerability with {chances} chances.",
            "It is among the {count} municipalities of highest vulnerability with {chances} chances.",
            top,
        )
    else:
        sentence = ngettext(
            "It is the municipality of highest risk with {chances} chances.",
            "It is among the {count} municipalities of highest risk with {chances} chances.",
            top,
        )
    return sentence.format(count=numbers.count(top), chances=wording.chances(own.p_top))
