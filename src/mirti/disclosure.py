"""What may leave the house: which columns of a release are public, and which counts of people are too small."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirti.release import TABLES, Column
from mirti.tables import Floats, Index

Flags = NDArray[np.bool_]

SMALLEST_PUBLISHED = 6  # counts of people from 1 to 5 are not published
CLASS_PROBABILITY = re.compile(r"p_\d+")


def public_columns(table: str, columns: Iterable[str]) -> list[str]:
    """Those of a release table's columns that may be on a public page, in a public file or in the API, in order.

    A column that the schema does not declare is not public: nothing leaves because nobody thought of it.
    """
    declared = {column.name: column for each in TABLES if each.name == table for column in each.columns}
    return [name for name in columns if _is_public(name, declared)]


def _is_public(name: str, declared: dict[str, Column]) -> bool:
    column = declared.get("p_<class>" if CLASS_PROBABILITY.fullmatch(name) else name)
    return column is not None and column.public


@dataclass(frozen=True)
class Withheld:
    """Whose distribution is not published. areas: (A,), domains: (G,)."""

    areas: Flags
    domains: Flags
    nation: bool


def is_small(counts: Floats) -> Flags:
    """Counts of people that round to 1 … 5. A count that is not known is not small.

    Decided on six decimals: a count and the same count worked out again from a share must fall on one side.
    """
    known = np.round(counts, 6)
    return np.asarray((known >= 0.5) & (known < SMALLEST_PUBLISHED - 0.5))


def withhold_small(areas: Floats, groups: Index, domains: int) -> Withheld:
    """Primary and secondary suppression of a distribution over a tree: areas, their domains, the nation.

    areas: (A, L) people of each area at each level, nan where not known; groups: (A,) the domain of each area, -1 for
    none. A territory with a small level withholds its whole distribution, so that no complement gives it back. Where a
    published total would give the withheld part away (one member withheld, or a part that is itself small), the member
    with the fewest people is withheld too, and the total where no member is left. Method: secondary cell suppression
    by hand of the smallest cells (Hundepool et al. 2012, Statistical Disclosure Control, section 4.4).
    """
    hidden = np.asarray(is_small(areas).any(axis=1))
    totals = np.zeros((domains, areas.shape[1]))
    np.add.at(totals, groups[groups >= 0], areas[groups >= 0])
    hidden_domains = np.asarray(is_small(totals).any(axis=1))
    for domain in range(domains):
        members = np.flatnonzero(groups == domain)
        if not hidden_domains[domain]:
            hidden_domains[domain] = not _protect(areas[members], hidden, members)
    return _withhold_above(areas, groups, totals, hidden, hidden_domains)


def _withhold_above(
    areas: Floats, groups: Index, totals: Floats, hidden: Flags, hidden_domains: Flags
) -> Withheld:
    """The nation's total is the sum of its domains and of the areas of no domain."""
    alone = np.flatnonzero(groups < 0)
    members = np.concatenate([totals, areas[alone]])
    before = np.concatenate([hidden_domains, hidden[alone]])
    after = before.copy()
    protected = _protect(members, after, np.arange(len(members)))
    added = np.flatnonzero(after[: len(totals)] & ~before[: len(totals)])
    # A domain withheld for the nation's sake is the sum of its areas: they go with it.
    hidden = hidden | np.isin(groups, added)
    hidden[alone] |= after[len(totals) :]
    nation = not protected or bool(is_small(areas.sum(axis=0)).any())
    return Withheld(areas=hidden, domains=after[: len(totals)], nation=nation)


def _protect(counts: Floats, hidden: Flags, members: NDArray[np.intp]) -> bool:
    """Hide more of the members (rows of counts) until their total gives nothing away; False if none is left to hide."""
    if not hidden[members].any() or np.isnan(counts).any():
        return True  # nothing to protect, or the total itself is not known
    by_size = members[np.argsort(counts.sum(axis=1), kind="stable")]
    for candidate in (None, *by_size[~hidden[by_size]]):
        if candidate is not None:
            hidden[candidate] = True
        within = hidden[members]
        if within.sum() > 1 and not is_small(counts[within].sum(axis=0)).any():
            return True
    return False
