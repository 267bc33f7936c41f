"""The classes of a release, as the legend, the tables and the charts show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.observatory.presenters import measure, palette, wording
from almenara.observatory.presenters.stacks import Part, Stack, stacked_bars
from almenara.risk import queries
from almenara.risk.models import Release


@dataclass(frozen=True)
class RiskClass:
    """One class with its range and what it holds. number: 1 is the lowest; shares are proportions of the country's.

    expected, expected_share: empty and None in an index.
    """

    number: int
    name: str
    range: str
    colour: str
    ink: str
    territories: str
    children: str
    expected: str
    territory_share: float
    children_share: float
    expected_share: float | None
    summary: str


@dataclass(frozen=True)
class Legend:
    classes: tuple[RiskClass, ...]  # highest first, as a legend is read
    method: str
    is_index: bool = False

    @property
    def chart(self) -> str:
        """Drawn where it is shown: most pages need the classes alone."""
        return _chart(self.classes)

    def find(self, number: int | None) -> RiskClass | None:
        return next((item for item in self.classes if item.number == number), None)


def legend(release: Release) -> Legend:
    rows = queries.classes(release)
    fills = palette.colours(len(rows))
    totals = _Totals(
        sum(row.areas for row in rows) or 1,
        sum(row.children for row in rows) or 1.0,
        sum(row.expected or 0.0 for row in rows) or 1.0,
    )
    ordered = reversed(list(zip(rows, fills, strict=True)))
    classes = tuple(_risk_class(row, fill, len(rows), totals) for row, fill in ordered)
    method = wording.class_method(release.classes["method"], is_index=release.is_index)
    return Legend(classes, method, release.is_index)


def name_of(number: int, total: int) -> str:
    """What a class is called; beyond five classes by its place."""
    names = {
        2: (_("Low"), _("High")),
        3: (_("Low"), _("Medium"), _("High")),
        4: (_("Low"), _("Medium-low"), _("Medium-high"), _("High")),
        5: (_("Very low"), _("Low"), _("Medium"), _("High"), _("Very high")),
    }
    if total in names:
        return names[total][number - 1]
    return _("Class {number} of {total}").format(number=number, total=total)


@dataclass(frozen=True)
class _Totals:
    areas: int
    children: float
    expected: float


def _risk_class(row: queries.RiskClass, fill: str, total: int, totals: _Totals) -> RiskClass:
    expected = row.expected
    held = [wording.territories(row.areas), wording.children(row.children)]
    if expected is not None:
        held.append(wording.working_children(expected))
    return RiskClass(
        number=row.number,
        name=name_of(row.number, total),
        range=measure.interval(row.low, row.high, is_index=expected is None),
        colour=fill,
        ink=palette.ink(fill),
        territories=numbers.count(row.areas),
        children=numbers.count(row.children),
        expected="" if expected is None else numbers.count(expected),
        territory_share=row.areas / totals.areas,
        children_share=row.children / totals.children,
        expected_share=None if expected is None else expected / totals.expected,
        summary=" · ".join(held),
    )


def _chart(classes: tuple[RiskClass, ...]) -> str:
    def stack(label: str, attribute: str) -> Stack:
        parts = (
            Part(share, numbers.rate(share, 0), item.colour, item.ink)
            for item in classes
            for share in (getattr(item, attribute),)
        )
        return Stack(label, tuple(parts))

    stacks = [stack(_("Territories"), "territory_share"), stack(_("Children"), "children_share")]
    if all(item.expected_share is not None for item in classes):
        stacks.append(stack(_("Working children expected"), "expected_share"))
    description = (
        _(
            "Share of the territories, of the children and of the expected working children that each class holds, "
            "from the highest class to the lowest. The table gives the numbers."
        )
        if len(stacks) > 2
        else _(
            "Share of the territories and of the children that each class holds, from the highest class to the lowest. "
            "The table gives the numbers."
        )
    )
    return stacked_bars(stacks, title=_("What each class holds"), description=description)
