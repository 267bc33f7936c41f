"""The operator's word that all fact sheets of a release are wanted, or no longer."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from almenara.common.errors import Fault, RefusedError
from almenara.common.identity import Identity, new_origin
from almenara.common.jobs import later
from almenara.observatory.binding import Progress, Shelf
from almenara.observatory.rendering import parts
from almenara.observatory.tasks import render_sheets
from almenara.risk.models import Release
from almenara.risk.queries import release, releases


def order(release_id: str, languages: Sequence[str]) -> None:
    """Raises RefusedError for a release or a language that there is not."""
    found, shelves = _release(release_id), _shelves(release_id, languages)
    total = sum(len(part.territories) for part in parts(found))
    with transaction.atomic():
        for shelf in shelves:
            shelf.go_on()
            if shelf.progress() is None:
                shelf.keep(Progress(total))
        by = Identity(system=render_sheets.name, reason="almenara releases sheets", origin=new_origin())
        later(render_sheets, by=by, release=release_id, languages=list(languages))


def stop_all(release_id: str, languages: Sequence[str]) -> None:
    """Raises RefusedError as order does."""
    _release(release_id)
    for shelf in _shelves(release_id, languages):
        shelf.stop()


def _release(release_id: str) -> Release:
    found = release(release_id)
    if found is None:
        known = tuple(row.release_id for row in releases())
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
