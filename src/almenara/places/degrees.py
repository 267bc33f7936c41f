"""Are a file's numbers longitude and latitude? Swapped axes and projections, declared wrongly or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from almenara.places.tables import refused

Box = tuple[float, float, float, float]  # west, south, east, north
WORLD: Box = (-180.0, -90.0, 180.0, 90.0)
REGION: Box = (
    -118.6,
    -56.6,
    -26.0,
    33.0,
)  # Latin America and the Caribbean, the islands of the Pacific aside
MERCATOR = 20_037_508.35  # metres from the middle to the edge (EPSG:3857)
RADIUS = MERCATOR / np.pi
EASTINGS, NORTHINGS = (100_000, 900_000), (0, 10_000_000)  # of a UTM zone, metres


def check_degrees(path: Path, bounds: Box, crs: Any) -> None:
    """bounds: of the numbers as the file has them; crs: as it declares it, or None. Raises RefusedError."""
    if crs is not None and crs.is_projected and _within(bounds, WORLD):
        raise refused(
            f"It says that its coordinates are metres of {crs.name}, and they are degrees.",
            path,
            "Declare EPSG:4326 in the file (the .prj of a shapefile, the crs of a GeoJSON).",
        )
    if crs is not None and crs.is_projected:
        return
    if not _within(bounds, WORLD):
        remedy = "Give the file with its coordinate system (a shapefile needs its .prj), or in longitude and latitude."
        raise refused(f"Coordinates are not degrees of longitude and latitude{_guess(bounds)}.", path, remedy)
    if not _within(bounds, REGION) and _within(_swapped(bounds), REGION):
        raise refused(
            "Latitude seems to stand before longitude: as they are, polygons lie outside the region "
            f"({_said(bounds)}), and with the axes swapped all lie within it.",
            path,
            "Write longitude first, latitude second (ogr2ogr -s_srs EPSG:4326 -t_srs OGC:CRS84 does it).",
        )


def _guess(bounds: Box) -> str:
    west, south, east, north = bounds
    if EASTINGS[0] <= west and east <= EASTINGS[1] and NORTHINGS[0] <= south and north <= NORTHINGS[1]:
        return "; they look like metres of a UTM zone, whose number whoever made the file knows"
    if max(map(abs, bounds)) <= MERCATOR and _within(_from_mercator(bounds), REGION):
        return "; they look like metres of Web Mercator (EPSG:3857)"
    if _within(_swapped(bounds), WORLD):
        return "; with the axes swapped they would be"
    return f" ({_said(bounds)})"


def _from_mercator(bounds: Box) -> Box:
    west, south, east, north = np.array(bounds) / RADIUS
    latitudes = [float(np.degrees(np.arctan(np.sinh(y)))) for y in (south, north)]
    return float(np.degrees(west)), latitudes[0], float(np.degrees(east)), latitudes[1]


def _swapped(bounds: Box) -> Box:
    west, south, east, north = bounds
    return south, west, north, east


def _within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _said(bounds: Box) -> str:
    return "x from {0:.6g} to {2:.6g}, y from {1:.6g} to {3:.6g}".format(*bounds)
