"""What is written of releases: publish one, and choose which one a country shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from almenara.accounts.models import User
from almenara.common.errors import Fault, RefusedError
from almenara.common.locks import write_alone
from almenara.places.actions import BATCH, save_territories
from almenara.places.models import Level, Territory
from almenara.risk.gateway import ReleaseFolder, Row, open_release
from almenara.risk.models import Coefficient, Driver, Estimate, ProfileValue, ProfileVariable, Release
from almenara.risk.queries import current_release
from almenara.risk.territories import records_of

ESTIMATE_COLUMNS = (
    "children",
    "children_year",
    "children_source",
    "risk",
    "se",
    "ci_low",
    "ci_high",
    "interval_kind",
    "expected",
    "cv",
    "reliability",
    "rank",
)
AREA_COLUMNS = ("class_probabilities", "rank_low", "rank_high")


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
    _create_rows(data, release, keys)
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
    named = (data.domains, data.areas, data.drivers, data.profile)
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


def _create_rows(data: ReleaseFolder, release: Release, keys: dict[str, int]) -> None:
    areas = (_estimate(release, keys, row, Level.MUNICIPALITY) for row in data.areas)
    domains = (_estimate(release, keys, row, row["level"]) for row in data.domains)
    Estimate.objects.bulk_create([*domains, *areas], BATCH)
    Driver.objects.bulk_create(_drivers(release, keys, data.drivers), BATCH)
    Coefficient.objects.bulk_create(_coefficients(release, data.coefficients), BATCH)
    _create_profile(release, keys, data.profile)


def _estimate(release: Release, keys: dict[str, int], row: Row, level: str) -> Estimate:
    shared = {name: row[name] for name in ESTIMATE_COLUMNS}
    only_areas = {name: row.get(name) for name in AREA_COLUMNS}
    return Estimate(
        release=release,
        territory_id=keys[row["code"]],
        level=level,
        risk_class=row.get("class"),
        areas=row.get("areas"),
        **shared,
        **only_areas,
    )


def _drivers(release: Release, keys: dict[str, int], rows: Iterable[Row]) -> list[Driver]:
    return [
        Driver(
            release=release,
            territory_id=keys[row["code"]],
            factor=row["factor"],
            contribution=row["contribution"],
            ci_low=row["ci_low"],
            ci_high=row["ci_high"],
        )
        for row in rows
    ]


def _coefficients(release: Release, rows: Iterable[Row]) -> list[Coefficient]:
    texts = {"factor": "factor", "level": "factor_level", "reference": "reference"}
    numbers = ("term", "estimate", "se", "t", "df", "p_value", "odds_ratio", "or_low", "or_high")
    return [
        Coefficient(
            release=release,
            position=position,
            **{field: row[column] or "" for column, field in texts.items()},
            **{name: row[name] for name in numbers},
        )
        for position, row in enumerate(rows)
    ]


def _create_profile(release: Release, keys: dict[str, int], rows: Iterable[Row]) -> None:
    """A variable is told apart by all that is said of it; rows that share it hang from one."""
    variables: dict[tuple[Any, ...], ProfileVariable] = {}
    values: list[ProfileValue] = []
    for row in rows:
        about = _about(row)
        if about not in variables:
            variables[about] = _variable(release, len(variables), row)
        values.append(
            ProfileValue(
                variable=variables[about],
                territory_id=keys[row["code"]],
                value=row["value"],
                withheld=row["withheld"],
            )
        )
    ProfileVariable.objects.bulk_create(variables.values(), BATCH)
    ProfileValue.objects.bulk_create(values, BATCH)


def _about(row: Row) -> tuple[Any, ...]:
    return tuple(value for name, value in row.items() if name not in {"code", "value", "withheld"})


def _variable(release: Release, position: int, row: Row) -> ProfileVariable:
    return ProfileVariable(
        release=release,
        position=position,
        name=row["variable"],
        unit=row["unit"],
        year=row["year"],
        source=row["source"],
        labels={language: row[f"label_{language}"] for language in ("es", "pt", "en", "fr")},
    )
