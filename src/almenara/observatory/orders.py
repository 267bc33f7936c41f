"""That all fact sheets of a release are wanted, or no longer; a job makes them in turns that end within a minute."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from almenara.common.errors import Fault, RefusedError
from almenara.common.identity import Identity, acting_as, new_origin
from almenara.common.jobs import Job, job, later
from almenara.observatory.binding import Progress, Shelf
from almenara.observatory.rendering import StoppedError, parts, render_turn
from almenara.risk import queries
from almenara.risk.models import Release

TURN_SECONDS = 45.0


def order(release_id: str, languages: Sequence[str], *, by: Identity | None = None) -> None:
    """by: the operator unless somebody else asks. Raises RefusedError for a release or a language that there is not."""
    found, shelves = _release(release_id), _shelves(release_id, languages)
    total = sum(len(part.territories) for part in parts(found))
    asked = by or Identity(system=render_sheets.name, reason="almenara releases sheets", origin=new_origin())
    with transaction.atomic():
        for shelf in shelves:
            shelf.go_on()
            shelf.keep(shelf.progress() or Progress(total))
        later(render_sheets, by=asked, release=release_id, languages=list(languages))


def stop_all(release_id: str, languages: Sequence[str]) -> None:
    """Raises RefusedError as order does."""
    _release(release_id)
    for shelf in _shelves(release_id, languages):
        shelf.stop()


@job(whole=False)
def render_sheets(by: Identity, release: str, languages: list[str]) -> None:
    """The archives of the languages that are missing, one after the other; asks for its own next turn.

    A release that is no longer there, and languages that somebody stopped, have nothing left to do.
    """
    end = time.monotonic() + TURN_SECONDS
    with acting_as(by):
        found = queries.release(release)
        if found is None:
            return
        try:
            goes_on = render_turn(found, languages[0], until=lambda: time.monotonic() > end)
        except StoppedError:
            goes_on = False
        left = languages if goes_on else languages[1:]
        if left:
            again: Job = render_sheets
            later(again, by=by, release=release, languages=left)


def _release(release_id: str) -> Release:
    found = queries.release(release_id)
    if found is None:
        known = tuple(row.release_id for row in queries.releases())
        raise RefusedError(
            Fault("No release has this id.", release_id, "Choose one that is published.", known)
        )
    return found


def _shelves(release_id: str, languages: Sequence[str]) -> list[Shelf]:
    known = tuple(code for code, _name in settings.LANGUAGES)
    unknown = tuple(sorted(set(languages) - set(known)))
    if unknown:
        remedy = f"Choose among {', '.join(known)}."
        raise RefusedError(Fault("The site does not speak these languages.", "--language", remedy, unknown))
    return [Shelf(release_id, language) for language in dict.fromkeys(languages)]
