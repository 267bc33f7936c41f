"""What drawings made on the server have in common: presentation attributes only, no style sheet and no script."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from xml.sax.saxutils import escape, quoteattr

FONT = 12  # px


def drawing(width: float, height: float, body: Iterable[str], title: str, description: str) -> str:
    """The whole drawing, with a title and a description that screen readers say. body: what is in it, escaped."""
    inner = "".join(body)
    key = blake2b((title + description + inner).encode(), digest_size=5).hexdigest()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(width)} {short(height)}" role="img" '
        f'aria-labelledby="t{key} d{key}" font-size="{FONT}"><title id="t{key}">{escape(title)}</title>'
        f'<desc id="d{key}">{escape(description)}</desc>{inner}</svg>'
    )


def text(
    x: float,
    y: float,
    said: str,
    *,
    anchor: str = "start",
    size: int = FONT,
    weight: int = 400,
    colour: str = "currentColor",
) -> str:
    """A line of text on its base line, escaped."""
    attributes = (
        f'x="{short(x)}" y="{short(y)}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}"'
    )
    return f"<text {attributes} fill={quoteattr(colour)}>{escape(said)}</text>"


def short(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
