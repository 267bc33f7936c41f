"""Every territory of a release as a list: departments with their municipalities."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from almenara.observatory import queries as own
from almenara.observatory.presenters.figures import risk_text
from almenara.places.models import Level
from almenara.risk import queries
from almenara.risk.models import Release
from almenara.risk.queries import Figures


@dataclass(frozen=True)
class Leaf:
    code: str
    name: str
    risk: str


@dataclass(frozen=True)
class Branch:
    """A department and its municipalities; the code is empty where these hang from the country itself."""

    code: str
    name: str
    risk: str
    leaves: tuple[Leaf, ...]


def tree(release: Release) -> tuple[Branch, ...]:
    """In the alphabetical order of the reader's language."""
    below: dict[str, list[Leaf]] = defaultdict(list)
    for area in queries.estimates(release, order="name"):
        below[area.place.parent_code or ""].append(_leaf(area))
    departments = queries.estimates(release, level=Level.DEPARTMENT, order="name")
    branches = [_branch(department, below.pop(department.place.code, [])) for department in departments]
    rest = [leaf for leaves in below.values() for leaf in leaves]
    return (*branches, Branch("", "", "", tuple(rest))) if rest else tuple(branches)


def unestimated(release: Release) -> tuple[Leaf, ...]:
    """Municipalities that the release has no value for."""
    return tuple(Leaf(place.code, place.name, "") for place in own.without_estimate(release))


def _leaf(area: Figures) -> Leaf:
    return Leaf(area.place.code, area.place.name, risk_text(area))


def _branch(department: Figures, leaves: list[Leaf]) -> Branch:
    return Branch(department.place.code, department.place.name, risk_text(department), tuple(leaves))
