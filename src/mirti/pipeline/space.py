"""Hot spots and types of territories, as a release carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mirti.characterise.typology import FEWEST as FEWEST_TYPED
from mirti.characterise.typology import Typology, typology
from mirti.declarations import HotSpotsDeclaration, TypologyDeclaration
from mirti.documents import MoranRecord, TypeRecord, TypologyRecord
from mirti.io.boundaries import Boundaries
from mirti.io.release_tables import arrow_table
from mirti.maps.association import FEWEST as FEWEST_MAPPED
from mirti.maps.association import HotSpots, hot_spots
from mirti.maps.contiguity import queen_neighbours
from mirti.tables import Floats

SHOWN = 10
NOT_MAPPED = {
    "few_areas": f"Hot spots were not looked for: fewer than {FEWEST_MAPPED} areas have a neighbour on the map.",
    "same_rates": "Hot spots were not looked for: every area has the same rate.",
}
NOT_TYPED = {
    "few_areas": f"Types of territories were not formed: there are fewer than {FEWEST_TYPED} areas.",
    "same_composition": "Types of territories were not formed: every area has the same composition.",
}


@dataclass(frozen=True)
class Mapped:
    """hotspots.parquet and diagnostics.moran; None without boundaries, or where nothing can be tested."""

    table: pa.Table | None
    record: MoranRecord | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Typed:
    """types.parquet, diagnostics.typology and diagnostics.types; none where no types can be formed."""

    table: pa.Table | None
    typology: TypologyRecord | None
    types: tuple[TypeRecord, ...]
    warnings: tuple[str, ...] = ()


def mapped(
    codes: Sequence[str],
    risk: Floats,
    boundaries: Boundaries | None,
    declaration: HotSpotsDeclaration,
    *,
    seed: int,
    replicates: Floats | None = None,
) -> Mapped:
    """Hot spots of the areas `codes` (A,) with rates risk (A,); replicates: (A, B) draws of the rates, if any."""
    if boundaries is None:
        return Mapped(None, None)
    found = hot_spots(
        codes,
        risk,
        queen_neighbours(boundaries.codes, boundaries.polygons),
        permutations=declaration.permutations,
        false_discovery=declaration.false_discovery,
        seed=seed,
        replicates=replicates,
    )
    if found.unassessed is not None:
        return Mapped(None, None, (NOT_MAPPED[found.unassessed],))
    return Mapped(_hot_spots_table(codes, found), _moran_record(found), _alone(found))


def typed(
    codes: Sequence[str],
    factors: Sequence[str],
    contributions: Floats,
    risk: Floats,
    children: Floats,
    declaration: TypologyDeclaration,
    *,
    seed: int,
    is_rate: bool = True,
) -> Typed:
    """Types of the areas `codes` (A,) by the contributions (A, F) of the factors; rows of their own are left out.

    is_rate: whether risk × children are children (of an index they are not).
    """
    found = typology(factors, contributions, risk, children, groups=declaration.groups, seed=seed)
    if found.unassessed is not None:
        return Typed(None, None, (), (NOT_TYPED[found.unassessed],))
    table = arrow_table("types.parquet", {"code": list(codes), "type": found.number})
    record = TypologyRecord(
        silhouette=found.silhouette, tried={str(k): s for k, s in found.tried.items()}, weak=found.weak
    )
    return Typed(table, record, _type_records(found, is_rate))


def _hot_spots_table(codes: Sequence[str], found: HotSpots) -> pa.Table:
    return arrow_table(
        "hotspots.parquet",
        {
            "code": list(codes),
            "neighbours": found.neighbours,
            "local_moran": found.local,
            "p_value": found.p_value,
            "p_adjusted": found.q_value,
            "quadrant": found.quadrant,
            "hot_spot": found.hot,
            "cold_spot": found.cold,
            "share_hot": found.hot_share,
        },
    )


def _moran_record(found: HotSpots) -> MoranRecord | None:
    moran = found.moran
    if moran is None:
        return None
    return MoranRecord(
        statistic=moran.value,
        expected=moran.expected,
        sd=moran.sd,
        p_value=moran.p_value,
        permutations=found.permutations,
        false_discovery=found.false_discovery,
        pairs=found.pairs,
        hot=int(found.hot.sum()),
        cold=int(found.cold.sum()),
        islands=found.islands,
        left_out=found.off_map,
    )


def _alone(found: HotSpots) -> tuple[str, ...]:
    if not found.islands:
        return ()
    more = f" and {len(found.islands) - SHOWN} more" if len(found.islands) > SHOWN else ""
    listed = ", ".join(found.islands[:SHOWN])
    return (f"Areas without a neighbour on the map take no part in hot spots: {listed}{more}.",)


def _type_records(found: Typology, is_rate: bool) -> tuple[TypeRecord, ...]:
    return tuple(
        TypeRecord(
            number=each.number,
            areas=each.areas,
            children=each.children,
            expected=each.expected if is_rate else None,
            risk=each.risk,
            markers={mark.factor: mark.distance for mark in each.marks},
            contributions={mark.factor: mark.mean for mark in each.marks},
            silhouette=each.silhouette if np.isfinite(each.silhouette) else None,
        )
        for each in found.types
    )
