"""Columns of the open data: name, unit and meaning, in one place for files, pages and workbook.

Only what may be public stands here: a file has these columns and no others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from almenara.observatory.presenters.figures import is_withheld
from almenara.risk.queries import Figures

Value = str | int | float | None


@dataclass(frozen=True)
class Column:
    name: str
    unit: str | Promise
    meaning: str | Promise
    value: Callable[[Figures], Value]
    withheld: bool = False  # empty where the release withholds the value
    digits: int | None = None


def cell(column: Column, area: Figures) -> Value:
    if column.withheld and is_withheld(area):
        return None
    value = column.value(area)
    return round(value, column.digits) if isinstance(value, float) and column.digits is not None else value


_PROPORTION = _("proportion")
_CHILDREN = _("children")
_TEXT = _("text")
_POSITION = _("position, 1 = highest risk")

COLUMNS = (
    Column("code", _TEXT, _("Code of the municipality"), lambda a: a.place.code),
    Column("name", _TEXT, _("Name of the municipality"), lambda a: a.place.name),
    Column("parent_code", _TEXT, _("Code of the department, or of the country"), lambda a: a.place.parent_code),
    Column("parent_name", _TEXT, _("Name of the department, or of the country"), lambda a: a.place.parent_name),
    Column(
        "risk", _PROPORTION, _("Modelled probability of the outcome among its children"), lambda a: a.risk, True, 6
    ),
    Column("ci_low", _PROPORTION, _("Lower end of the interval (95%)"), lambda a: a.ci_low, True, 6),
    Column("ci_high", _PROPORTION, _("Upper end of the interval (95%)"), lambda a: a.ci_high, True, 6),
    Column(
        "interval_kind", _TEXT, _("What the interval holds; see the sentence given with the file"),
        lambda a: a.interval_kind,
    ),
    Column("class", _("number, 1 = lowest"), _("Class of risk on the map"), lambda a: a.risk_class, True),
    Column("rank", _POSITION, _("Rank by risk among the municipalities of the country"), lambda a: a.rank, True),
    Column("rank_low", _POSITION, _("Best rank of the interval (95%); empty until it is computed"),
           lambda a: a.rank_low, True),
    Column("rank_high", _POSITION, _("Worst rank of the interval (95%); empty until it is computed"),
           lambda a: a.rank_high, True),
    Column("reliability", _("letter"), _("Reliability of the value (A, B, C or withheld); empty until it is computed"),
           lambda a: a.reliability),
    Column("children", _CHILDREN, _("Children of the outcome's ages"), lambda a: a.children, False, 1),
    Column("children_year", _("year"), _("Year the number of children refers to"), lambda a: a.children_year),
    Column("children_source", _TEXT, _("Where the number of children comes from: census or projection"),
           lambda a: a.children_source),
    Column("expected", _CHILDREN, _("Expected number of children in the outcome: risk times children"),
           lambda a: a.expected, True, 1),
)  # fmt: skip
