"""The pages and the glossary that editors write, with the site's own figures filled in."""

from __future__ import annotations

from almenara.common.numbers import count
from almenara.content import queries
from almenara.content.kinds import Kind
from almenara.content.public import Reading, reading
from almenara.places.models import Level
from almenara.risk.models import Estimate, Release


def pages() -> list[Reading]:
    values = figures()
    return [reading(shown, values) for shown in queries.shown(Kind.PAGE)]


def page(slug: str) -> Reading | None:
    found = queries.shown(Kind.PAGE, slug)
    return reading(found[0], figures()) if found else None


def glossary() -> list[Reading]:
    values = figures()
    return [reading(shown, values) for shown in queries.terms()]


def figures() -> dict[str, str]:
    """What the texts' placeholders stand for: almenara.content.placeholders names them."""
    shown = Release.objects.filter(is_current=True)
    estimated = Estimate.objects.filter(release__in=shown, level=Level.MUNICIPALITY).exclude(
        reliability="withheld"
    )
    return {"countries": count(shown.count()), "municipalities": count(estimated.count())}
