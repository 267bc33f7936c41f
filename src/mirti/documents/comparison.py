"""comparison.json: what changed between two releases, and what it rests on."""

from __future__ import annotations

from typing import Literal

from mirti.declarations import Label
from mirti.documents.base import Document, Finite
from mirti.documents.manifest import IntervalKind

Verdict = Literal["up", "down", "none"]


class ComparedRelease(Document):
    release_id: str
    title: Label
    survey_year: int | None
    census_year: int | None
    children_year: int
    interval_kind: IntervalKind


class Remark(Document):
    """What to know before using the comparison. key: which sentence; text: it in English; items: what it names."""

    key: str
    text: str
    items: tuple[str, ...] = ()


class TerritoryChange(Document):
    """A territory's rates, their difference with its 95 % interval, and whether it is more than chance.

    p_adjusted: false discovery rate among the territories of its level; p_up: share of the draws in which the rate
    rose; verdict: up or down where p_adjusted is within the limit. All five None without replicates of both releases.
    """

    code: str
    name: str
    earlier: float
    later: float
    difference: float
    low: Finite
    high: Finite
    p_value: Finite
    p_adjusted: Finite
    p_up: Finite
    verdict: Verdict | None


class TransitionRow(Document):
    """Areas that were in one class and are in another, both cut at the earlier release's breaks, and their children."""

    before: int
    after: int
    areas: int
    children_before: float
    children_after: float


class ComparisonRecord(Document):
    """judged: whether intervals and p-values are given. accepted: why what differs was compared all the same.

    shared: roles of the inputs that are the same file in both. compared: areas of both; appeared, disappeared: codes of
    areas that only the later, only the earlier has. up, down: areas by verdict.
    """

    earlier: ComparedRelease
    later: ComparedRelease
    country: str
    outcome: Label
    ages: tuple[int, int]
    accepted: str | None
    judged: bool
    false_discovery: float
    shared: tuple[str, ...]
    remarks: tuple[Remark, ...]
    compared: int
    up: int
    down: int
    appeared: tuple[str, ...]
    disappeared: tuple[str, ...]
    nation: TerritoryChange
    departments: tuple[TerritoryChange, ...]
    breaks: tuple[float, ...]
    transitions: tuple[TransitionRow, ...]
