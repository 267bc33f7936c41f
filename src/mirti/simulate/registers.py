"""Administrative registers of municipalities, and the population of a later year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.simulate.households import Columns
from mirti.simulate.plan import Areas, named_stream
from mirti.tables import Floats, Ints

CENSUS_YEAR, SURVEY_YEAR, REGISTER_YEAR, REFERENCE_YEAR = 2022, 2022, 2023, 2025
GROWTH = 0.012  # a year, of the country


@dataclass(frozen=True)
class Totals:
    """Sums over the whole country by area: (D,) each; young (D, 18, 2) persons by age and sex."""

    persons: Ints
    children: Ints
    expected: Floats
    working: Ints
    out_of_school: Ints
    young: Ints


def registers(areas: Areas, totals: Totals, seed: int) -> Columns:
    """Enrolment, drop-out, health posts, inspections and beneficiaries: tied to what is true, and noisy."""
    rng = named_stream(seed, "registers")
    rate = totals.expected / np.maximum(totals.children, 1)
    enrolment = (totals.children - totals.out_of_school) * rng.uniform(0.92, 1.02, len(rate))
    posts = totals.persons / 2500.0 * np.exp(0.2 * areas.rural)
    inspections = totals.persons / 1500.0 * np.exp(-0.6 * areas.rural - 0.2 * areas.deprivation)
    poor = np.clip(0.12 + 0.06 * areas.deprivation + 0.6 * rate, 0.01, 0.6)
    return {
        "area": areas.code,
        "year": np.full(len(rate), REGISTER_YEAR, dtype=np.int16),
        "enrolment": np.rint(enrolment).astype(np.int64),
        "dropout": rng.poisson(totals.out_of_school * rng.uniform(0.25, 0.45, len(rate))),
        "health_posts": 1 + rng.poisson(posts),
        "inspections": rng.poisson(inspections),
        "beneficiaries": rng.poisson(poor * totals.children),
    }


def population(areas: Areas, totals: Totals, seed: int) -> Columns:
    """Persons of 0 to 17 by area, age and sex in the reference year: each area has grown or shrunk at its own pace."""
    rng = np.random.default_rng([seed, REFERENCE_YEAR])
    years = REFERENCE_YEAR - CENSUS_YEAR
    pace = np.exp(years * (GROWTH + 0.015 * rng.standard_normal(len(areas.code)) - 0.01 * areas.rural))
    ageing = np.linspace(0.97, 1.03, totals.young.shape[1])
    count = np.rint(totals.young * pace[:, None, None] * ageing[None, :, None]).astype(np.int64)
    area, age, sex = np.indices(count.shape)
    return {
        "area": areas.code[area.ravel()],
        "age": age.ravel().astype(np.int8),
        "sex": (1 + sex.ravel()).astype(np.int8),
        "persons": count.ravel(),
    }
