"""Households and their members: who lives together, and what a census asks of them.

Codes are those of the files. sex: 1 male, 2 female. zone: 1 urban, 2 rural. relation: 1 head, 2 spouse, 3 child,
4 grandchild, 5 other relative, 6 not related. ethnicity: 1 indigenous, 2 afro-descendant, 3 other. birthplace and
residence5: 1 this municipality, 2 another, 3 abroad. attendance: 1 attends, 2 does not. activity: 1 employed,
2 unemployed, 3 inactive, asked from 18. informal: 1 informal, 2 formal, 0 not employed. Services: 1 has it, 0 has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirti.tables import Floats, Index, Ints

Columns = dict[str, NDArray[Any]]
Small = NDArray[np.int8]

ADULT = 18
HEAD_AGES = np.arange(ADULT, 91)
MOST_CHILDREN = 9
GRANDCHILDREN_FROM = 45
OTHERS = 0.30  # mean number of further members
ABROAD = 0.04  # born in another country


def _head_age_shares() -> Floats:
    shares = (HEAD_AGES - 16.0) ** 1.5 * np.exp(-(HEAD_AGES - 16.0) / 12.5)
    normal: Floats = shares / shares.sum()
    return normal


def _spouse_shares() -> Floats:
    """(2, ages): probability of a spouse by sex and age of the head."""
    settled = np.clip(0.45 + 0.05 * (HEAD_AGES - ADULT), 0.0, 0.88)
    widowed = np.clip(1.0 - 0.012 * np.maximum(HEAD_AGES - 55, 0), 0.3, 1.0)
    return np.stack([settled * widowed, 0.25 * widowed])


HEAD_AGE_SHARES = _head_age_shares()
FEMALE_HEADS = np.clip(0.26 + 0.004 * (HEAD_AGES - 40), 0.2, 0.45)
SPOUSE = _spouse_shares()
CHILDREN = np.interp(HEAD_AGES, [18, 24, 32, 40, 48, 58, 70, 90], [0.25, 0.9, 1.9, 2.3, 1.8, 0.8, 0.3, 0.1])
GRANDCHILDREN = np.where(HEAD_AGES >= GRANDCHILDREN_FROM, 0.35, 0.0)


def fertility(deprivation: Floats, rural: NDArray[np.bool_]) -> Floats:
    """How many times the usual number of children, by the area's deprivation and the zone."""
    factor: Floats = np.exp(0.10 * deprivation + 0.18 * rural)
    return factor


def expected_members(deprivation: Floats, rural_share: Floats) -> Floats:
    """Mean members of a household, the sums of what `households` draws (before the cap on children)."""
    with_spouse = ((1 - FEMALE_HEADS) * SPOUSE[0] + FEMALE_HEADS * SPOUSE[1]) @ HEAD_AGE_SHARES
    others = OTHERS + GRANDCHILDREN @ HEAD_AGE_SHARES
    urban = fertility(deprivation, np.zeros(len(deprivation), dtype=bool))
    rural = fertility(deprivation, np.ones(len(deprivation), dtype=bool))
    factor = rural_share * rural + (1.0 - rural_share) * urban
    members: Floats = 1.0 + with_spouse + others + factor * float(CHILDREN @ HEAD_AGE_SHARES)
    return members


@dataclass(frozen=True)
class Setting:
    """What surrounds each of h households: (h,) arrays by municipality and enumeration area."""

    deprivation: Floats
    rural: NDArray[np.bool_]
    indigenous: Floats
    afro: Floats


@dataclass(frozen=True)
class Households:
    """(h,) arrays. poverty is latent: it moves schooling, services and work, and no file holds it."""

    poverty: Floats
    head_age: Ints
    head_female: NDArray[np.bool_]
    spouse: NDArray[np.bool_]
    children: Ints
    grandchildren: Ints
    others: Ints
    ethnicity: Small
    water: Small
    electricity: Small
    sanitation: Small
    rooms: Small

    @property
    def members(self) -> Ints:
        return 1 + self.spouse + self.children + self.grandchildren + self.others


