"""Names, codes and days of a territory as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.common.languages import language_name
from almenara.places import queries as places
from almenara.places.models import NameKind, Territory, TerritoryCode, TerritoryName

OWN = "own"


@dataclass(frozen=True)
class Span:
    """What a territory was called or coded, from when until when. kind: of a name; of a code its system.

    language: its name in the reader's language; tag: what a browser and a screen reader are told of it.
    """

    text: str
    kind: str
    begins: str
    ends: str
    source: str
    language: str = ""
    tag: str = ""


def names(place: Territory, others: Iterable[TerritoryName]) -> tuple[Span, ...]:
    """The official one first."""
    return (_own(place, place.name, _("Official name")), *(_name(place, other) for other in others))


def codes(place: Territory) -> tuple[Span, ...]:
    """The one in force first."""
    own = _own(place, place.code, _("This site and its releases"))
    return (own, *(_code(place, other) for other in places.other_codes(place)))


def _own(place: Territory, text: str, kind: str) -> Span:
    return Span(text, kind, _not_known(None), _in_force(place.valid_to), place.source)


def _name(place: Territory, other: TerritoryName) -> Span:
    is_former = other.kind == NameKind.FORMER
    return Span(
        other.name,
        _kind(other.kind),
        _not_known(other.valid_from),
        _not_known(other.valid_to) if is_former else _in_force(other.valid_to or place.valid_to),
        other.source,
        language_name(other.language),
        other.language,
    )


def _code(place: Territory, other: TerritoryCode) -> Span:
    return Span(
        other.code,
        _scheme(other.scheme),
        _not_known(other.valid_from),
        _in_force(other.valid_to or place.valid_to),
        other.source,
    )


def _kind(kind: str) -> str:
    return {
        NameKind.FORMER.value: _("Former name"),
        NameKind.ALTERNATE.value: _("Other name"),
        NameKind.ABBREVIATION.value: _("Abbreviation"),
    }[kind]


def _scheme(scheme: str) -> str:
    known = {OWN: _("This site and its releases, formerly"), "iso3166-numeric": "ISO 3166-1 numeric"}
    known |= {f"iso3166-alpha{digits}": f"ISO 3166-1 alpha-{digits}" for digits in (2, 3)}
    return known.get(scheme, scheme)


def _not_known(day: date | None) -> str:
    return numbers.long_date(day) if day else _("not known")


def _in_force(day: date | None) -> str:
    return numbers.long_date(day) if day else _("in force")
