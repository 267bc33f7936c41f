"""What is written of releases: publish one, and choose which one a country shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from almenara.accounts.models import User
from almenara.common.errors import Fault, RefusedError
from almenara.common.locks import write_alone
from almenara.places.actions import save_territories
from almenara.places.models import Level, Territory
from almenara.risk.gateway import ReleaseFolder, open_release
from almenara.risk.models import Release
from almenara.risk.queries import current_release
from almenara.risk.rows import create_rows
from almenara.risk.territories import records_of


@dataclass(frozen=True)
class Published:
    """already: the release was there before, and nothing was changed.

    another_run: the folder holds the same figures as the published release, with another manifest. instead: the release
    that the country goes on showing, because it measures another outcome.
    """

    release: Release
    already: bool
    another_run: bool = False
    territories: int = 0
    instead: Release | None = None


@transaction.atomic
def publish(*, folder: Path, by: User | None, create_territories: bool = False) -> Published:
    """Put a release on the site and show it. The country's earlier releases stay, and can be shown again.

    A release of another outcome than the one shown (hazardous work beside child labour) does not take its place.

    create_territories: make the territories that places lacks from the release's own names and boundaries.
    Raises RefusedError, with nothing changed: a folder that fails verification, territories unknown to places.
    """
    data = open_release(folder)
    write_alone(data.country)
    found = Release.objects.filter(release_id=data.release_id).first()
    if found is not None:
        return Published(found, already=True, another_run=found.content_hash != data.content_hash)
    created = _create_territories(data, by) if create_territories else 0
    keys = _territory_keys(data)
    release = _create_release(data, keys)
    create_rows(data, release, keys)
    instead = current_release(data.country)
    if instead is None or instead.outcome_kind == release.outcome_kind:
        show(release=release, by=by)
        instead = None
    return Published(release, already=False, territories=created, instead=instead)


@transaction.atomic
def show(*, release: Release, by: User | None) -> None:
    """Make the release the one its country shows."""
    write_alone(release.country.code)
    shown = Release.objects.filter(country=release.country_id)
    shown.filter(is_current=True).exclude(pk=release.pk).update(is_current=False)
    shown.filter(pk=release.pk).update(is_current=True)
    release.is_current = True


def _create_territories(data: ReleaseFolder, by: User | None) -> int:
    saved = save_territories(country=data.country, records=records_of(data), by=by, keep_known=True)
    return saved.created


def _territory_keys(data: ReleaseFolder) -> dict[str, int]:
    known = Territory.objects.filter(country=data.country).values_list("code", "pk", "level")
    keys, levels = {code: pk for code, pk, _ in known}, {code: level for code, _, level in known}
    _check_levels(data, levels)
    named = (
        data.domains, data.areas, data.drivers, data.profile, data.scenarios, data.hot_spots, data.types,
    )  # fmt: skip
    missing = sorted({row["code"] for rows in named for row in rows} - set(keys))
    if missing:
        raise RefusedError(
            Fault(
                "The release has territories that the platform does not know.",
                where=f"release {data.release_id}",
                remedy=f"Import them (almenara places import --country {data.country} …), "
                "or publish with --create-territories to take them from the release.",
                items=tuple(missing),
                count=len(missing),
            )
        )
    return keys


def _check_levels(data: ReleaseFolder, levels: dict[str, str]) -> None:
    expected = {row["code"]: row["level"] for row in data.domains}
    expected |= {row["code"]: Level.MUNICIPALITY.value for row in data.areas}
    wrong = [
        f"{code}: {levels[code]}, {level} in the release"
        for code, level in sorted(expected.items())
        if levels.get(code, level) != level
    ]
    if wrong:
        raise RefusedError(
            Fault(
                "The platform knows territories of the release at another level.",
                where=f"release {data.release_id}",
                remedy="Correct the territories, or the codes that the model's spec gives them.",
                items=tuple(wrong),
                count=len(wrong),
            )
        )


def _create_release(data: ReleaseFolder, keys: dict[str, int]) -> Release:
    return Release.objects.create(
        release_id=data.release_id,
        content_hash=data.content_hash,
        schema_version=data.schema_version,
        country_id=keys[data.country],
        titles=data.titles,
        outcome_kind=data.outcome_kind,
        outcome_labels=data.outcome_labels,
        age_from=data.ages[0],
        age_to=data.ages[1],
        measure=data.measure,
        survey_year=data.survey_year,
        census_year=data.census_year,
        interval_kind=data.interval_kind,
        manifest=data.manifest,
        classes=data.classes,
        diagnostics=data.diagnostics,
        created=data.created,
        published_at=timezone.now(),
    )
