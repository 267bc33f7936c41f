"""The rows of a release that is being published: from the gateway's records to the site's tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from almenara.common.bulk import copy_in
from almenara.places.actions import BATCH
from almenara.places.models import Level
from almenara.risk.gateway import ReleaseFolder, Row
from almenara.risk.models import (
    Coefficient,
    Driver,
    Estimate,
    Indicator,
    ProfileValue,
    ProfileVariable,
    Release,
    ScenarioEffect,
    Spot,
)

LANGUAGES = ("es", "pt", "en", "fr")
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
AREA_COLUMNS = ("class_probabilities", "rank_low", "rank_high", "p_top")
DRIVER_COLUMNS = ("factor", "contribution", "ci_low", "ci_high")
SCENARIO_COLUMNS = ("scenario", "risk", "difference", "ci_low", "ci_high", "expected_difference", "moved")


def create_rows(data: ReleaseFolder, release: Release, keys: dict[str, int]) -> None:
    """keys: of the territories, by code."""
    areas = (_estimate(release, keys, row, Level.MUNICIPALITY, about) for row, about in _areas(data))
    domains = (_estimate(release, keys, row, row["level"], {}) for row in data.domains)
    Estimate.objects.bulk_create([*domains, *areas], BATCH)
    _copy(Driver, DRIVER_COLUMNS, data.drivers, release, keys)
    _copy(ScenarioEffect, SCENARIO_COLUMNS, data.scenarios, release, keys)
    Coefficient.objects.bulk_create(_coefficients(release, data.coefficients), BATCH)
    Indicator.objects.bulk_create(_indicators(release, data.weights), BATCH)
    _create_profile(release, keys, data.profile)


def _areas(data: ReleaseFolder) -> Iterable[tuple[Row, Row]]:
    """Every area, and what hot spots and types say of it."""
    spots = {row["code"]: _spot(row) for row in data.hot_spots}
    types = {row["code"]: {"area_type": row["type"]} for row in data.types}
    for row in data.areas:
        yield row, spots.get(row["code"], {}) | types.get(row["code"], {})


def _spot(row: Row) -> Row:
    spot = Spot.HOT if row["hot_spot"] else Spot.COLD if row["cold_spot"] else Spot.NONE
    return {"spot": spot, "p_adjusted": row["p_adjusted"], "share_hot": row["share_hot"]}


def _estimate(release: Release, keys: dict[str, int], row: Row, level: str, about: Row) -> Estimate:
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
        **about,
    )


def _copy(
    model: type[Driver | ScenarioEffect],
    columns: tuple[str, ...],
    rows: Iterable[Row],
    release: Release,
    keys: dict[str, int],
) -> None:
    values = ((release.pk, keys[row["code"]], *(row[name] for name in columns)) for row in rows)
    copy_in(model, ("release", "territory", *columns), values)


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


def _indicators(release: Release, rows: Iterable[Row]) -> list[Indicator]:
    same = ("dimension", "weight", "direction", "treatment", "unit", "year", "source")
    return [
        Indicator(
            release=release,
            position=position,
            name=row["indicator"],
            labels=_labels(row),
            **{name: row[name] for name in same},
        )
        for position, row in enumerate(rows)
    ]


def _create_profile(release: Release, keys: dict[str, int], rows: Iterable[Row]) -> None:
    """A variable is told apart by all that is said of it; rows that share it hang from one."""
    variables: dict[tuple[Any, ...], ProfileVariable] = {}
    of_row: list[tuple[Any, ...]] = []
    kept = list(rows)
    for row in kept:
        about = _about(row)
        of_row.append(about)
        if about not in variables:
            variables[about] = _variable(release, len(variables), row)
    ProfileVariable.objects.bulk_create(variables.values(), BATCH)
    values = (
        (variables[about].pk, keys[row["code"]], row["value"], row["withheld"])
        for row, about in zip(kept, of_row, strict=True)
    )
    copy_in(ProfileValue, ("variable", "territory", "value", "withheld"), values)


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
        labels=_labels(row),
    )


def _labels(row: Row) -> dict[str, str]:
    return {language: row[f"label_{language}"] for language in LANGUAGES}