def households(setting: Setting, rng: np.random.Generator) -> Households:
    """Draw h households: head, spouse, numbers of other members, ethnicity, dwelling."""
    size = len(setting.deprivation)
    poverty = 1.0 * setting.deprivation + 0.45 * setting.rural + 0.8 * rng.standard_normal(size)
    age = np.searchsorted(np.cumsum(HEAD_AGE_SHARES)[:-1], rng.random(size))
    female = rng.random(size) < FEMALE_HEADS[age]
    spouse = rng.random(size) < SPOUSE[female.astype(np.int8), age]
    children = rng.poisson(CHILDREN[age] * fertility(setting.deprivation, setting.rural))
    grandchildren = rng.poisson(GRANDCHILDREN[age])
    others = rng.poisson(OTHERS, size)
    return Households(
        poverty,
        HEAD_AGES[age],
        female,
        spouse,
        np.minimum(children, MOST_CHILDREN),
        grandchildren,
        others,
        _ethnicity(setting, rng),
        _has_service(2.6, poverty, rng),
        _has_service(3.6, poverty, rng),
        _has_service(1.6, poverty, rng),
        np.clip(1 + rng.poisson(np.exp(0.85 - 0.18 * poverty)), 1, 9).astype(np.int8),
    )


def _ethnicity(setting: Setting, rng: np.random.Generator) -> Small:
    draw = rng.random(len(setting.indigenous))
    indigenous = draw < setting.indigenous
    afro = draw > 1.0 - setting.afro * (1.0 - setting.indigenous)
    return np.where(indigenous, 1, np.where(afro, 2, 3)).astype(np.int8)


def _has_service(level: float, poverty: Floats, rng: np.random.Generator) -> Small:
    return (rng.random(len(poverty)) < logistic(level - 1.1 * poverty)).astype(np.int8)


def logistic(logit: Floats) -> Floats:
    probability: Floats = 1.0 / (1.0 + np.exp(-logit))
    return probability


def persons(homes: Households, rural: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Columns, Index]:
    """One row a member, household by household, the head first: the columns, and each row's household position."""
    members = homes.members
    home = np.repeat(np.arange(len(members), dtype=np.int32), members)
    number = np.arange(len(home)) - np.repeat(np.cumsum(members) - members, members) + 1
    relation = _relations(homes, home, number, rng)
    age = _ages(homes, home, relation, rng)
    sex = _sexes(homes, home, relation, rng)
    poverty = homes.poverty[home]
    attendance = _attendance(age, poverty, rng)
    schooling = _schooling(age, attendance, poverty, rng)
    activity, informal = _work_of_adults(age, sex, schooling, poverty, rng)
    birthplace, residence5 = _migration(age, rural[home], rng)
    columns: Columns = {
        "person": number.astype(np.int8),
        "relation": relation,
        "sex": sex,
        "age": age.astype(np.int8),
        "attendance": attendance,
        "schooling": schooling.astype(np.int8),
        "activity": activity,
        "informal": informal,
        "birthplace": birthplace,
        "residence5": residence5,
        "ethnicity": homes.ethnicity[home],
        "water": homes.water[home],
        "electricity": homes.electricity[home],
        "sanitation": homes.sanitation[home],
        "rooms": homes.rooms[home],
        "members": members[home].astype(np.int8),
    }
    return columns, home


def _relations(homes: Households, home: Index, number: Ints, rng: np.random.Generator) -> Small:
    last_child = 1 + homes.spouse + homes.children
    last_grandchild = last_child + homes.grandchildren
    relation = np.where(rng.random(len(home)) < 0.7, 5, 6).astype(np.int8)
    relation[number <= last_grandchild[home]] = 4
    relation[number <= last_child[home]] = 3
    relation[(number == 2) & homes.spouse[home]] = 2
    relation[number == 1] = 1
    return relation


