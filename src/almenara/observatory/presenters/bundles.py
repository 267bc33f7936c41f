"""All fact sheets of a release: what can be taken away in each language, and how far the work is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.design.pieces import Job, JobState
from almenara.observatory.binding import Archive, Progress, Shelf
from almenara.risk.models import Release

MEGABYTE = 1_000_000
MINUTE = 60


@dataclass(frozen=True)
class Download:
    name: str
    sheets: str
    size: str
    address: str
    sha256: str


@dataclass(frozen=True)
class Bundle:
    """The sheets in one language. job: None once all are there. index: address of the list, if there is any."""

    language: str
    language_name: str
    downloads: tuple[Download, ...]
    job: Job | None
    index: str


def bundles(release: Release, address: str) -> list[Bundle]:
    """Of the languages that somebody asked for. address: of the page itself."""
    return [
        bundle
        for language, name in settings.LANGUAGES
        if (bundle := _bundle(release, Shelf(release.release_id, language), str(name), address))
    ]


def _bundle(release: Release, shelf: Shelf, name: str, address: str) -> Bundle | None:
    progress = shelf.progress()
    if progress is None:
        return None
    archives = sorted(shelf.archives(), key=lambda archive: archive.name)
    where = {"country": release.country.code, "language": shelf.language}
    query = urlencode({"release": release.release_id})
    index = reverse("observatory:sheets-index", kwargs=where)
    return Bundle(
        language=shelf.language,
        language_name=name,
        downloads=tuple(_download(archive, where, query) for archive in archives),
        job=_job(shelf, progress, name, f"{address}&job={shelf.language}"),
        index=f"{index}?{query}" if archives else "",
    )


def _download(archive: Archive, where: dict[str, str], query: str) -> Download:
    address = reverse("observatory:sheets-zip", kwargs={**where, "part": archive.code})
    return Download(
        name=archive.name,
        sheets=ngettext("{count} sheet", "{count} sheets", archive.sheets).format(
            count=numbers.count(archive.sheets)
        ),
        size=_("{size} MB").format(size=numbers.decimal(archive.size / MEGABYTE, 1)),
        address=f"{address}?{query}",
        sha256=archive.sha256,
    )


def _job(shelf: Shelf, progress: Progress, name: str, address: str) -> Job | None:
    if progress.sheets >= progress.total and progress.total:
        return None
    title = _("Fact sheets in {language}").format(language=name)
    if shelf.is_stopped:
        said = _(
            "Stopped after {done} of {total} sheets. What is there stays; the work can go on at any time."
        ).format(done=numbers.count(progress.sheets), total=numbers.count(progress.total))
        return Job(title, "failed", address, progress.sheets, progress.total, said)
    state: JobState = "running" if progress.sheets else "waiting"
    return Job(title, state, address, progress.sheets, progress.total, _left(progress))


def _left(progress: Progress) -> str:
    if progress.seconds_left is None:
        return ""
    minutes = max(round(progress.seconds_left / MINUTE), 1)
    return ngettext("About {count} minute left.", "About {count} minutes left.", minutes).format(
        count=numbers.count(minutes)
    )
