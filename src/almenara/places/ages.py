"""Age bands that make up a range exactly: nothing is cut, nothing is counted twice, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Band = tuple[int, int]  # both ages included


def tiling(bands: Iterable[Band], youngest: int, oldest: int) -> list[Band] | None:
    """Bands without gap or overlap from the youngest to the oldest age, as few as there can be; None if none fit."""
    best: dict[int, list[Band]] = {youngest: []}  # how to get as far as just before an age
    for first, last in sorted({band for band in bands if youngest <= band[0] and band[1] <= oldest}):
        if first in best:
            found = [*best[first], (first, last)]
            if len(found) < len(best.get(last + 1, [*found, (0, 0)])):
                best[last + 1] = found
    return best.get(oldest + 1)


def finest(bands: Iterable[Band]) -> list[Band]:
    """The bands that hold no smaller one of them, in order: those that a pyramid is drawn of."""
    known = sorted(set(bands))
    return [band for band in known if not any(other != band and _holds(band, other) for other in known)]


def _holds(band: Band, other: Band) -> bool:
    return band[0] <= other[0] and other[1] <= band[1]


def said(bands: Sequence[Band]) -> str:
    return ", ".join(f"{first}–{last}" if first != last else str(first) for first, last in sorted(set(bands)))
