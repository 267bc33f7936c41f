"""One piece of the country: its persons, what the census holds of them, its part of the survey and of the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.simulate.children import Children, draw_children, household_facts, person_facts
from mirti.simulate.households import Columns, Setting, households, persons
from mirti.simulate.plan import Plan
from mirti.simulate.questionnaire import answers
from mirti.tables import Floats, Index, Ints

YOUNG = 18  # ages 0…17 are counted by area for the projection
DWELLING = ("water", "sanitation", "rooms")  # missing for a whole household at once
PERSONAL = ("schooling", "ethnicity", "birthplace")
MISSING = 0.01
MISSING_HOURS = 0.008
RESPONSE = 0.92
LEAST_ANSWERS = 2
ZERO_IS_MISSING = ("activity",)  # not asked below 18

Masks = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Recorded:
    """Columns as a file holds them; masks: where a column's value is missing."""

    columns: Columns
    masks: Masks


@dataclass(frozen=True)
class AreaSums:
    """Sums by area of the piece: area (a,) positions; each other (a,), young (a, 18, 2) persons by age and sex."""

    area: Index
    persons: Ints
    children: Ints
    expected: Floats
    working: Ints
    out_of_school: Ints
    young: Ints


@dataclass(frozen=True)
class Piece:
    """census: one row a person. survey: one row a person of the sampled households; sample_truth: of its children."""

    census: Recorded
    survey: Recorded
    sample_truth: Columns
    sums: AreaSums


def draw_piece(plan: Plan, piece: int) -> Piece:
    """Draw piece number `piece` of the plan: always the same, whatever was drawn before it."""
    rng, survey_rng = plan.stream(0, piece), plan.stream(1, piece)
    columns, home, unit = _people(plan, piece, rng)
    children = draw_children(columns, (plan.areas.effect[plan.units.area] + plan.units.effect)[unit], rng)
    sums = _sums(plan, columns, children, unit)
    census = _recorded(columns, home, rng)
    survey, truth = _survey(plan, columns, home, unit, children, survey_rng)
    return Piece(census, survey, truth, sums)


def _people(plan: Plan, piece: int, rng: np.random.Generator) -> tuple[Columns, Index, Index]:
    """Columns of every person, true and complete, with the position of its household in the piece and of its unit."""
    units, areas = plan.units, plan.areas
    first, last = plan.pieces[piece]
    unit_of_home = np.repeat(np.arange(first, last, dtype=np.int32), units.households[first:last])
    area, rural = units.area[unit_of_home], units.zone[unit_of_home] == 2
    setting = Setting(areas.deprivation[area], rural, areas.indigenous[area], areas.afro[area])
    homes = households(setting, rng)
    members, home = persons(homes, rural, rng)
    unit = unit_of_home[home]
    columns: Columns = {
        "area": areas.code[units.area][unit],
        "segment": unit + 1,
        "zone": units.zone[unit],
        "household": units.first_household[first] + 1 + home.astype(np.int64),
        **members,
    }
    return columns | household_facts(columns, home) | person_facts(columns), home, unit


def _sums(plan: Plan, columns: Columns, children: Children, unit: Index) -> AreaSums:
    area_of_person = plan.units.area[unit]
    present, position = np.unique(area_of_person, return_inverse=True)
    size = len(present)
    child = position[children.row]
    away = columns["attendance"][children.row] == 2
    young = np.flatnonzero(columns["age"] < YOUNG)
    cell = (position[young] * YOUNG + columns["age"][young]) * 2 + columns["sex"][young] - 1
    return AreaSums(
        present,
        np.bincount(position, minlength=size),
        np.bincount(child, minlength=size),
        np.bincount(child, weights=children.probability, minlength=size).astype(np.float64),
        np.bincount(child[children.works == 1], minlength=size),
        np.bincount(child[away], minlength=size),
        np.bincount(cell, minlength=size * YOUNG * 2).reshape(size, YOUNG, 2),
    )


