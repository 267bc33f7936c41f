"""Names on a small map: each inside its territory, none over another, the first ones first."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from almenara.common.svg import short
from almenara.observatory import geometry

SIZE, LONGEST = 11, 20
WIDTH_OF_A_LETTER = 0.56  # of the size, in a common typeface
Box = tuple[float, float, float, float]


def written(drawing: geometry.Drawing, shapes: geometry.Shapes, names: Mapping[str, str]) -> str:
    """SVG of the names, by code in order of weight; what has no room is left out, for the table has it."""
    polygons = dict(zip(shapes.codes, shapes.polygons, strict=True))
    taken: list[Box] = []
    drawn = []
    for code, name in names.items():
        if code not in polygons:
            continue
        text = clipped(name)
        box = _box(drawing, geometry.label_point(polygons[code]), text)
        if all(_apart(box, other) for other in taken):
            taken.append(box)
            drawn.append(_text(box, text))
    return "".join(drawn)


def clipped(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def _box(drawing: geometry.Drawing, point: tuple[float, float], text: str) -> Box:
    """Around the point, pushed back inside the drawing."""
    half = len(text) * SIZE * WIDTH_OF_A_LETTER / 2
    x, y = drawing.at(*point)
    x = min(max(x, half + 2), geometry.WIDTH - half - 2)
    y = min(max(y, SIZE), drawing.height - SIZE / 2)
    return x - half, y - SIZE * 0.75, x + half, y + SIZE * 0.45


def _apart(box: Box, other: Box) -> bool:
    return box[2] < other[0] or other[2] < box[0] or box[3] < other[1] or other[3] < box[1]


def _text(box: Box, text: str) -> str:
    """White beneath, so that it can be read on every class."""
    x, y = (box[0] + box[2]) / 2, box[1] + SIZE * 1.0
    place = f'x="{short(x)}" y="{short(y)}" font-size="{SIZE}" text-anchor="middle"'
    said = escape(text)
    return (
        f'<text {place} fill="#fff" stroke="#fff" stroke-width="3" stroke-linejoin="round">{said}</text>'
        f'<text {place} fill="#16202e">{said}</text>'
    )
