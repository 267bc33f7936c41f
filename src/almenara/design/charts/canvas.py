"""What every chart draws with: SVG without a style sheet of its own, without a script and without references.

On a page, colours are classes that css/charts.css ties to the tokens, so that they follow the scheme and the paper.
Alone, as in a PDF, they are the tokens of the print palette themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from almenara.common.svg import short
from almenara.design.charts import letters
from almenara.design.contrast import palette

WIDTH = 320.0  # px: on a phone nearly the width that there is, so that letters keep their size
TEXT, SMALL = 13, 12
LINE = 16.0  # from one line of text to the next
MOST_LINES = 3  # of a name: what one of 90 characters takes
HATCH = 4.0
MARKS = ("mark-1", "mark-2", "mark-3", "mark-4")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
Swatch = Callable[[int, float, float], None]


class Canvas:
    """Collects the picture. printed: with colours of its own."""

    def __init__(self, *, printed: bool = False) -> None:
        self.printed = printed
        self.parts: list[str] = []

    def markup(self) -> str:
        return "".join(self.parts)

    def paint(self, *, fill: str = "", stroke: str = "") -> str:
        """Attributes for the colours of these tokens."""
        if self.printed:
            colours = palette("print")
            painted = [f'{name}="{colours[token]}"' for name, token in _both(fill, stroke)]
        else:
            classes = " ".join(f"{name[0]}-{token}" for name, token in _both(fill, stroke))
            painted = [f'class="{classes}"'] if classes else []
        return " ".join([*painted, *([] if fill else ['fill="none"'])])

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str, kind: str = "") -> None:
        """kind: names it for who measures the picture."""
        named = f' data-kind="{kind}"' if kind else ""
        box = f'x="{fine(x)}" y="{short(y)}" width="{fine(max(width, 0.0))}" height="{short(height)}"'
        self.parts.append(f"<rect{named} {box} {self.paint(fill=fill)}/>")

    def hatched(
        self, x: float, y: float, width: float, height: float, *, tone: str, series: int, kind: str = "bar"
    ) -> None:
        """A bar of a series: solid, striped upright, striped lengthwise, hollow."""
        if series == 0:
            self.rect(x, y, width, height, fill=tone, kind=kind)
            return
        inner, right = "", x + width
        if series == 1:
            marks = [x + HATCH * step for step in range(1, int(width / HATCH) + 1)]
            inner = "".join(f"M{short(mark)} {short(y)}v{short(height)}" for mark in marks if mark < right)
        elif series == 2:
            inner = "".join(
                f"M{short(x)} {short(y + height * part / 4)}H{short(right)}" for part in (1, 2, 3)
            )
        box = f'x="{fine(x)}" y="{short(y)}" width="{fine(max(width, 0.0))}" height="{short(height)}"'
        self.parts.append(f'<rect data-kind="{kind}" {box} {self.paint(stroke=tone)} stroke-width="1.2"/>')
        if inner:
            self.path(inner, stroke=tone, width=1.6)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float = 1.0) -> None:
        self.path(f"M{fine(x1)} {fine(y1)}L{fine(x2)} {fine(y2)}", stroke=stroke, width=width)

    def path(
        self,
        d: str,
        *,
        fill: str = "",
        stroke: str = "",
        width: float = 1.0,
        dash: str = "",
        opacity: float = 1.0,
        kind: str = "",
    ) -> None:
        more = [self.paint(fill=fill, stroke=stroke)]
        more += [f'stroke-width="{short(width)}"'] if stroke else []
        more += [f'stroke-dasharray="{dash}"'] if dash else []
        more += [f'fill-opacity="{opacity}"'] if opacity < 1 else []
        named = f' data-kind="{kind}"' if kind else ""
        self.parts.append(f'<path{named} d="{d}" {" ".join(more)}/>')

    def marker(self, x: float, y: float, series: int, *, tone: str, size: float = 3.6) -> None:
        """Each series has its own: a disc, a square, a triangle, a diamond."""
        a, b, s = fine(x), fine(y), size
        shapes = (
            f"M{short(x - s)} {b}a{s} {s} 0 1 0 {2 * s} 0a{s} {s} 0 1 0 {-2 * s} 0z",
            f"M{short(x - s)} {short(y - s)}h{2 * s}v{2 * s}h{-2 * s}z",
            f"M{a} {short(y - 1.3 * s)}l{1.2 * s} {2.2 * s}h{-2.4 * s}z",
            f"M{a} {short(y - 1.4 * s)}l{1.4 * s} {1.4 * s}l{-1.4 * s} {1.4 * s}l{-1.4 * s} {-1.4 * s}z",
        )
        self.path(shapes[series], fill=tone, kind="marker")

    def text(
        self,
        x: float,
        y: float,
        said: str,
        *,
        anchor: str = "start",
        size: int = TEXT,
        bold: bool = False,
        soft: bool = False,
        whole: str = "",
    ) -> None:
        """A line of text on its base line. whole: the text of which this is a part."""
        more = [f'font-size="{size}"'] if size != TEXT else []
        more += [f'text-anchor="{anchor}"'] if anchor != "start" else []
        more += ['font-weight="600"'] if bold else []
        more += [self.paint(fill="ink-soft")] if soft else []
        title = f"<title>{escape(whole)}</title>" if whole and whole != said else ""
        inside = "".join(f" {part}" for part in more)
        self.parts.append(f'<text x="{short(x)}" y="{short(y)}"{inside}>{title}{escape(said)}</text>')

    def lines(
        self,
        x: float,
        y: float,
        said: str,
        room: float,
        *,
        most: int = MOST_LINES,
        bold: bool = False,
        size: int = TEXT,
    ) -> float:
        """A text in at most so many lines, the first one's top at y; returns where the next thing may begin."""
        for line in letters.wrapped(said, room / (letters.BOLD if bold else 1.0), size, most):
            y += LINE
            self.text(x, y - 4, line, bold=bold, size=size, whole=said)
        return y


def legend(canvas: Canvas, names: Sequence[str], swatch: Swatch) -> float:
    """One line for each series; swatch draws its sign at a place. Returns where the picture may begin."""
    y = 0.0
    for position, name in enumerate(names):
        swatch(position, 0.0, y + LINE / 2)
        y = canvas.lines(34, y, name, WIDTH - 34)
    return y + 6


def _both(fill: str, stroke: str) -> list[tuple[str, str]]:
    return [(name, token) for name, token in (("fill", fill), ("stroke", stroke)) if token]


def fine(value: float) -> str:
    """A coordinate that stands for a number: two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
