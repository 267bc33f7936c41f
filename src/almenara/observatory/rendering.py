"""All the fact sheets of a release, archive by archive: read many at once, set on every core."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from django.utils import translation

from almenara.observatory.binding import File, Progress, Shelf
from almenara.observatory.pdf.naming import file_name
from almenara.observatory.pdf.render import project, typeset
from almenara.observatory.presenters.atlas import Atlas
from almenara.observatory.presenters.sheet import sheet
from almenara.places.models import Level, Territory
from almenara.places.queries import alphabetical
from almenara.risk.facts import Country, fact_sheets
from almenara.risk.models import Estimate, Release

READ_AT_ONCE = 100
SAY_EVERY = 10
"""Sheets between two looks at whether somebody stopped the work, and two words on how far it is."""


class StoppedError(Exception):
    pass


@dataclass(frozen=True)
class Part:
    """What one archive holds. code, name: of a department, or of the country, which takes what lies in none."""

    code: str
    name: str
    territories: tuple[Territory, ...]


def parts(release: Release) -> list[Part]:
    """Every territory with an estimate, in exactly one part; the country's own comes first."""
    known = Estimate.objects.filter(release=release).values("territory")
    found = Territory.objects.filter(pk__in=known).select_related("tier", "listed_in", "listed_in__listed_in")
    ordered = list(found.order_by(alphabetical()))
    heads = [place for place in ordered if place.level != Level.MUNICIPALITY]
    heads.sort(key=lambda place: place.level != Level.COUNTRY)
    keys = {head.pk for head in heads}
    country = release.country_id
    held: dict[int, list[Territory]] = {head.pk: [head] for head in heads}
    for place in ordered:
        if place.level == Level.MUNICIPALITY:
            held[place.listed_in_id if place.listed_in_id in keys else country].append(place)
    return [Part(head.code, head.name, tuple(held[head.pk])) for head in heads]


def render_turn(release: Release, language: str, *, until: Callable[[], bool]) -> bool:
    """Make archives that are missing until the time is up, at least one. True if some are still missing.

    Raises StoppedError when somebody stops the work; the archive under way is then made anew another time.
    """
    shelf = Shelf(release.release_id, language)
    with shelf.alone() as alone, translation.override(language):
        if not alone:
            return False
        country = Country(release)
        wanted = parts(release)
        work = _Work(shelf, Atlas(country), _begun(shelf, wanted))
        missing = [part for part in wanted if shelf.archive(part.code) is None]
        for done, part in enumerate(missing, start=1):
            work.bind(part)
            if until() and done < len(missing):
                return True
    return False


def _begun(shelf: Shelf, wanted: Sequence[Part]) -> Progress:
    """Sheets of an archive that was broken off are made again, and counted again."""
    total = sum(len(part.territories) for part in wanted)
    there = sum(found.sheets for found in shelf.archives())
    known = shelf.progress() or Progress(total)
    return replace(known, total=total, sheets=there)


class _Work:
    def __init__(self, shelf: Shelf, atlas: Atlas, progress: Progress) -> None:
        self.shelf, self.atlas, self.progress = shelf, atlas, progress
        self._told = time.monotonic()

    def bind(self, part: Part) -> None:
        whole = self.progress.sheets
        self._look()
        try:
            self.shelf.lay(part.code, part.name, self._counted(part), made=self.atlas.release.published_at)
        except BaseException:
            self.progress = replace(self.progress, sheets=whole)  # those of what is broken off are gone
            raise
        finally:
            self._say()

    def _counted(self, part: Part) -> Iterator[File]:
        for number, file in enumerate(files(self.atlas, part.territories), start=1):
            self.progress = replace(self.progress, sheets=self.progress.sheets + 1)
            if number % SAY_EVERY == 0:
                self._look()
            yield file

    def _look(self) -> None:
        self._say()
        if self.shelf.is_stopped:
            raise StoppedError

    def _say(self) -> None:
        now = time.monotonic()
        self.progress = replace(self.progress, seconds=self.progress.seconds + now - self._told)
        self._told = now
        self.shelf.keep(self.progress)


def files(atlas: Atlas, territories: Sequence[Territory], threads: int | None = None) -> Iterator[File]:
    """Sheets in their order: read and worded here, set beside on every core, for typst holds nobody up meanwhile."""
    threads = threads or os.cpu_count() or 1
    waiting: deque[tuple[Territory, str, Future[bytes]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="typst") as pool:
        try:
            for some in _batches(territories):
                for facts in fact_sheets(atlas.country, some):
                    brief = sheet(facts, atlas)
                    content = pool.submit(typeset, project(brief), atlas.release.published_at)
                    waiting.append((facts.territory, file_name(brief.name, brief.code), content))
                    if len(waiting) > 2 * threads:
                        yield _file(waiting)
            while waiting:
                yield _file(waiting)
        finally:
            pool.shutdown(cancel_futures=True)


def _batches(territories: Sequence[Territory]) -> Iterator[Sequence[Territory]]:
    for start in range(0, len(territories), READ_AT_ONCE):
        yield territories[start : start + READ_AT_ONCE]


def _file(waiting: deque[tuple[Territory, str, Future[bytes]]]) -> File:
    place, name, content = waiting.popleft()
    return File(place.code, place.name, name, content.result())
