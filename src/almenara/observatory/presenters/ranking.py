"""Lists of municipalities: filters from the address, one page of rows, and the links that change them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.design.pieces import Chip
from almenara.observatory.presenters import layers
from almenara.observatory.presenters.classes import Legend, RiskClass
from almenara.observatory.presenters.figures import FigureTexts, figure_texts, is_withheld
from almenara.observatory.presenters.layers import Layer
from almenara.places.models import Level
from almenara.risk import lists, queries
from almenara.risk.models import Release, Spot
from almenara.risk.queries import Figures

PAGE = 25
LIVE = "live"
COLUMNS = ("rank", "name", "children", "expected")
Departments = list[tuple[str, str]]  # code and name of each


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to, and its order; empty: no limit. sort: a column of COLUMNS, "-" turns it round.

    layer: what is shown beside the values, a name of layers.NAMES; spot and type narrow to some of it. view: LIVE where
    the map that can be moved is open.
    """

    department: str = ""
    risk_class: int | None = None
    name: str = ""
    sort: str = "rank"
    release: str = ""
    layer: str = ""
    spot: str = ""
    type: int | None = None
    view: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        query = {
            key: value.replace("\0", "") for key, value in query.items()
        }  # PostgreSQL's text knows no NUL
        sort, layer, spot = query.get("sort", "rank"), query.get("layer", ""), query.get("spot", "")
        return cls(
            department=query.get("department", ""),
            risk_class=_number(query.get("class", "")),
            name=query.get("q", "").strip()[:100],
            sort=sort if sort.removeprefix("-") in COLUMNS else "rank",
            release=query.get("release", ""),
            layer=layer if layer in layers.NAMES else "",
            spot=spot if spot in Spot.values else "",
            type=_number(query.get("type", "")),
            view=LIVE if query.get("view") == LIVE else "",
        )

    def __bool__(self) -> bool:
        return bool(self.department or self.risk_class or self.name or self.spot or self.type)

    @property
    def chosen(self) -> str:
        """The line of the layer's legend that the list is narrowed to."""
        return {layers.SPOTS: self.spot, layers.TYPES: str(self.type or "")}.get(self.layer, "")

    def shown_in(self, layer: Layer | None) -> str:
        """The line of the map's legend that the list is narrowed to; layer: None for the classes."""
        return self.chosen if layer else str(self.risk_class or "")

    def address(self, **changes: object) -> str:
        """These filters as a query ("?…"), some of them changed."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "release": wanted.release,
            "department": wanted.department,
            "class": wanted.risk_class or "",
            "q": wanted.name,
            "layer": wanted.layer,
            "spot": wanted.spot,
            "type": wanted.type or "",
            "sort": "" if wanted.sort == "rank" else wanted.sort,
            "view": wanted.view,
        }
        return "?" + urlencode({key: value for key, value in pairs.items() if value})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    department_code: str
    department_name: str
    figures: FigureTexts
    risk_class: RiskClass | None
    word: str = ""  # of the layer


@dataclass(frozen=True)
class Ranking:
    """before, after: codes with which the neighbouring pages are asked for, None where there is none."""

    filters: Filters
    rows: tuple[Row, ...]
    chips: tuple[Chip, ...]
    summary: str
    position: str
    before: str | None
    after: str | None
    query: str


def select(release: Release, filters: Filters) -> list[Figures]:
    """Every municipality that passes the filters, in order; withheld values last and in no class."""
    return lists.whole(release, _wanted(filters))


def _wanted(filters: Filters) -> lists.Wanted:
    return lists.Wanted(
        department=filters.department,
        risk_class=filters.risk_class,
        spot=filters.spot,
        area_type=filters.type,
        text=filters.name,
        order=filters.sort.removeprefix("-"),
        descending=filters.sort.startswith("-"),
    )


def ranking(
    release: Release,
    filters: Filters,
    query: Mapping[str, str],
    legend: Legend,
    departments: Departments,
    layer: Layer | None = None,
) -> Ranking:
    """query: says by `after` or `before` next to which municipality's code the page stands; unknown: the first."""
    wanted = _wanted(filters)
    totals = lists.totals(release, wanted)
    shown = lists.part(release, wanted, PAGE, after=query.get("after"), before=query.get("before"))
    end = shown.start + len(shown.rows)
    return Ranking(
        filters=filters,
        rows=tuple(row(item, legend, layer) for item in shown.rows),
        chips=tuple(_chips(filters, legend, departments, layer)),
        summary=_summary(totals, is_index=release.is_index),
        position=_("{first} to {last} of {total}").format(
            first=numbers.count(shown.start + 1), last=numbers.count(end), total=numbers.count(totals.areas)
        )
        if shown.rows
        else "",
        before=shown.rows[0].place.code if shown.start else None,
        after=shown.rows[-1].place.code if end < totals.areas else None,
        query=filters.address(),
    )


def _chips(filters: Filters, legend: Legend, departments: Departments, layer: Layer | None) -> Iterator[Chip]:
    """What the list is narrowed to, in words, each with the parameter that does it."""
    if filters.department:
        yield Chip(dict(departments).get(filters.department, filters.department), "department")
    if filters.risk_class:
        found = legend.find(filters.risk_class)
        yield Chip(found.name if found else numbers.count(filters.risk_class), "class")
    item = layer.find(filters.chosen) if layer else None
    if layer and item:
        yield Chip(item.name, layer.parameter)
    if filters.name:
        yield Chip(_("Begins with “{text}”").format(text=filters.name), "q")


def row(area: Figures, legend: Legend, layer: Layer | None = None) -> Row:
    in_department = area.place.parent_code not in (None, area.place.country)
    return Row(
        code=area.place.code,
        name=area.place.name,
        department_code=(area.place.parent_code or "") if in_department else "",
        department_name=(area.place.parent_name or "") if in_department else "",
        figures=figure_texts(area),
        risk_class=None if is_withheld(area) else legend.find(area.risk_class),
        word=layers.word(area, layer) if layer else "",
    )


def department_choices(release: Release) -> Departments:
    """Code and name of the country's departments, in alphabetical order."""
    departments = queries.estimates(release, level=Level.DEPARTMENT, order="name")
    return [(department.place.code, department.place.name) for department in departments]


def _summary(totals: lists.Totals, *, is_index: bool) -> str:
    said = {
        "count": numbers.count(totals.areas),
        "children": numbers.count(totals.children),
        "expected": numbers.count(totals.expected),
    }
    if is_index:
        return ngettext(
            "{count} municipality with {children} children",
            "{count} municipalities with {children} children",
            totals.areas,
        ).format(**said)
    return ngettext(
        "{count} municipality with {children} children, of whom {expected} are expected to be in this situation",
        "{count} municipalities with {children} children, of whom {expected} are expected to be in this situation",
        totals.areas,
    ).format(**said)
