"""Lists of a release's municipalities: narrowed, in order, a part at a time, and added up by the database.

A withheld value stands last, and in no list of a class or of spots: its place would tell what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, Q, QuerySet, Sum, When

from almenara.places.models import Level
from almenara.places.names import folded
from almenara.risk.models import Estimate, Release
from almenara.risk.queries import Figures, figures_of, ordering

WITHHELD = Q(reliability="withheld")


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to, and its order, as queries.ordering takes it; empty: no limit.

    department: a code; spot: a value of models.Spot; text: a code, or what words of the name begin with.
    """

    department: str = ""
    risk_class: int | None = None
    spot: str = ""
    area_type: int | None = None
    text: str = ""
    order: str = "rank"
    descending: bool = False


@dataclass(frozen=True)
class Totals:
    """Of a whole list. Children, and working children expected (0 in an index): where no value is withheld."""

    areas: int
    children: float
    expected: float


@dataclass(frozen=True)
class Part:
    """Rows that follow each other; start: the place of the first in the whole list, from 0."""

    rows: tuple[Figures, ...]
    start: int


def whole(shown: Release, wanted: Wanted) -> list[Figures]:
    return list(figures_of(_ordered(shown, wanted)))


def totals(shown: Release, wanted: Wanted) -> Totals:
    found = _narrowed(shown, wanted).aggregate(
        areas=Count("pk"),
        children=Sum("children", filter=~WITHHELD, default=0.0),
        expected=Sum("expected", filter=~WITHHELD, default=0.0),
    )
    return Totals(**found)


def part(
    shown: Release, wanted: Wanted, size: int, *, after: str | None = None, before: str | None = None
) -> Part:
    """The rows next to the municipality of the code; the first ones without it, and where the list has no such."""
    rows = _ordered(shown, wanted)
    start = _start(rows, size, after, before) if after or before else 0
    return Part(tuple(figures_of(rows[start : start + size])), start)


def _start(rows: QuerySet[Estimate], size: int, after: str | None, before: str | None) -> int:
    codes = list(rows.values_list("territory__code", flat=True))
    if after in codes[:-1]:
        return codes.index(after) + 1
    if before in codes:
        return max(codes.index(before) - size, 0)
    return 0


def _ordered(shown: Release, wanted: Wanted) -> QuerySet[Estimate]:
    last = Case(When(WITHHELD, then=1), default=0)
    return _narrowed(shown, wanted).order_by(last, *ordering(wanted.order, descending=wanted.descending))


def _narrowed(shown: Release, wanted: Wanted) -> QuerySet[Estimate]:
    equal = {
        "territory__listed_in__code": wanted.department,
        "risk_class": wanted.risk_class,
        "spot": wanted.spot,
        "area_type": wanted.area_type,
    }
    limits = {column: value for column, value in equal.items() if value}
    rows = Estimate.objects.filter(release=shown, level=Level.MUNICIPALITY, **limits)
    if wanted.risk_class or wanted.spot:
        rows = rows.exclude(WITHHELD)
    return rows.filter(_named(wanted.text)) if wanted.text.strip() else rows


def _named(text: str) -> Q:
    found = Q(territory__code=text.strip())
    words = folded(text)
    if not words:
        return found
    return (
        found | Q(territory__search_name__startswith=words) | Q(territory__search_name__contains=f" {words}")
    )
