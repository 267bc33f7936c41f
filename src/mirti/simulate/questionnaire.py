"""What the survey's questionnaire records about work, so that the legal rule applied to it gives back the truth.

A child in child labour works at least the hours its age allows (1 at 5-11, 14 at 12-14, 43 at 15-17), or in a hazardous
branch or occupation, or does household services for 21 hours or more (5-14). Any other child stays under all of these.
Branches are ISIC rev. 4 classes, occupations ISCO-08 unit groups, as texts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirti.simulate.children import Children
from mirti.simulate.households import ADULT, Columns, Small
from mirti.tables import Floats, Ints

HAZARDOUS_BRANCHES = ("0510", "0810", "2011", "2392", "3811", "4100")
HAZARDOUS_OCCUPATIONS = ("8111", "9311", "9312", "9313", "9611")
BRANCHES_OF_RURAL = ("0111", "0113", "0127", "0141", "0311", "4711")
BRANCHES_OF_URBAN = ("1071", "1410", "4711", "4781", "5610", "9529")
OCCUPATIONS_OF_RURAL = ("6111", "6121", "6221", "9211", "9212", "5221")
OCCUPATIONS_OF_URBAN = ("5131", "5211", "5221", "7512", "9412", "9520")
HOURS_OF_AGE = ((5, 1), (12, 14), (15, 43))  # from this age, child labour at this many weekly hours
CHORES_LIMIT = 21.0
CHORES_UNTIL = 14
ASKED_FROM = 5

Texts = NDArray[np.object_]


def answers(columns: Columns, children: Children, rng: np.random.Generator) -> Columns:
    """activity, hours, branch, occupation, chores_hours of every person; hours are nan and texts None where not asked.

    activity: 1 employed, 2 unemployed, 3 inactive from 5 years of age, 0 below.
    """
    size = len(columns["age"])
    activity = np.where(
        columns["activity"] > 0, columns["activity"], np.where(columns["age"] >= ASKED_FROM, 3, 0)
    )
    hours = np.where(activity == 1, np.clip(np.rint(42 + 12 * rng.standard_normal(size)), 1, 90), np.nan)
    chores = _chores(columns, rng)
    hazard = np.zeros(size, dtype=np.int8)
    _apply_truth(columns, children, activity, hours, chores, hazard, rng)
    branch, occupation = _jobs(columns, activity == 1, hazard, rng)
    return {
        "activity": activity.astype(np.int8),
        "hours": hours,
        "branch": branch,
        "occupation": occupation,
        "chores_hours": chores,
    }


def _chores(columns: Columns, rng: np.random.Generator) -> Floats:
    """Weekly hours of household services, under the limit for everyone up to 14."""
    mean = np.where(columns["sex"] == 2, 1.4, 0.7) * np.where(columns["age"] >= ADULT, 12.0, 5.0)
    hours = np.rint(rng.gamma(1.5, mean / 1.5))
    hours = np.where(
        columns["age"] <= CHORES_UNTIL, np.minimum(hours, CHORES_LIMIT - 1), np.minimum(hours, 90)
    )
    return np.where(columns["age"] >= ASKED_FROM, hours, np.nan)


def _apply_truth(
    columns: Columns, children: Children, activity: Ints, hours: Floats, chores: Floats, hazard: Small,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write into activity, hours, chores and hazard (1 branch, 2 occupation) what makes each child's outcome true."""
    row, age = children.row, columns["age"][children.row]
    limit = np.select([age >= start for start, _ in HOURS_OF_AGE[::-1]], [h for _, h in HOURS_OF_AGE[::-1]])
    way = _ways(children.works == 1, age, columns["sex"][row], rng)
    long_hours, hazardous, only_chores, permitted = (way == w for w in "LHCP")
    at_work = long_hours | hazardous | permitted
    activity[row] = np.where(at_work, 1, 3)
    below = 1 + np.floor(rng.random(len(row)) * np.maximum(limit - 1, 1))
    above = limit + np.floor(rng.gamma(2.0, 4.0, len(row)))
    anything = 1 + np.floor(rng.random(len(row)) * 40)
    hours[row] = np.select([long_hours, hazardous, permitted], [above, anything, below], np.nan)
    many = CHORES_LIMIT + np.floor(rng.gamma(1.5, 4.0, len(row)))
    chores[row] = np.where(only_chores, many, chores[row])
    hazard[row] = np.where(hazardous, 1 + (rng.random(len(row)) < 0.4), 0)


def _ways(works: NDArray[np.bool_], age: Ints, sex: Ints, rng: np.random.Generator) -> NDArray[np.str_]:
    """How each child is in child labour (L long hours, H hazardous, C chores) or is not (P permitted work, N none)."""
    draw = rng.random(len(works))
    chores = np.where(age > CHORES_UNTIL, 0.0, np.where(sex == 2, 0.35, 0.08))
    hazardous = np.where(age > CHORES_UNTIL, 0.5, 0.25)
    permitted = np.where(age >= 15, 0.15, np.where(age >= 12, 0.05, 0.0))
    inside = np.where(draw < chores, "C", np.where(draw < chores + hazardous, "H", "L"))
    return np.where(works, inside, np.where(draw < permitted, "P", "N"))


def _jobs(
    columns: Columns, employed: NDArray[np.bool_], hazard: Small, rng: np.random.Generator
) -> tuple[Texts, Texts]:
    """Branch and occupation of who works. Adults meet hazardous ones too; other children never do."""
    rural = columns["zone"] == 2
    adult = columns["age"] >= ADULT
    branch = np.where(rural, _pick(BRANCHES_OF_RURAL, rural, rng), _pick(BRANCHES_OF_URBAN, rural, rng))
    occupation = np.where(
        rural, _pick(OCCUPATIONS_OF_RURAL, rural, rng), _pick(OCCUPATIONS_OF_URBAN, rural, rng)
    )
    in_branch = (hazard == 1) | (adult & (rng.random(len(adult)) < 0.12))
    in_occupation = (hazard == 2) | (adult & (rng.random(len(adult)) < 0.08))
    branch = np.where(in_branch, _pick(HAZARDOUS_BRANCHES, rural, rng), branch)
    occupation = np.where(in_occupation, _pick(HAZARDOUS_OCCUPATIONS, rural, rng), occupation)
    return _where_employed(branch, employed), _where_employed(occupation, employed)


def _pick(codes: tuple[str, ...], like: NDArray[np.generic], rng: np.random.Generator) -> NDArray[np.str_]:
    return np.asarray(codes)[rng.integers(len(codes), size=len(like))]


def _where_employed(codes: NDArray[np.str_], employed: NDArray[np.bool_]) -> Texts:
    asked: Texts = codes.astype(object)
    asked[~employed] = None
    return asked
