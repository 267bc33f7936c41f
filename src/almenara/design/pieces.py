"""What components are given, where a text alone is not enough. Presenters make these; the tags draw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Literal, Protocol, TypeVar

from django.utils.functional import Promise


@dataclass(frozen=True)
class Link:
    """address: empty where there is nothing to lead to."""

    label: str
    address: str = ""


@dataclass(frozen=True)
class Entry:
    """Of a menu. current: "page" for the page itself, "true" for the part of the site in which it lies."""

    label: str | Promise
    address: str
    current: Literal["page", "true", ""] = ""


@dataclass(frozen=True)
class MenuGroup:
    """title: empty for what stands first by itself."""

    title: str | Promise
    entries: list[Entry]


@dataclass(frozen=True)
class Chip:
    """One thing that a list was narrowed to. parameter: its name in the address; value: of one that may repeat."""

    label: str
    parameter: str
    value: str = ""


@dataclass(frozen=True)
class Happening:
    """An entry of a timeline. when: with its hour, or a day. who: empty for what nobody did; now: what counts today."""

    when: datetime | date
    what: str
    who: str = ""
    detail: str = ""
    now: bool = False

    @property
    def has_hour(self) -> bool:
        return isinstance(self.when, datetime)


@dataclass(frozen=True)
class Drawn:
    """A map drawn by the server. width, height: without unit, for the page to keep its place; text: what it shows."""

    address: str
    width: int
    height: int
    text: str


Pattern = Literal["", "hatched", "dotted"]


@dataclass(frozen=True)
class LegendLine:
    """What a colour or a pattern of a map means. colour: "#rrggbb", of no theme; empty: that of what has no value.

    range: of values; details: whole sentences. address: the map narrowed to it, or all of it again where it is chosen.
    """

    name: str
    colour: str = ""
    pattern: Pattern = ""
    range: str = ""
    details: tuple[str, ...] = ()
    address: str = ""
    chosen: bool = False


JobState = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True)
class Job:
    """A job as its reader sees it. total: 0 where nobody knows how much there is; address: where it is asked after."""

    title: str
    state: JobState
    address: str
    done: int = 0
    total: int = 0
    detail: str = ""

    @property
    def goes_on(self) -> bool:
        return self.state in ("waiting", "running")


P = TypeVar("P", bound="Place")


class Place(Protocol):
    """A territory, as far as its way up is concerned."""

    name: str

    @property
    def parent(self: P) -> P | None: ...


def trail(
    place: P, address: Callable[[P], str], called: Callable[[P], str] = attrgetter("name")
) -> list[Link]:
    """The way from the country down to the place above this one; empty for a country."""
    above, links = place.parent, list[Link]()
    while above is not None:
        links.append(Link(called(above), address(above)))
        above = above.parent
    return links[::-1]