def _recorded(columns: Columns, home: Index, rng: np.random.Generator) -> Recorded:
    """What a file holds: answers lost at random, and household facts only where what they rest on is left."""
    masks: Masks = {name: rng.random(len(home)) < MISSING for name in PERSONAL}
    masks |= {name: (rng.random(int(home[-1]) + 1) < MISSING)[home] for name in DWELLING}
    masks |= {name: columns[name] == 0 for name in ZERO_IS_MISSING}
    head = np.flatnonzero(columns["person"] == 1)
    masks["head_schooling"] = np.repeat(masks["schooling"][head], columns["members"][head])
    masks["lag"] = masks["schooling"]
    masks["lacking"] = masks["water"] | masks["sanitation"]
    masks["overcrowded"] = masks["rooms"]
    return Recorded(columns, masks)


def _survey(
    plan: Plan, columns: Columns, home: Index, unit: Index, children: Children, rng: np.random.Generator
) -> tuple[Recorded, Columns]:
    """The sampled households that answered, with the questionnaire's columns and the design."""
    rows, weight = _sampled(plan, home, unit, rng)
    person: Columns = {name: values[rows] for name, values in columns.items()}
    asked = _restricted(children, rows)
    person |= answers(person, asked, rng)
    units = plan.units
    person |= {
        "stratum": _stratum_code(plan)[unit[rows]],
        "psu": unit[rows] + 1,
        "weight": weight,
        "stratum_psus": np.bincount(units.stratum)[units.stratum[unit[rows]]].astype(np.int32),
        "psu_households": units.households[unit[rows]].astype(np.int32),
    }
    truth: Columns = {
        "household": person["household"][asked.row],
        "person": person["person"][asked.row],
        "probability": asked.probability,
        "child_labour": asked.works,
    }
    return _with_lost_hours(_recorded_sample(person, rng), rng), truth


def _recorded_sample(person: Columns, rng: np.random.Generator) -> Recorded:
    if len(person["household"]) == 0:
        return Recorded(person, {})
    _, home = np.unique(person["household"], return_inverse=True)
    return _recorded(person, home.astype(np.int32), rng)


def _sampled(plan: Plan, home: Index, unit: Index, rng: np.random.Generator) -> tuple[Index, Floats]:
    """Rows of the persons who answered, and the weight of each: inverse inclusion probability, and non-response made up
    for within the enumeration area."""
    units = plan.units
    first = np.flatnonzero(np.concatenate([[True], home[1:] != home[:-1]]))
    unit_of_home = unit[first]
    candidates = np.flatnonzero(units.drawn[unit_of_home])
    order = candidates[np.lexsort((rng.random(len(candidates)), unit_of_home[candidates]))]
    place = _place_in_group(unit_of_home[order])
    willing = (rng.random(len(order)) < RESPONSE) | (place < LEAST_ANSWERS)
    answered = np.sort(order[(place < plan.take) & willing])
    responses = np.bincount(unit_of_home[answered], minlength=len(units.households))
    each = units.households / np.maximum(responses, 1) / np.where(units.drawn, units.probability, 1.0)
    chosen = np.zeros(len(first), dtype=bool)
    chosen[answered] = True
    rows = np.flatnonzero(chosen[home]).astype(np.int32)
    return rows, each[unit[rows]]


def _place_in_group(group: Index) -> Ints:
    """0, 1, 2… within each run of equal values."""
    starts = (
        np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
        if len(group)
        else np.zeros(0, np.int64)
    )
    lengths = np.diff(np.append(starts, len(group)))
    return np.arange(len(group)) - np.repeat(starts, lengths)


def _restricted(children: Children, rows: Index) -> Children:
    """The children among `rows` (ascending), numbered as positions in it."""
    inside = np.isin(children.row, rows)
    position = np.searchsorted(rows, children.row[inside]).astype(np.int32)
    return Children(position, children.probability[inside], children.works[inside])


def _stratum_code(plan: Plan) -> Index:
    """Department's two digits and the zone, of each unit."""
    units = plan.units
    return (10 * (plan.areas.department[units.area] + 1) + units.zone).astype(np.int32)


def _with_lost_hours(recorded: Recorded, rng: np.random.Generator) -> Recorded:
    columns, masks = recorded.columns, dict(recorded.masks)
    for name in ("hours", "chores_hours"):
        values = columns[name]
        masks[name] = np.isnan(values) | (rng.random(len(values)) < MISSING_HOURS)
    for name in ("branch", "occupation"):
        masks[name] = columns["activity"] != 1
    return Recorded(columns, masks)
