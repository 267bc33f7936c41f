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
from almenara.places.names import sort_key
from almenara.risk.models import Release

ORDER, STOP = "order", "stop"
MEGABYTE = 1_000_000
MINUTE = 60
SILENT = 15 * MINUTE  # between two words of the work; a worker that does something long beside it takes less


@dataclass(frozen=True)
class Download:
    name: str
    sheets: str
    size: str
    address: str


@dataclass(frozen=True)
class Bundle:
    """The sheets in one language. job: None once all are there. index: address of the list, if there is any."""

    language: str
    language_name: str
    downloads: tuple[Download, ...]
    job: Job | None
    index: str


@dataclass(frozen=True)
class Order:
    """What can be asked for in one language. said: how it stands, where no job does. act: ORDER, STOP, or nothing."""

    language: str
    language_name: str
    job: Job | None
    said: str
    act: str
    label: str


def orders(release: Release) -> list[Order]:
    """In every language of the site."""
    address = f"{reverse('observatory:sheets', args=[release.country.code])}?release={release.release_id}"
    shelves = ((Shelf(release.release_id, code), str(name)) for code, name in settings.LANGUAGES)
    return [_order(shelf, name, f"{address}&job={shelf.language}") for shelf, name in shelves]


def _order(shelf: Shelf, name: str, address: str) -> Order:
    progress = shelf.progress()
    if progress is None:
        said = _("Nobody has asked for these sheets yet.")
        return Order(shelf.language, name, None, said, ORDER, _("Make all sheets"))
    job = _job(shelf, progress, name, address)
    if job is None:
        said = ngettext("The one sheet is there.", "All {count} sheets are there.", progress.total)
        return Order(shelf.language, name, None, said.format(count=numbers.count(progress.total)), "", "")
    act, label = (STOP, _("Stop")) if job.goes_on else (ORDER, _("Go on"))
    return Order(shelf.language, name, job, "", act, label)


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
    archives = sorted(shelf.archives(), key=lambda archive: sort_key(archive.name, numbers.locale()[:2]))
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
    )


def _job(shelf: Shelf, progress: Progress, name: str, address: str) -> Job | None:
    if progress.sheets >= progress.total and progress.total:
        return None
    title = _("Fact sheets in {language}").format(language=name)
    broken_off = _broken_off(shelf, progress)
    state: JobState = "failed" if broken_off else "running" if progress.sheets else "waiting"
    return Job(title, state, address, progress.sheets, progress.total, broken_off or _left(progress))


def _broken_off(shelf: Shelf, progress: Progress) -> str:
    """Empty while the work goes on."""
    far = {"done": numbers.count(progress.sheets), "total": numbers.count(progress.total)}
    if shelf.is_stopped:
        return _(
            "Stopped after {done} of {total} sheets. What is there stays; the work can go on at any time."
        ).format(**far)
    if progress.seconds_silent > SILENT:
        return _(
            "Nothing has been added for a while, after {done} of {total} sheets. What is there stays; the work goes on "
            "when it is asked for again."
        ).format(**far)
    return ""


def _left(progress: Progress) -> str:
    if progress.seconds_left is None:
        return ""
    minutes = max(round(progress.seconds_left / MINUTE), 1)
    return ngettext("About {count} minute left.", "About {count} minutes left.", minutes).format(
        count=numbers.count(minutes)
    )
