"""Every territory of a release as a list: departments with their municipalities, one by one where these are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from almenara.observatory import queries as own
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.figures import risk_text
from almenara.places.models import Level, Territory
from almenara.risk import queries
from almenara.risk.models import Release
from almenara.risk.queries import Figures

MOST = 1000  # municipalities that a page lists: some 25 KB as they travel


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


@dataclass(frozen=True)
class Choice:
    """A department, or at last the country for what hangs from it. size: its municipalities, in words."""

    code: str
    name: str
    size: str


@dataclass(frozen=True)
class Tree:
    """unestimated: municipalities that the release has no value for. choices: departments to choose from.

    chosen: the code of the one that was; cut: of one of which only the first municipalities are listed.
    """

    branches: tuple[Branch, ...] = ()
    unestimated: tuple[Leaf, ...] = ()
    choices: tuple[Choice, ...] = ()
    chosen: str = ""
    cut: str = ""


def tree(release: Release, department: str = "") -> Tree:
    """In the alphabetical order of the reader's language. department: a code, which a small country does without."""
    held = own.held(release)
    if sum(size for _code, _name, size in held) <= MOST:
        return Tree(_branches(release), tuple(_without(own.without_estimate(release))))
    sizes = {code: size for code, _name, size in held}
    department = department if department in sizes else ""
    if len(sizes) > 1 and not department:
        return Tree(choices=tuple(_choices(release, held)))
    code = department or held[0][0]
    listed = _listed(release, code)
    return replace(listed, chosen=department, cut=code if sizes[code] > MOST else "")


def _choices(release: Release, held: Iterable[tuple[str, str, int]]) -> Iterator[Choice]:
    country = release.country.code
    for code, name, size in sorted(held, key=lambda row: row[0] == country):
        shown = wording.country_name(release) if code == country else name
        yield Choice(code, shown, wording.territories(size))


def _listed(release: Release, code: str) -> Tree:
    departments = queries.estimates(release, level=Level.DEPARTMENT)
    found = [department for department in departments if department.place.code == code]
    leaves = tuple(map(_leaf, islice(queries.estimates(release, parent=code, order="name"), MOST)))
    branch = _branch(found[0], leaves) if found else Branch("", "", "", leaves)
    without = own.without_estimate(release).filter(listed_in__code=code)
    return Tree((branch,), tuple(_without(without[: MOST - len(leaves)])))


def _branches(release: Release) -> tuple[Branch, ...]:
    below: dict[str, list[Leaf]] = defaultdict(list)
    for area in queries.estimates(release, order="name"):
        below[area.place.parent_code or ""].append(_leaf(area))
    departments = queries.estimates(release, level=Level.DEPARTMENT, order="name")
    branches = [_branch(department, below.pop(department.place.code, [])) for department in departments]
    rest = [leaf for leaves in below.values() for leaf in leaves]
    return (*branches, Branch("", "", "", tuple(rest))) if rest else tuple(branches)


def _without(places: Iterable[Territory]) -> Iterator[Leaf]:
    return (Leaf(place.code, place.name, "") for place in places)


def _leaf(area: Figures) -> Leaf:
    return Leaf(area.place.code, area.place.name, risk_text(area))


def _branch(department: Figures, leaves: Iterable[Leaf]) -> Branch:
    return Branch(department.place.code, department.place.name, risk_text(department), tuple(leaves))
