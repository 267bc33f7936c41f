"""An estimate as text: one place decides what a withheld value looks like."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.observatory.presenters import measure
from almenara.risk.queries import Figures

UNRELIABLE, WITHHELD = "C", "withheld"


@dataclass(frozen=True)
class FigureTexts:
    """risk, interval, expected and rank read "withheld" where the release withholds the value.

    expected is empty in an index, which counts no working children.
    """

    risk: str
    interval: str
    children: str
    expected: str
    rank: str
    withheld: bool
    unreliable: bool


def is_withheld(estimate: Figures) -> bool:
    return estimate.reliability == WITHHELD


def risk_text(estimate: Figures) -> str:
    return (
        _("withheld") if is_withheld(estimate) else measure.value(estimate.risk, is_index=estimate.is_index)
    )


def figure_texts(estimate: Figures) -> FigureTexts:
    withheld = is_withheld(estimate)
    hidden = _("withheld")
    return FigureTexts(
        risk=risk_text(estimate),
        interval=hidden if withheld else interval(estimate),
        children=numbers.count(estimate.children),
        expected=hidden if withheld else expected(estimate),
        rank=hidden if withheld else numbers.count(estimate.rank) if estimate.rank else "",
        withheld=withheld,
        unreliable=estimate.reliability == UNRELIABLE,
    )


def interval(estimate: Figures) -> str:
    ends = ends_of(estimate)
    return measure.interval(*ends, is_index=estimate.is_index) if ends else ""


def ends_of(estimate: Figures) -> tuple[float, float] | None:
    """Of the interval, where there is one."""
    if estimate.ci_low is None or estimate.ci_high is None:
        return None
    return estimate.ci_low, estimate.ci_high


def expected(estimate: Figures) -> str:
    return "" if estimate.expected is None else numbers.count(estimate.expected)
