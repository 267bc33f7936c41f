"""The country before anyone lives in it: municipalities, enumeration areas, effects, the sample, the pieces.

Everything drawn here is small (one entry a municipality or enumeration area). Persons are drawn afterwards, piece by
piece, each piece from its own stream of random numbers, so that a piece is the same whatever was drawn before it and
memory does not grow with their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.errors import InputError, Problem
from mirti.simulate.boundaries import Partition, partition
from mirti.simulate.fields import area_variable
from mirti.simulate.households import expected_members, logistic
from mirti.simulate.names import place_names, word
from mirti.simulate.sampling import Frame, draw_units
from mirti.tables import Floats, Index, Ints

SMALLEST, LARGEST = 20_000, 200_000_000
SIZES = (2e4, 2e5, 2e6, 2e7, 2e8)  # persons, for which the numbers of areas are set
MUNICIPALITIES = (40, 120, 300, 2400, 5500)
DEPARTMENTS = (6, 10, 16, 24, 32)
SKEW = 1.5  # standard deviation of the logarithm of municipal populations
AREA_SD, AREA_SPATIAL_SHARE = 0.45, 0.6
UNIT_SD = 0.30
HOUSEHOLDS_OF_PIECE = 100_000
SAMPLE_HOUSEHOLDS = 12_000
STREAMS = ("map", "areas", "units", "sample", "names", "registers")


@dataclass(frozen=True)
class Areas:
    """(D,) arrays, one entry a municipality. deprivation is standardised; effect: on the logit of child labour."""

    code: Index
    name: tuple[str, ...]
    department: Index
    deprivation: Floats
    rural: Floats
    indigenous: Floats
    afro: Floats
    effect: Floats
    households: Ints


@dataclass(frozen=True)
class Units:
    """(P,) arrays, one entry a census enumeration area, in the order of municipalities; zone 1 urban, 2 rural.

    first_household: households before it in the country. effect: its own on the logit of child labour.
    """

    area: Index
    zone: NDArray[np.int8]
    stratum: Index
    households: Ints
    first_household: Ints
    effect: Floats
    drawn: NDArray[np.bool_]
    probability: Floats


@dataclass(frozen=True)
class Plan:
    """take: households asked in a drawn unit. pieces: unit ranges (first, after last) of about 100,000 households."""

    persons: int
    seed: int
    country_name: str
    department_names: tuple[str, ...]
    map: Partition
    areas: Areas
    units: Units
    take: int
    pieces: tuple[tuple[int, int], ...]

    def stream(self, *key: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(len(STREAMS), *key)))


def named_stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(STREAMS.index(name),)))


def plan_country(
    persons: int, seed: int, municipalities: int | None = None, departments: int | None = None
) -> Plan:
    """Lay out a country of about `persons` persons. Raises InputError where the sizes asked for cannot be met."""
    number = municipalities or _by_size(persons, MUNICIPALITIES)
    groups = departments or _by_size(persons, DEPARTMENTS)
    _check_sizes(persons, number, groups)
    drawn_map = partition(number, groups, named_stream(seed, "map"))
    names = place_names(number + groups + 1, named_stream(seed, "names"))
    areas = _areas(drawn_map, tuple(names[:number]), persons, named_stream(seed, "areas"))
    units = _units(areas, _unit_size(persons), named_stream(seed, "units"), named_stream(seed, "sample"))
    return Plan(
        persons,
        seed,
        word(named_stream(seed, "names")),
        tuple(names[number : number + groups]),
        drawn_map,
        areas,
        units,
        _take(units),
        _pieces(units),
    )


def _by_size(persons: int, numbers: tuple[int, ...]) -> int:
    between = np.exp(np.interp(np.log(persons), np.log(SIZES), np.log(numbers)))
    return 2 * round(float(between) / 2)


def _check_sizes(persons: int, municipalities: int, departments: int) -> None:
    if not SMALLEST <= persons <= LARGEST:
        raise InputError(
            Problem(f"{persons:,} persons were asked for.", "simulate",
                    f"Ask for a number between {SMALLEST:,} and {LARGEST:,}.")
        )  # fmt: skip
    if municipalities < 6 * departments or municipalities * 250 > persons or municipalities > 9_999:
        raise InputError(
            Problem(f"{municipalities:,} municipalities in {departments} departments do not fit {persons:,} persons.",
                    "simulate", "Leave at least 6 municipalities a department and 250 persons a municipality.")
        )  # fmt: skip


def _areas(drawn_map: Partition, names: tuple[str, ...], persons: int, rng: np.random.Generator) -> Areas:
    points, size = drawn_map.points, len(drawn_map.points)
    deprivation = area_variable(points, 0.6, rng)
    share = np.exp(SKEW * rng.standard_normal(size))
    share /= share.sum()
    rural = np.clip(0.38 + 0.12 * deprivation - 0.07 * np.log(share * size), 0.05, 0.85)
    indigenous = logistic(-2.6 + 1.4 * area_variable(points, 0.8, rng) + 0.4 * deprivation)
    afro = logistic(-2.4 + 1.2 * area_variable(points, 0.8, rng))
    effect = AREA_SD * area_variable(points, AREA_SPATIAL_SHARE, rng)
    homes = share * persons / expected_members(deprivation, rural)
    households = _at_least(homes, 1.3 * _unit_size(persons))
    return Areas(
        _codes(drawn_map.department, share), names, drawn_map.department, deprivation, rural, indigenous, afro, effect,
        households,
    )  # fmt: skip


def _at_least(homes: Floats, smallest: float) -> Ints:
    """Raise the smallest to `smallest` and take the difference from the others, in proportion."""
    raised = np.maximum(homes, smallest)
    rest = raised > smallest
    raised[rest] *= (homes.sum() - raised[~rest].sum()) / raised[rest].sum()
    return np.rint(np.maximum(raised, smallest)).astype(np.int64)


def _codes(department: Index, share: Floats) -> Index:
    """Two digits of the department, three of the municipality: 001 is the department's largest."""
    code = np.zeros(len(department), dtype=np.int32)
    for g in range(int(department.max()) + 1):
        members = np.flatnonzero(department == g)
        ranked = members[np.argsort(-share[members], kind="stable")]
        code[ranked] = 1000 * (g + 1) + 1 + np.arange(len(ranked))
    return code


