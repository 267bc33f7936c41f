"""Columns of the open data: name, unit and meaning, in one place for files, pages and workbook.

Only what may be public stands here: a file has these columns and no others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from almenara.observatory.presenters.figures import is_withheld
from almenara.risk.models import Release
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
_POINTS = _("points, 1 to 100")
_CHILDREN = _("children")
_TEXT = _("text")
_PROBABILITY = _("probability")
_POSITION = _("position, 1 = highest risk")
_PLACE = _("position, 1 = highest vulnerability")

_WHO = (
    Column("code", _TEXT, _("Code of the municipality"), lambda a: a.place.code),
    Column("name", _TEXT, _("Name of the municipality"), lambda a: a.place.name),
    Column(
        "parent_code", _TEXT, _("Code of the department, or of the country"), lambda a: a.place.parent_code
    ),
    Column(
        "parent_name", _TEXT, _("Name of the department, or of the country"), lambda a: a.place.parent_name
    ),
)
_KIND = Column("interval_kind", _TEXT, _("What the interval holds; see the sentence given with the file"),
               lambda a: a.interval_kind)  # fmt: skip
_HOW_MANY = (
    Column("children", _CHILDREN, _("Children of the outcome's ages"), lambda a: a.children, False, 1),
    Column("children_year", _("year"), _("Year the number of children refers to"), lambda a: a.children_year),
    Column("children_source", _TEXT, _("Where the number of children comes from: census or projection"),
           lambda a: a.children_source),
)  # fmt: skip
_RATE = (
    Column(
        "risk", _PROPORTION, _("Modelled probability of the outcome among its children"), lambda a: a.risk, True, 6
    ),
    Column("ci_low", _PROPORTION, _("Lower end of the interval (95%)"), lambda a: a.ci_low, True, 6),
    Column("ci_high", _PROPORTION, _("Upper end of the interval (95%)"), lambda a: a.ci_high, True, 6),
    _KIND,
    Column("class", _("number, 1 = lowest"), _("Class of risk on the map"), lambda a: a.risk_class, True),
    Column("rank", _POSITION, _("Rank by risk among the municipalities of the country"), lambda a: a.rank, True),
    Column("rank_low", _POSITION, _("Best rank of the interval (95%); empty until it is computed"),
           lambda a: a.rank_low, True),
    Column("rank_high", _POSITION, _("Worst rank of the interval (95%); empty until it is computed"),
           lambda a: a.rank_high, True),
    Column("cv", _("ratio"), _("Coefficient of variation of the risk; empty until it is computed"),
           lambda a: a.cv, True, 6),
    Column("reliability", _("letter"), _("Reliability of the value (A, B, C or withheld); empty until it is computed"),
           lambda a: a.reliability),
)  # fmt: skip
_EXPECTED = Column("expected", _CHILDREN, _("Expected number of children in the outcome: risk times children"),
                   lambda a: a.expected, True, 1)  # fmt: skip
_SCORE = (
    Column("score", _POINTS, _("Score of the index; more is worse. It is no share of children."),
           lambda a: 100 * a.risk, True, 4),
    Column("score_low", _POINTS, _("Lower end of the interval (95%)"), lambda a: _points(a.ci_low), True, 4),
    Column("score_high", _POINTS, _("Upper end of the interval (95%)"), lambda a: _points(a.ci_high), True, 4),
    _KIND,
    Column("class", _("number, 1 = lowest"), _("Class of vulnerability on the map"), lambda a: a.risk_class, True),
    Column("rank", _PLACE, _("Rank by score among the municipalities of the country"), lambda a: a.rank, True),
    Column("rank_low", _PLACE, _("Best rank of the interval (95%)"), lambda a: a.rank_low, True),
    Column("rank_high", _PLACE, _("Worst rank of the interval (95%)"), lambda a: a.rank_high, True),
)  # fmt: skip
_SPOTS = (
    Column("spot", _TEXT, _("hot, cold or none: whether it and its neighbours stand out together"),
           lambda a: a.spot, True),
    Column("spot_p_adjusted", _PROBABILITY, _("False discovery rate of that; empty without neighbours"),
           lambda a: a.p_adjusted, True, 6),
    Column("spot_share_hot", _PROBABILITY, _("Share of the draws in which it is a hot spot; empty without draws"),
           lambda a: a.share_hot, True, 4),
)  # fmt: skip
_TYPE = Column("type", _("number, 1 = lowest mean"), _("Type of territory"), lambda a: a.area_type)


def columns(release: Release) -> tuple[Column, ...]:
    """Of a release's files: those of its measure, then those of what it has besides."""
    own = (*_SCORE, *_HOW_MANY) if release.is_index else (*_RATE, *_HOW_MANY, _EXPECTED)
    has_draws = bool(release.manifest.get("replicates"))
    drawn = (_top(release), *_probabilities(len(release.classes["classes"]))) if has_draws else ()
    spots = _SPOTS if release.diagnostics.get("moran") else ()
    types = (_TYPE,) if release.diagnostics.get("types") else ()
    return (*_WHO, *own, *drawn, *spots, *types)


def _top(release: Release) -> Column:
    part = release.diagnostics.get("index" if release.is_index else "uncertainty") or {}
    meaning = gettext("Probability of being among the {count} highest").format(count=part.get("top", ""))
    return Column("p_top", _PROBABILITY, meaning, lambda a: a.p_top, True, 4)


def _probabilities(classes: int) -> tuple[Column, ...]:
    meaning = _("Probability of being in the class of this number")
    return tuple(
        Column(f"p_{number}", _PROBABILITY, meaning, _of_class(number), True, 4)
        for number in range(1, classes + 1)
    )


def _of_class(number: int) -> Callable[[Figures], Value]:
    def probability(area: Figures) -> Value:
        return area.class_probabilities[number - 1] if area.class_probabilities else None

    return probability


def _points(value: float | None) -> float | None:
    return None if value is None else 100 * value
