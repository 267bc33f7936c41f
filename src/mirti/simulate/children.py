"""The truth: which children of 5 to 17 are in child labour, and with what probability.

The logit of a child's probability is a sum over the covariates' levels plus the effect of its municipality and that of
its enumeration area. The area's expected rate is the mean probability of its children given these effects; the realised
rate is the mean of what was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.simulate.households import ADULT, Columns, Small, logistic
from mirti.tables import Floats, Index

AGES = (5, 17)
INTERCEPT = -5.12
LOG_ODDS: dict[str, tuple[float, ...]] = {
    "age": (0.0, 0.7, 1.2, 1.6),  # 5-8, 9-11, 12-14, 15-17
    "sex": (0.5, 0.0),  # male, female
    "attendance": (0.0, 1.3),  # attends, does not
    "zone": (0.0, 0.5),  # urban, rural
    "lag": (0.0, 0.25, 0.6),  # none, 1-2 years, 3 or more
    "head_schooling": (0.6, 0.35, 0.15, 0.0),  # years: under 6, 6-8, 9-11, 12 or more
    "head_activity": (0.0, 0.25, -0.2),  # employed, unemployed, inactive
    "head_sex": (0.0, 0.15),  # male, female
    "any_informal": (0.0, 0.35),  # no, yes
    "ethnicity": (0.4, 0.15, 0.0),  # indigenous, afro-descendant, other
    "birthplace": (0.0, 0.1, 0.4),  # this municipality, another, abroad
    "lacking": (0.0, 0.2, 0.4),  # services lacking: 0, 1, 2 or more
    "overcrowded": (0.0, 0.25),  # three persons a room or more
}
AGE_CUTS, LAG_CUTS, SCHOOLING_CUTS, LACKING_CUTS = (9, 12, 15), (1, 3), (6, 9, 12), (1, 2)
CROWDED = 3


@dataclass(frozen=True)
class Children:
    """(c,) arrays of the children of 5 to 17: row among the persons, probability, and what was drawn (0 or 1)."""

    row: Index
    probability: Floats
    works: Small


def household_facts(columns: Columns, home: Index) -> Columns:
    """What the rest of the household is, given to each of its members; rows are in household order, the head first."""
    first = np.flatnonzero(np.concatenate([[True], home[1:] != home[:-1]]))
    informal = np.add.reduceat((columns["informal"] == 1).astype(np.int32), first)
    facts: Columns = {
        "head_sex": columns["sex"][first][home],
        "head_schooling": columns["schooling"][first][home],
        "head_activity": columns["activity"][first][home],
        "any_informal": (informal > 0).astype(np.int8)[home],
    }
    return facts


def person_facts(columns: Columns) -> Columns:
    """Years behind in school (under 18), services that the dwelling lacks, three persons a room or more."""
    lag = np.maximum(columns["age"] - 6 - columns["schooling"], 0)
    facts: Columns = {
        "lag": np.where(columns["age"] < ADULT, lag, 0).astype(np.int8),
        "lacking": (3 - columns["water"] - columns["electricity"] - columns["sanitation"]).astype(np.int8),
        "overcrowded": (columns["members"] >= CROWDED * columns["rooms"]).astype(np.int8),
    }
    return facts


def draw_children(columns: Columns, effect: Floats, rng: np.random.Generator) -> Children:
    """Draw child labour among the persons of 5 to 17. effect: (rows,) area effect plus enumeration-area effect."""
    age = columns["age"]
    row = np.flatnonzero((age >= AGES[0]) & (age <= AGES[1])).astype(np.int32)
    logit = INTERCEPT + effect[row]
    for name, position in _levels({key: columns[key][row] for key in LOG_ODDS}).items():
        logit += np.asarray(LOG_ODDS[name])[position]
    probability = logistic(logit)
    return Children(row, probability, (rng.random(len(row)) < probability).astype(np.int8))


def _levels(child: Columns) -> dict[str, NDArray[np.integer]]:
    """The position of each child's value in LOG_ODDS."""
    return {
        "age": np.digitize(child["age"], AGE_CUTS),
        "sex": child["sex"] - 1,
        "attendance": child["attendance"] - 1,
        "zone": child["zone"] - 1,
        "lag": np.digitize(child["lag"], LAG_CUTS),
        "head_schooling": np.digitize(child["head_schooling"], SCHOOLING_CUTS),
        "head_activity": child["head_activity"] - 1,
        "head_sex": child["head_sex"] - 1,
        "any_informal": child["any_informal"],
        "ethnicity": child["ethnicity"] - 1,
        "birthplace": child["birthplace"] - 1,
        "lacking": np.digitize(child["lacking"], LACKING_CUTS),
        "overcrowded": child["overcrowded"],
    }  # fmt: skip