def _unit_size(persons: int) -> float:
    """Households of an enumeration area: 28 in the smallest country, 120 from about 800,000 persons on."""
    return float(min(28.0 * (persons / SMALLEST) ** 0.4, 120.0))


def _units(areas: Areas, size: float, rng: np.random.Generator, sample_rng: np.random.Generator) -> Units:
    area, zone, households = _split_into_units(areas, size, rng)
    stratum = 2 * areas.department[area] + zone - 1
    drawn, probability = draw_units(Frame(stratum, area, households), sample_rng)
    effect = UNIT_SD * rng.standard_normal(len(area))
    before = np.cumsum(households) - households
    return Units(area, zone, stratum, households, before, effect, drawn, probability)


def _split_into_units(
    areas: Areas, size: float, rng: np.random.Generator
) -> tuple[Index, NDArray[np.int8], Ints]:
    """Every municipality has an urban and a rural part; each part is cut into areas of about `size` households."""
    rural = np.rint(areas.rural * areas.households).astype(np.int64)
    parts = np.stack([areas.households - rural, rural], axis=1).ravel()
    number = np.maximum(np.rint(parts / size).astype(np.int64), 1)
    part = np.repeat(np.arange(len(parts)), number)
    weight = rng.uniform(0.7, 1.3, len(part))
    running = np.cumsum(weight) - np.repeat(
        np.cumsum(np.bincount(part, weight)) - np.bincount(part, weight), number
    )
    ends = np.rint(running / np.bincount(part, weight)[part] * parts[part]).astype(np.int64)
    first = np.concatenate([[True], part[1:] != part[:-1]])
    households = ends - np.where(first, 0, np.concatenate([[0], ends[:-1]]))
    return (part // 2).astype(np.int32), (1 + part % 2).astype(np.int8), households


def _take(units: Units) -> int:
    """Households asked in each drawn unit: about 12,000 in all, at least 4, at most 80 % of a small unit."""
    drawn = int(units.drawn.sum())
    return int(max(4, min(round(SAMPLE_HOUSEHOLDS / drawn), round(0.8 * float(units.households.mean())))))


def _pieces(units: Units) -> tuple[tuple[int, int], ...]:
    piece = units.first_household // HOUSEHOLDS_OF_PIECE
    starts = np.flatnonzero(np.concatenate([[True], piece[1:] != piece[:-1]]))
    ends = np.append(starts[1:], len(piece))
    return tuple(zip(starts.tolist(), ends.tolist(), strict=True))
