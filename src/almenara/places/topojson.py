"""TopoJSON decoded: polygons from the arcs that neighbours share (github.com/topojson/topojson-specification, 2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Arc = NDArray[np.float64]  # (points, 2)


def polygons(topology: Mapping[str, Any], name: str, wanted: set[str]) -> dict[str, shapely.Geometry]:
    """Polygons of the object of that name, by id; what is not wanted, and other geometries, are left out."""
    members = [item for item in topology["objects"][name]["geometries"] if item.get("id") in wanted]
    arcs = _Arcs(topology)
    return {item["id"]: found for item in members if (found := _geometry(item, arcs)) is not None}


class _Arcs:
    """Arcs decoded when they are first asked for: of a map of the world few are needed."""

    def __init__(self, topology: Mapping[str, Any]) -> None:
        self._raw, self._transform = topology["arcs"], topology.get("transform")
        self._decoded: dict[int, Arc] = {}

    def __getitem__(self, index: int) -> Arc:
        """~index is the arc of that index turned round."""
        if index < 0:
            return self[~index][::-1]
        if index not in self._decoded:
            self._decoded[index] = self._decode(self._raw[index])
        return self._decoded[index]

    def _decode(self, raw: Sequence[Sequence[float]]) -> Arc:
        points = np.array(raw, dtype=np.float64)[:, :2]
        if self._transform is None:
            return points
        steps: Arc = points.cumsum(axis=0) * self._transform["scale"]
        moved: Arc = steps + self._transform["translate"]
        return moved


def _geometry(item: Mapping[str, Any], arcs: _Arcs) -> shapely.Geometry | None:
    if item["type"] == "Polygon":
        return _polygon(item["arcs"], arcs)
    if item["type"] == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(rings, arcs) for rings in item["arcs"]])
    return None


def _polygon(rings: Sequence[Sequence[int]], arcs: _Arcs) -> shapely.Polygon:
    shell, *holes = [_ring(ring, arcs) for ring in rings]
    return shapely.Polygon(shell, holes)


def _ring(ring: Sequence[int], arcs: _Arcs) -> Arc:
    """Each arc begins where the one before it ends: that point is taken once."""
    first, *others = [arcs[index] for index in ring]
    return np.concatenate([first, *(arc[1:] for arc in others)])
