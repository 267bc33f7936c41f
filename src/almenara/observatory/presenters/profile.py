"""The profile of a territory: composition by the census, then the registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.risk.models import in_language
from almenara.risk.queries import ProfileFigure


@dataclass(frozen=True)
class ProfileRow:
    """above: the same in each of the territories above, from the country down; empty where it is not known."""

    label: str
    value: str
    unit: str
    year: str
    share: float | None  # for a bar: proportions only
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProfileGroup:
    source: str
    rows: tuple[ProfileRow, ...]


def profile(
    values: Sequence[ProfileFigure],
    above: Sequence[Sequence[ProfileFigure]] = (),
    *,
    is_index: bool = False,
    units: Mapping[str, str] | None = None,
) -> tuple[ProfileGroup, ...]:
    """above: the profiles of the territories above. is_index: the values are an index's indicators, whose sources are
    named in full. units: by variable, in words.
    """
    known = [{_about(value): value for value in upper} for upper in above]
    groups = groupby(sorted(values, key=_census_first), key=lambda value: value.source)
    return tuple(
        ProfileGroup(_source(source, is_index=is_index), tuple(_row(row, units or {}, known) for row in rows))
        for source, rows in groups
    )


def protection(values: Sequence[ProfileFigure]) -> str:
    """Why some values are not shown; empty where all are."""
    if not any(value.withheld for value in values):
        return ""
    return _(
        "Protected: the value would reveal a group of fewer than six people, here or in a neighbouring territory."
    )


def _census_first(value: ProfileFigure) -> tuple[bool, str]:
    return value.source != "census", value.source


def _source(source: str, *, is_index: bool) -> str:
    if is_index:
        return _("Source: {name}").format(name=source)
    if source == "census":
        return _("Children in the census")
    return _("Register: {name}").format(name=source.replace("_", " "))


def _about(value: ProfileFigure) -> tuple[str, str, int | None]:
    return value.source, value.name, value.year


def _row(
    value: ProfileFigure,
    units: Mapping[str, str],
    above: Sequence[Mapping[tuple[str, str, int | None], ProfileFigure]],
) -> ProfileRow:
    unit = value.unit
    share = value.value if unit == "proportion" else None
    return ProfileRow(
        label=in_language(value.labels) or value.name,
        value=_shown(value),
        unit="" if unit in ("proportion", "count") else units.get(value.name, unit),
        year=str(value.year or ""),
        share=share,
        above=tuple(_compared(upper.get(_about(value))) for upper in above),
    )


def _shown(value: ProfileFigure) -> str:
    return _("protected") if value.withheld else _value(value.value, value.unit)


def _compared(value: ProfileFigure | None) -> str:
    return "" if value is None or (value.value is None and not value.withheld) else _shown(value)


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return _("not known")
    if unit == "proportion":
        return numbers.rate(value)
    if unit == "count":
        return numbers.count(value)
    return numbers.decimal(value, 0 if value == int(value) else 1)