def _ages(homes: Households, home: Index, relation: Small, rng: np.random.Generator) -> Ints:
    """Parents are 16 to 43 years older than their children, who leave home by 27; spouses are adults."""
    head = homes.head_age[home]
    draw = rng.random(len(home))
    oldest = np.minimum(head - 16, 27)
    youngest = np.minimum(np.maximum(head - 43, 0), oldest)
    age = np.where(relation == 3, youngest + (draw * (oldest - youngest + 1)).astype(np.int64), head)
    spouse = np.flatnonzero(relation == 2)
    gap = np.where(homes.head_female[home[spouse]], 2.0, -3.0) + 4.0 * rng.standard_normal(len(spouse))
    age[spouse] = np.clip(head[spouse] + np.rint(gap), ADULT, 95)
    grandchild = np.flatnonzero(relation == 4)
    age[grandchild] = draw[grandchild] * np.minimum(head[grandchild] - 34, 20)
    other = np.flatnonzero(relation >= 5)
    age[other] = 3 + 78 * draw[other] ** 1.3
    return age


def _sexes(homes: Households, home: Index, relation: Small, rng: np.random.Generator) -> Small:
    female = rng.random(len(home)) < 0.495
    female = np.where(relation == 1, homes.head_female[home], female)
    female = np.where(relation == 2, ~homes.head_female[home], female)
    return (1 + female).astype(np.int8)


def _attendance(age: Ints, poverty: Floats, rng: np.random.Generator) -> Small:
    level = np.interp(np.arange(100), [0, 2, 3, 5, 7, 11, 14, 17, 19, 24, 30, 99],
                      [-9, -9, -0.5, 1.8, 4.2, 4.0, 2.6, 1.1, -0.8, -2.0, -4.0, -7.0])  # fmt: skip
    attends = rng.random(len(age)) < logistic(level[age] - 0.5 * poverty)
    return np.where(attends, 1, 2).astype(np.int8)


def _schooling(age: Ints, attendance: Small, poverty: Floats, rng: np.random.Generator) -> Ints:
    """Completed years: of adults by cohort and poverty; of children by age less a lag, longer once out of school."""
    noise = rng.standard_normal(len(age))
    adult = np.rint(11.2 - 0.07 * np.maximum(age - 25, 0) - 1.7 * poverty + 3.0 * noise)
    behind = -0.2 + 0.09 * np.maximum(age - 6, 0) * (1.0 + 0.5 * poverty) + 0.8 * noise
    behind = behind + np.where((attendance == 2) & (age > 7), 1.2 + 0.08 * age, 0.0)
    lag = np.floor(np.maximum(behind, 0.0))
    years = np.where(age < ADULT, age - 6 - lag, np.minimum(adult, age - 6))
    return np.clip(years, 0, 18).astype(np.int64)


def _work_of_adults(
    age: Ints, sex: Small, schooling: Ints, poverty: Floats, rng: np.random.Generator
) -> tuple[Small, Small]:
    prime = np.where(age < 60, 1.0, np.where(age < 72, 0.55, 0.15))
    works = np.where(sex == 1, 0.86, 0.40 + 0.02 * schooling) * prime
    draw = rng.random(len(age))
    activity = np.where(draw < works, 1, np.where(draw < works + 0.06 * prime, 2, 3)).astype(np.int8)
    activity[age < ADULT] = 0
    is_informal = rng.random(len(age)) < logistic(1.0 - 0.2 * (schooling - 7) + 0.35 * poverty)
    informal = np.where(activity == 1, np.where(is_informal, 1, 2), 0).astype(np.int8)
    return activity, informal


def _migration(age: Ints, rural: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Small, Small]:
    elsewhere = np.where(rural, 0.6, 1.2) * np.minimum(0.05 + 0.009 * age, 0.32)
    draw, recent = rng.random(len(age)), rng.random(len(age))
    born = np.where(draw < ABROAD, 3, np.where(draw < ABROAD + elsewhere, 2, 1)).astype(np.int8)
    lived = np.where((born == 3) & (recent < 0.3), 3, np.where(recent < 0.05, 2, 1)).astype(np.int8)
    return born, lived
