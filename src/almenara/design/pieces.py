"""What components are given, where a text alone is not enough. Presenters make these; the tags draw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar


@dataclass(frozen=True)
class Link:
    """address: empty where there is nothing to lead to."""

    label: str
    address: str = ""


@dataclass(frozen=True)
class Chip:
    """One thing that a list was narrowed to. parameter: its name in the address; value: of one that may repeat."""

    label: str
    parameter: str
    value: str = ""


@dataclass(frozen=True)
class Happening:
    """An entry of a timeline. who: empty for what nobody did; now: the one that counts today."""

    when: datetime
    what: str
    who: str = ""
    detail: str = ""
    now: bool = False


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


def trail(place: P, address: Callable[[P], str]) -> list[Link]:
    """The way from the country down to the place above this one; empty for a country."""
    above, links = place.parent, list[Link]()
    while above is not None:
        links.append(Link(above.name, address(above)))
        above = above.parent
    return links[::-1]
