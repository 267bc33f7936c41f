"""The map of who feeds whom as SVG: a column of givers, a column of receivers, a line for each bond.

It needs no style sheet and no script, and it is legible at 360 px: names stand outside, wrapped, never over the lines.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from almenara.common.svg import drawing, short, text

WIDTH, LINE, GAP = 320.0, 14.0, 14.0  # a phone of 360 px shows it at its size
COLUMN, BAR = 118.0, 5.0  # width of a column of names, and of a node's bar
LETTERS, LINES = 18, 3  # of a name that are shown
LEGEND_LETTERS, SPREAD, THICKEST = 40, 5.0, 3  # THICKEST: px that several bonds of a kind add


@dataclass(frozen=True)
class Pen:
    """How a bond is drawn: never by colour alone. dash: as SVG's stroke-dasharray, "" for a line without gaps."""

    colour: str
    dash: str
    width: float


@dataclass(frozen=True)
class Node:
    key: int
    name: str


@dataclass(frozen=True)
class Bond:
    giver: int
    receiver: int
    pen: Pen
    count: int


@dataclass(frozen=True)
class Placed:
    """top, middle, height: px. lines: the name as it is written."""

    lines: tuple[str, ...]
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def draw(
    givers: Sequence[Node],
    receivers: Sequence[Node],
    bonds: Sequence[Bond],
    *,
    legend: Sequence[tuple[Pen, str]],
    heads: tuple[str, str],
    title: str,
    description: str,
) -> str:
    """The columns in the order given; legend: each pen with its meaning; heads: what stands over the columns."""
    keys, top = _legend(legend)
    top += 34
    left, right = place(givers, top), place(receivers, top)
    height = max((node.top + node.height for node in (*left.values(), *right.values())), default=top) + 6
    body = [
        *keys,
        text(COLUMN, top - 14, heads[0], anchor="end", weight=600),
        text(WIDTH - COLUMN, top - 14, heads[1], weight=600),
        *_lines(bonds, left, right),
        *(_node(node, "end") for node in left.values()),
        *(_node(node, "start") for node in right.values()),
    ]
    return drawing(WIDTH, height, body, title, description)


def place(nodes: Iterable[Node], top: float) -> dict[int, Placed]:
    """One below the other, each as high as its name."""
    placed = {}
    for node in nodes:
        lines = _wrapped(node.name)
        placed[node.key] = Placed(lines, top, LINE * len(lines))
        top += LINE * len(lines) + GAP
    return placed


def _wrapped(name: str) -> tuple[str, ...]:
    lines = textwrap.wrap(name, LETTERS, max_lines=LINES, placeholder="…") or ["–"]
    return tuple(line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…" for line in lines)


def _lines(bonds: Sequence[Bond], left: dict[int, Placed], right: dict[int, Placed]) -> Iterable[str]:
    """Several bonds of the same two run side by side."""
    together: dict[tuple[int, int], list[Bond]] = {}
    for bond in bonds:
        together.setdefault((bond.giver, bond.receiver), []).append(bond)
    start, end = COLUMN + 4 + BAR, WIDTH - COLUMN - 4 - BAR
    bend = (end - start) / 2
    for (giver, receiver), parallel in together.items():
        for turn, bond in enumerate(parallel):
            shift = (turn - (len(parallel) - 1) / 2) * SPREAD
            y1, y2 = left[giver].middle + shift, right[receiver].middle + shift
            ends = f"{short(end - bend)} {short(y2)} {short(end)} {short(y2)}"
            path = f"M{short(start)} {short(y1)}C{short(start + bend)} {short(y1)} {ends}"
            yield _path(path, replace(bond.pen, width=bond.pen.width + min(bond.count - 1, THICKEST)))


def _path(path: str, pen: Pen) -> str:
    dash = f' stroke-dasharray="{pen.dash}"' if pen.dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{pen.colour}" stroke-width="{short(pen.width)}" '
        f'stroke-linecap="round"{dash}/>'
    )


def _legend(legend: Sequence[tuple[Pen, str]]) -> tuple[list[str], float]:
    """Each pen with its meaning, wrapped; and where the legend ends."""
    drawn, y = [], 0.0
    for pen, meaning in legend:
        drawn.append(_path(f"M4 {short(y + 10)}H44", pen))
        for line in textwrap.wrap(meaning, LEGEND_LETTERS):
            drawn.append(text(54, y + 14, line))
            y += LINE
        y += 6
    return drawn, y


def _node(node: Placed, anchor: str) -> str:
    x = COLUMN if anchor == "end" else WIDTH - COLUMN
    bar = COLUMN + 4 if anchor == "end" else WIDTH - COLUMN - 4 - BAR
    written = "".join(
        text(x, node.top + LINE * row + 11, line, anchor=anchor) for row, line in enumerate(node.lines)
    )
    rect = f'<rect x="{short(bar)}" y="{short(node.top)}" width="{short(BAR)}" height="{short(node.height)}" rx="2"'
    return f'{rect} fill="currentColor"/>{written}'
