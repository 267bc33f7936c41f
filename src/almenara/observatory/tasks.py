"""What the public site has done in the background: a country's fact sheets, in turns short enough to end a worker."""

from __future__ import annotations

import time

from almenara.common.identity import Identity, acting_as
from almenara.common.jobs import Job, job, later
from almenara.observatory.rendering import StoppedError, render_turn
from almenara.risk import queries

TURN_SECONDS = 45.0


@job(whole=False)
def render_sheets(by: Identity, release: str, languages: list[str]) -> None:
    """The archives of the languages that are missing, one after the other; asks for its own next turn.

    A release that is no longer there, and work that somebody stopped, have nothing left to do.
    """
    end = time.monotonic() + TURN_SECONDS
    with acting_as(by):
        found = queries.release(release)
        if found is None:
            return
        try:
            goes_on = render_turn(found, languages[0], until=lambda: time.monotonic() > end)
        except StoppedError:
            return
        left = languages if goes_on else languages[1:]
        if left:
            again: Job = render_sheets
            later(again, by=by, release=release, languages=left)
