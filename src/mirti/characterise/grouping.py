"""How areas make up the territories above them: values of domains and nation are means weighted by children."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.smallarea.benchmark import domain_rates
from mirti.tables import Floats, Index


@dataclass(frozen=True)
class Grouping:
    """group: (A,) domain of each area, 0 … domains − 1, −1 for none; children: (A,) weights, above 0.

    Territories are T = A areas, then the domains.
    """

    group: Index
    domains: int
    children: Floats

    @property
    def size(self) -> int:
        """T."""
        return len(self.group) + self.domains

    def with_nation(self, areas: Floats) -> Floats:
        """(T + 1,) values of areas (A,), of the domains, and of the nation at the end."""
        everywhere = np.zeros(len(areas), dtype=np.int32)
        by_domain = domain_rates(areas, self.children, self.group, self.domains)
        return np.concatenate([areas, by_domain, domain_rates(areas, self.children, everywhere, 1)])

    def distances(self, areas: Floats) -> Floats:
        """(T,) values of the territories less the nation's."""
        values = self.with_nation(areas)
        return np.asarray(values[:-1] - values[-1])

    def totals(self, areas: Floats) -> Floats:
        """(T + 1,) sums of areas (A,) in the territories and in the nation."""
        inside = self.group >= 0
        by_domain = np.bincount(self.group[inside], areas[inside], minlength=self.domains)
        return np.concatenate([areas, by_domain, [areas.sum()]])
