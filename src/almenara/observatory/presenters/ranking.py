"""Lists of municipalities: filters from the address, one page of rows, and the links that change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.observatory.presenters.classes import Legend, RiskClass
from almenara.observatory.presenters.figures import FigureTexts, figure_texts, is_withheld
from almenara.places.models import Level
from almenara.risk import queries
from almenara.risk.models import Release
from almenara.risk.queries import Figures

PAGE = 25
COLUMNS = ("rank", "name", "children", "expected")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to, and its order; empty: no limit. sort: a column of COLUMNS, "-" turns it round."""

    department: str = ""
    risk_class: int | None = None
    name: str = ""
    sort: str = "rank"
    release: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        query = {
            key: value.replace("\0", "") for key, value in query.items()
        }  # PostgreSQL's text knows no NUL
        number, sort = query.get("class", ""), query.get("sort", "rank")
        return cls(
            department=query.get("department", ""),
            risk_class=int(number) if number.isascii() and number.isdigit() and len(number) < 4 else None,
            name=query.get("q", "").strip()[:100],
            sort=sort if sort.removeprefix("-") in COLUMNS else "rank",
            release=query.get("release", ""),
        )

    def __bool__(self) -> bool:
        return bool(self.department or self.risk_class or self.name)

    def address(self, **changes: object) -> str:
        """These filters as a query ("?…"), some of them changed."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "release": wanted.release,
            "department": wanted.department,
            "class": wanted.risk_class or "",
            "q": wanted.name,
            "sort": "" if wanted.sort == "rank" else wanted.sort,
        }
        return "?" + urlencode({key: value for key, value in pairs.items() if value})


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    department_code: str
    department_name: str
    figures: FigureTexts
    risk_class: RiskClass | None


@dataclass(frozen=True)
class Heading:
    """A column that sorts: its address, and "ascending", "descending" or "" for aria-sort."""

    key: str
    label: str
    address: str
    direction: str
    numeric: bool


@dataclass(frozen=True)
class Ranking:
    filters: Filters
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    summary: str
    page: str
    previous: str
    next: str
    query: str


def select(release: Release, filters: Filters) -> list[Figures]:
    """Every municipality that passes the filters, in order; withheld values last and in no class."""
    rows = queries.estimates(
        release,
        parent=filters.department or None,
        risk_class=filters.risk_class,
        text=filters.name,
        order=filters.sort.removeprefix("-"),
        descending=filters.sort.startswith("-"),
    )
    if filters.risk_class:
        rows = tuple(row for row in rows if not is_withheld(row))
    return sorted(rows, key=is_withheld)


def ranking(release: Release, filters: Filters, page: str | None, legend: Legend) -> Ranking:
    selected = select(release, filters)
    shown = Paginator(selected, PAGE).get_page(page)
    return Ranking(
        filters=filters,
        headings=_headings(filters),
        rows=tuple(row(item, legend) for item in shown.object_list),
        summary=_summary(selected),
        page=_("Page {number} of {total}").format(
            number=numbers.count(shown.number), total=numbers.count(shown.paginator.num_pages)
        ),
        previous=_page(filters, shown.previous_page_number()) if shown.has_previous() else "",
        next=_page(filters, shown.next_page_number()) if shown.has_next() else "",
        query=filters.address(),
    )


def row(area: Figures, legend: Legend) -> Row:
    in_department = area.place.parent_code not in (None, area.place.country)
    return Row(
        code=area.place.code,
        name=area.place.name,
        department_code=(area.place.parent_code or "") if in_department else "",
        department_name=(area.place.parent_name or "") if in_department else "",
        figures=figure_texts(area),
        risk_class=None if is_withheld(area) else legend.find(area.risk_class),
    )


def department_choices(release: Release) -> list[tuple[str, str]]:
    """Code and name of the country's departments, in alphabetical order."""
    departments = queries.estimates(release, level=Level.DEPARTMENT, order="name")
    return [(department.place.code, department.place.name) for department in departments]


def _summary(rows: Sequence[Figures]) -> str:
    visible = [area for area in rows if not is_withheld(area)]
    return ngettext(
        "{count} municipality with {children} children, of whom {expected} are expected to be in this situation",
        "{count} municipalities with {children} children, of whom {expected} are expected to be in this situation",
        len(rows),
    ).format(
        count=numbers.count(len(rows)),
        children=numbers.count(sum(area.children for area in visible)),
        expected=numbers.count(sum(area.expected for area in visible)),
    )


def _headings(filters: Filters) -> tuple[Heading, ...]:
    labels = (_("Rank"), _("Municipality"), _("Children"), _("Working children expected"))
    return tuple(_heading(key, label, filters) for key, label in zip(COLUMNS, labels, strict=True))


def _heading(key: str, label: str, filters: Filters) -> Heading:
    current = filters.sort.removeprefix("-") == key
    descending = filters.sort.startswith("-")
    largest_first = key in ("children", "expected")
    turned = f"-{key}" if (not descending if current else largest_first) else key
    direction = ("descending" if descending else "ascending") if current else ""
    return Heading(key, label, filters.address(sort=turned), direction, key != "name")


def _page(filters: Filters, number: int) -> str:
    address = filters.address()
    return f"{address}{'' if address == '?' else '&'}page={number}"
