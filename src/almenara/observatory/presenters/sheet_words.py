"""The sentences of a fact sheet on its value and its rank."""

from __future__ import annotations

from collections.abc import Sequence

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.observatory.presenters import measure, wording
from almenara.observatory.presenters.drivers import OWN_ROWS, factor_labels, label_of
from almenara.observatory.presenters.figures import expected, is_withheld
from almenara.places.models import Level
from almenara.risk.facts import FactSheet
from almenara.risk.models import Release
from almenara.risk.queries import DriverPart, Figures

FEWEST_SHOWN = 0.00005  # what the two decimals of a percentage point show


def lead(release: Release, own: Figures) -> str:
    if is_withheld(own):
        return wording.withheld()
    if own.is_index:
        return _(
            "Its score is {score} on a scale from 1 to 100 on which more is worse. {children} children aged {first} to "
            "{last} live here; their number is that of {year}."
        ).format(
            score=measure.value(own.risk, is_index=True),
            children=numbers.count(own.children),
            first=release.age_from,
            last=release.age_to,
            year=own.children_year,
        )
    return _(
        "Out of {children} children aged {first} to {last}, about {expected} are expected to be in this situation. "
        "The number of children is that of {year}."
    ).format(
        children=numbers.count(own.children),
        first=release.age_from,
        last=release.age_to,
        expected=expected(own),
        year=own.children_year,
    )


def rank(own: Figures, total: int) -> str:
    if own.rank is None or is_withheld(own):
        return ""
    values = {"rank": numbers.count(own.rank), "total": numbers.count(total)}
    if own.place.level == Level.DEPARTMENT:
        sentence = ngettext("{rank} of {total} department", "{rank} of {total} departments", total)
    else:
        sentence = ngettext("{rank} of {total} municipality", "{rank} of {total} municipalities", total)
    return sentence.format(**values)


def rank_in_department(facts: FactSheet) -> str:
    total = facts.parent_size or 0
    return ngettext(
        "{rank} of {total} municipality in the department",
        "{rank} of {total} municipalities in the department",
        total,
    ).format(rank=numbers.count(facts.rank_in_parent or 0), total=numbers.count(total))


def protective(release: Release, parts: Sequence[DriverPart]) -> str:
    """What lowers the value here, the strongest first; empty without drivers."""
    if not parts:
        return ""
    labels = factor_labels(release)
    names = [
        f"{label_of(part.factor, labels)} ({numbers.points(part.contribution, 2)})"
        for part in sorted(parts, key=lambda part: part.contribution)
        if part.factor not in OWN_ROWS and part.contribution < -FEWEST_SHOWN
    ]
    if not names:
        return (
            _("No dimension keeps the score here below the national one.")
            if release.is_index
            else _("No factor keeps the risk here below the national rate.")
        )
    sentence = (
        _("These dimensions keep the score here lower, in points: {names}.")
        if release.is_index
        else _("These factors keep the risk here lower, in percentage points: {names}.")
    )
    return sentence.format(names=format_list(names, locale=numbers.locale()))
