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
    label: str
    value: str
    unit: str
    year: str
    share: float | None  # for a bar: proportions only


@dataclass(frozen=True)
class ProfileGroup:
    source: str
    rows: tuple[ProfileRow, ...]


def profile(
    values: Sequence[ProfileFigure], *, is_index: bool = False, units: Mapping[str, str] | None = None
) -> tuple[ProfileGroup, ...]:
    """is_index: the values are an index's indicators, whose sources are named in full. units: by variable, in words."""
    groups = groupby(sorted(values, key=_census_first), key=lambda value: value.source)
    return tuple(
        ProfileGroup(_source(source, is_index=is_index), tuple(_row(row, units or {}) for row in rows))
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


def _row(value: ProfileFigure, units: Mapping[str, str]) -> ProfileRow:
    unit = value.unit
    share = value.value if unit == "proportion" else None
    return ProfileRow(
        label=in_language(value.labels) or value.name,
        value=_("protected") if value.withheld else _value(value.value, unit),
        unit="" if unit in ("proportion", "count") else units.get(value.name, unit),
        year=str(value.year or ""),
        share=share,
    )


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return _("not known")
    if unit == "proportion":
        return numbers.rate(value)
    if unit == "count":
        return numbers.count(value)
    return numbers.decimal(value, 0 if value == int(value) else 1)
