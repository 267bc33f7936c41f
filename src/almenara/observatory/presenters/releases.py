"""Every release of a country, newest first, with where to see it."""

from __future__ import annotations

from dataclasses import dataclass

from almenara.common import numbers
from almenara.observatory.presenters import wording
from almenara.risk import queries
from almenara.risk.models import Release


@dataclass(frozen=True)
class ReleaseTexts:
    release_id: str
    title: str
    measure: str
    published: str
    years: str
    is_current: bool
    query: str  # what an address needs to show it


def releases(country: str) -> tuple[ReleaseTexts, ...]:
    return tuple(_texts(release) for release in queries.releases(country))


def _texts(release: Release) -> ReleaseTexts:
    return ReleaseTexts(
        release_id=release.release_id,
        title=release.title,
        measure=wording.measure_name(release),
        published=numbers.long_date(release.published_at),
        years=wording.years(release),
        is_current=release.is_current,
        query="" if release.is_current else f"?release={release.release_id}",
    )
