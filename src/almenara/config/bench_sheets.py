"""How long all fact sheets of a country take: a sample of those of a made-up one, set whole, times 5,570.

Figures, drivers, profile and population are made up for the sample; what reads, words, draws and sets them is what the
job runs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
from django.db import connection
from django.utils import timezone, translation

from almenara.observatory.orders import TURN_SECONDS
from almenara.observatory.presenters.atlas import Atlas
from almenara.observatory.rendering import files
from almenara.places.models import Level, Population, Territory
from almenara.risk.facts import Country
from almenara.risk.models import Driver, Estimate, ProfileValue, ProfileVariable, Release

ALL, LIMIT, SAMPLE = 5570, 600.0, 200
LARGEST = 120.0  # kB, the mean of the sample
YEAR, AGES = 2022, (5, 17)
FACTORS = ("schooling", "rural", "sector", "poverty", "water", "crowding", "sex", "age")
VARIABLES = 10
CUTS = (0.0, 0.09, 0.13, 1.0)


def run(country: str) -> bool:
    """Print the BENCH lines; True if one is over its limit. The country's territories are there. As the owner."""
    release, sample = _publish(country)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself within a minute of a publication
    start = time.perf_counter()
    atlas = Atlas(Country(release))
    for level in Level:
        atlas.country.level(level)
    read = time.perf_counter()
    with translation.override("es"):
        size = sum(len(file.content) for file in files(atlas, sample))
    setting = (time.perf_counter() - read) / len(sample) * ALL
    seconds = setting + math.ceil(setting / TURN_SECONDS) * (read - start)  # each turn reads the country anew
    print(f"BENCH sheets_sample {len(sample)} sheets - ok", flush=True)  # noqa: T201
    slow = _is_over(f"sheets_{ALL}", seconds, "s", LIMIT)
    large = _is_over("sheet_size", size / len(sample) / 1000, "kB", LARGEST)
    return slow or large


def _is_over(name: str, value: float, unit: str, limit: float) -> bool:
    """Print the figure's line."""
    print(f"BENCH {name} {value:.0f} {unit} <={limit:g} {'short' if value > limit else 'ok'}", flush=True)  # noqa: T201
    return value > limit


def _publish(code: str) -> tuple[Release, list[Territory]]:
    rng = np.random.default_rng(1)
    places = list(
        Territory.objects.filter(country=code).select_related("listed_in__listed_in").order_by("code")
    )
    municipalities = [place for place in places if place.level == Level.MUNICIPALITY]
    sample = municipalities[:: max(len(municipalities) // SAMPLE, 1)][:SAMPLE]
    release = _release(next(place for place in places if place.level == Level.COUNTRY))
    risks = np.clip(rng.normal(0.1, 0.03, len(places)), 0.01, 0.5)
    Estimate.objects.bulk_create(
        map(_estimate, [release] * len(places), places, risks, range(len(places))), 1000
    )
    known = dict(zip(places, risks, strict=True))
    _add_drivers(release, sample, known)
    _add_profile(release, [*sample, *(place for place in places if place.level != Level.MUNICIPALITY)])
    Population.objects.bulk_create(
        Population(
            territory=place, year=YEAR, age_from=age, age_to=age, sex=sex, count=90 + age, source="Bench"
        )
        for place in sample
        for age in range(AGES[0], AGES[1] + 1)
        for sex in ("female", "male")
    )
    return release, sample


def _release(country: Territory) -> Release:
    named = dict.fromkeys(("es", "pt", "en", "fr"), "Bench")
    classes = [
        {"class": i + 1, "low": CUTS[i], "high": CUTS[i + 1], "areas": 1800, "children": 1e6, "expected": 1e5}
        for i in range(3)
    ]
    return Release.objects.create(
        release_id="bench", content_hash="0" * 64, schema_version="1", country=country, titles=named,
        outcome_kind="child_labour", outcome_labels=named, age_from=AGES[0], age_to=AGES[1], survey_year=2021,
        census_year=2018, interval_kind="bootstrap", manifest={},
        diagnostics={"mixed": {}, "uncertainty": {"top": 100}},
        classes={"method": "natural_breaks", "classes": classes}, created=timezone.now(), published_at=timezone.now(),
    )  # fmt: skip


def _estimate(release: Release, place: Territory, risk: float, position: int) -> Estimate:
    is_area = place.level == Level.MUNICIPALITY
    number = 1 + sum(risk >= cut for cut in CUTS[1:-1])
    return Estimate(
        release=release, territory=place, level=place.level, children=5000, children_year=YEAR,
        children_source="projection", risk=risk, se=0.01, ci_low=max(risk - 0.02, 0), ci_high=risk + 0.02,
        interval_kind="bootstrap", expected=5000 * risk, cv=0.1, reliability="A", rank=position + 1,
        rank_low=max(position - 50, 1), rank_high=position + 60, risk_class=number if is_area else None,
        class_probabilities=[0.2, 0.3, 0.5] if is_area else None, p_top=0.1, areas=None if is_area else 200,
    )  # fmt: skip


def _add_drivers(release: Release, sample: Sequence[Territory], risks: dict[Territory, float]) -> None:
    nation = risks[release.country]
    shares = np.linspace(-0.6, 1.0, len(FACTORS))
    shares = np.append(shares, 1.0 - shares.sum())
    Driver.objects.bulk_create(
        Driver(
            release=release, territory=place, factor=factor, contribution=part,
            ci_low=part - 0.004, ci_high=part + 0.004,
        )
        for place in sample
        for factor, part in zip((*FACTORS, "remainder"), shares * (risks[place] - nation), strict=True)
    )  # fmt: skip


def _add_profile(release: Release, places: Sequence[Territory]) -> None:
    named = dict.fromkeys(("es", "pt", "en", "fr"), "Share of households without water from a pipe")
    variables = ProfileVariable.objects.bulk_create(
        ProfileVariable(
            release=release,
            position=i,
            name=f"v{i}",
            unit="proportion",
            year=YEAR,
            source="registers",
            labels=named,
        )
        for i in range(VARIABLES)
    )
    ProfileValue.objects.bulk_create(
        ProfileValue(variable=variable, territory=place, value=0.1 + variable.position / 20)
        for variable in variables
        for place in places
    )
