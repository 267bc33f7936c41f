"""Names, codes and days of a territory as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel import Locale
from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.places import queries as places
from almenara.places.models import NameKind, Territory, TerritoryName

OWN = "own"


@dataclass(frozen=True)
class NameRow:
    """language: its name in the reader's language; tag: what a browser and a screen reader are told of it."""

    name: str
    kind: str
    language: str
    tag: str
    begins: str
    ends: str
    source: str


@dataclass(frozen=True)
class CodeRow:
    code: str
    scheme: str
    begins: str
    ends: str
    source: str


def names(place: Territory, others: Iterable[TerritoryName]) -> tuple[NameRow, ...]:
    """The official one first."""
    own = NameRow(place.name, _("Official name"), "", "", _not_known(None), _in_force(None), place.source)
    return (own, *(_name(other) for other in others))


def _name(other: TerritoryName) -> NameRow:
    is_former = other.kind == NameKind.FORMER
    return NameRow(
        other.name,
        _kind(other.kind),
        language_name(other.language),
        other.language,
        _not_known(other.valid_from),
        _not_known(other.valid_to) if is_former else _in_force(other.valid_to),
        other.source,
    )


def codes(place: Territory) -> tuple[CodeRow, ...]:
    """The one in force first."""
    own = CodeRow(
        place.code, _("This site and its releases"), _not_known(None), _in_force(None), place.source
    )
    return (
        own,
        *(
            CodeRow(
                other.code,
                _scheme(other.scheme),
                _not_known(other.valid_from),
                _in_force(other.valid_to),
                other.source,
            )
            for other in places.other_codes(place)
        ),
    )


def language_name(tag: str) -> str:
    """In the reader's language where CLDR knows it; else the tag."""
    known = Locale.parse(numbers.locale()).languages
    return str(known.get(tag, known.get(tag.partition("-")[0], tag)))


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
