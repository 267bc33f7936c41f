"""An estimate as text: one place decides what a withheld value looks like."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.risk.queries import Figures

UNRELIABLE, WITHHELD = "C", "withheld"


@dataclass(frozen=True)
class FigureTexts:
    """risk, interval, expected and rank read "withheld" where the release withholds the value."""

    risk: str
    interval: str
    children: str
    expected: str
    rank: str
    rank_interval: str
    withheld: bool
    unreliable: bool


def is_withheld(estimate: Figures) -> bool:
    return estimate.reliability == WITHHELD


def risk_text(estimate: Figures) -> str:
    return _("withheld") if is_withheld(estimate) else numbers.rate(estimate.risk)


def figure_texts(estimate: Figures) -> FigureTexts:
    withheld = is_withheld(estimate)
    hidden = _("withheld")
    return FigureTexts(
        risk=risk_text(estimate),
        interval=hidden if withheld else interval(estimate),
        children=numbers.count(estimate.children),
        expected=hidden if withheld else numbers.count(estimate.expected),
        rank=hidden if withheld else numbers.count(estimate.rank) if estimate.rank else "",
        rank_interval="" if withheld else rank_interval(estimate),
        withheld=withheld,
        unreliable=estimate.reliability == UNRELIABLE,
    )


def interval(estimate: Figures) -> str:
    return "" if estimate.interval_kind == "none" else numbers.interval(estimate.ci_low, estimate.ci_high)


def rank_interval(estimate: Figures) -> str:
    if estimate.rank_low is None or estimate.rank_high is None:
        return ""
    return _("between {best} and {worst}").format(
        best=numbers.count(estimate.rank_low), worst=numbers.count(estimate.rank_high)
    )
