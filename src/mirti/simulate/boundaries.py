"""Boundaries of a country that does not exist: an exact partition in open ocean.

The country lies in the South Pacific around 125° W, 33° S, where the nearest land (Ducie Island) is some 500 km north.
Municipalities are the cells of a Voronoi diagram. Each edge between two cells is drawn once, bent by midpoint
displacement inside its own kite (edge and the two sites), so no two edges can cross, and is used by both neighbours:
the union of the municipalities of a department is the department, with neither gap nor overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Voronoi

from mirti.simulate.fields import smooth_field
from mirti.tables import Floats, Index

CENTRE = (-125.0, -33.0)
SPACING = 0.2  # degrees between neighbouring sites
LARGEST = 9.0  # degrees across, whatever the number of municipalities
DECIMALS = 5  # about a metre
SLACK = 4.0  # sites drawn for each municipality kept; the rest is sea
THINNED = 0.15  # sites taken out so that cells differ in size


@dataclass(frozen=True)
class Partition:
    """polygons: (D,) shapely polygons in degrees; points: (D, 2) sites; department: (D,) position of its department;
    neighbours: (e, 2) pairs of municipalities that share an edge."""

    polygons: NDArray[np.object_]
    points: Floats
    department: Index
    neighbours: Index


def partition(areas: int, departments: int, rng: np.random.Generator) -> Partition:
    """Draw the map: `areas` municipalities in `departments` connected departments, numbered from north to south."""
    sites = _sites(areas, rng)
    voronoi = Voronoi(sites)
    land = _grow_land(sites, voronoi, areas, rng)
    scale = _scale(areas, sites[land])
    polygons = _polygons(voronoi, land, scale, rng)
    points = _place(sites[land], scale)
    neighbours = _land_pairs(voronoi, land, len(sites))
    return Partition(polygons, points, _departments(points, neighbours, departments, rng), neighbours)


def dissolve(polygons: NDArray[np.object_], group: Index) -> list[shapely.Geometry]:
    """The union of the polygons of each group 0…G-1, by removing the edges that they share."""
    return [shapely.coverage_union_all(polygons[group == g]) for g in range(int(group.max()) + 1)]


def _sites(areas: int, rng: np.random.Generator) -> Floats:
    """A jittered grid in the unit of its spacing, centred on 0, with some sites taken out."""
    side = int(np.ceil(np.sqrt(SLACK * areas / (1.0 - THINNED)))) + 4
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2).astype(np.float64)
    jittered = grid + rng.uniform(-0.42, 0.42, grid.shape) - (side - 1) / 2.0
    border = np.any((grid < 2) | (grid > side - 3), axis=1)
    kept: Floats = jittered[border | (rng.random(len(grid)) > THINNED)]
    return kept


def _grow_land(sites: Floats, voronoi: Voronoi, areas: int, rng: np.random.Generator) -> Index:
    """The `areas` sites quickest to reach from the centre over rough terrain: connected, with an uneven coast."""
    pairs = voronoi.ridge_points
    reach = 0.35 * np.sqrt(areas)
    terrain = np.exp(
        0.45 * smooth_field(sites[pairs].mean(axis=1), reach, rng) + 0.25 * rng.normal(size=len(pairs))
    )
    edge = np.abs(sites).max() - 2.5
    sea = np.any(np.abs(sites[pairs]) > edge, axis=(1, 2))
    cost = np.where(sea, 1e6, terrain)
    distance = dijkstra(_graph(pairs, cost, len(sites)), directed=False, indices=_most_central(sites))
    return np.sort(np.argsort(distance, kind="stable")[:areas]).astype(np.int32)


def _most_central(points: Floats) -> int:
    return int(np.argmin(np.square(points).sum(axis=1)))


def _graph(pairs: NDArray[np.integer], cost: Floats, size: int) -> csr_matrix:
    return coo_matrix((cost, (pairs[:, 0], pairs[:, 1])), shape=(size, size)).tocsr()


def _scale(areas: int, land: Floats) -> tuple[Floats, Floats]:
    """Centre of the land and degrees a unit of the grid, wider in longitude as meridians close up."""
    low, high = land.min(axis=0), land.max(axis=0)
    unit = min(SPACING, LARGEST / float((high - low).max()))
    return (low + high) / 2.0, np.array([unit / np.cos(np.radians(CENTRE[1])), unit])


def _place(points: Floats, scale: tuple[Floats, Floats]) -> Floats:
    centre, unit = scale
    placed: Floats = np.round(np.asarray(CENTRE) + (points - centre) * unit, DECIMALS)
    return placed


def _polygons(
    voronoi: Voronoi, land: Index, scale: tuple[Floats, Floats], rng: np.random.Generator
) -> NDArray[np.object_]:
    """One polygon a land cell, its edges in order of their angle around the site (cells are convex)."""
    position = np.full(len(voronoi.points), -1)
    position[land] = np.arange(len(land))
    shared = np.flatnonzero((position[voronoi.ridge_points] >= 0).any(axis=1)).astype(np.int32)
    lines = _bent_edges(voronoi, shared, rng, levels=5 if len(land) < 500 else 4)
    edges: list[list[Floats]] = [[] for _ in land]
    for line, pair in zip(lines, voronoi.ridge_points[shared], strict=True):
        for site in pair[position[pair] >= 0]:
            edges[position[site]].append(line)
    rings = [_ring(edges[i], voronoi.points[site]) for i, site in enumerate(land)]
    return np.array([shapely.Polygon(_place(ring, scale)) for ring in rings], dtype=object)


def _bent_edges(voronoi: Voronoi, ridges: Index, rng: np.random.Generator, levels: int) -> list[Floats]:
    """Each ridge as a line of 2**levels pieces; very short ridges stay straight."""
    ends = voronoi.vertices[np.array([voronoi.ridge_vertices[r] for r in ridges])]
    along = ends[:, 1] - ends[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / length[:, None]
    t = np.linspace(0.0, 1.0, 2**levels + 1)
    room = _room(voronoi.points[voronoi.ridge_points[ridges, 0]], ends[:, 0], along, length, t)
    offset = 0.85 * np.tanh(_midpoint_displacement(len(ridges), levels, rng)) * room
    lines = ends[:, :1] + t[None, :, None] * along[:, None] + offset[:, :, None] * across[:, None]
    return [line if span > 0.1 else line[[0, -1]] for line, span in zip(lines, length, strict=True)]


def _room(site: Floats, start: Floats, along: Floats, length: Floats, t: Floats) -> Floats:
    """How far each point of an edge may move and stay inside the triangle of edge and site (both sites mirror it)."""
    unit = along / length[:, None]
    to_site = site - start
    foot = (to_site * unit).sum(axis=1)[:, None]
    height = np.abs(to_site[:, 0] * unit[:, 1] - to_site[:, 1] * unit[:, 0])[:, None]
    run = length[:, None]
    from_start = np.where(foot > 0, t * run * height / np.maximum(foot, 1e-9), np.inf)
    from_end = np.where(run > foot, (1 - t) * run * height / np.maximum(run - foot, 1e-9), np.inf)
    return np.minimum(np.minimum(from_start, from_end), 0.22 * run)


def _midpoint_displacement(lines: int, levels: int, rng: np.random.Generator) -> Floats:
    """(lines, 2**levels + 1) rough curves from 0 to 0, each level half as rough as the one above."""
    curve = np.zeros((lines, 2))
    for level in range(levels):
        middle = (curve[:, 1:] + curve[:, :-1]) / 2.0
        middle += rng.normal(scale=0.9 * 0.55**level, size=middle.shape)
        wider = np.empty((lines, 2 * curve.shape[1] - 1))
        wider[:, ::2], wider[:, 1::2] = curve, middle
        curve = wider
    return curve


def _ring(edges: list[Floats], site: Floats) -> Floats:
    """Chain the edges of a convex cell counter-clockwise; an edge's last point is the next one's first."""
    angle = [np.arctan2(*((line[0] + line[-1]) / 2.0 - site)[::-1]) for line in edges]
    turned = [_counter_clockwise(edges[i], site) for i in np.argsort(angle)]
    return np.concatenate([line[:-1] for line in turned])


def _counter_clockwise(line: Floats, site: Floats) -> Floats:
    a, b = line[0] - site, line[-1] - site
    return line if a[0] * b[1] - a[1] * b[0] > 0 else line[::-1]


def _land_pairs(voronoi: Voronoi, land: Index, sites: int) -> Index:
    position = np.full(sites, -1, dtype=np.int32)
    position[land] = np.arange(len(land), dtype=np.int32)
    pairs = position[voronoi.ridge_points]
    inside: Index = pairs[(pairs >= 0).all(axis=1)]
    return inside


def _departments(points: Floats, neighbours: Index, departments: int, rng: np.random.Generator) -> Index:
    """Connected groups grown from spread-out seeds over the map of neighbours; every one holds at least 3 areas."""
    smallest = 3
    cost = rng.uniform(0.7, 1.3, len(neighbours))
    graph = _graph(neighbours, cost, len(points))
    seeds = _spread_seeds(points, departments, rng)
    while True:
        distance = dijkstra(graph, directed=False, indices=seeds)
        nearest = np.argmin(distance, axis=0)
        sizes = np.bincount(nearest, minlength=departments)
        if sizes.min() >= smallest:
            break
        seeds = _spread_seeds(points, departments, rng)
    north_to_south = np.argsort(np.argsort([-points[nearest == g, 1].mean() for g in range(departments)]))
    numbered: Index = north_to_south[nearest].astype(np.int32)
    return numbered


def _spread_seeds(points: Floats, number: int, rng: np.random.Generator) -> Index:
    """Areas nearest to the centres of a few rounds of k-means."""
    centres = points[rng.choice(len(points), number, replace=False)]
    for _ in range(12):
        group = np.argmin(_distances(points, centres), axis=1)
        held = np.bincount(group, minlength=number) > 0
        centres[held] = [points[group == g].mean(axis=0) for g in np.flatnonzero(held)]
    seeds: Index = np.argmin(_distances(points, centres), axis=0).astype(np.int32)
    return seeds


def _distances(points: Floats, centres: Floats) -> Floats:
    return np.hypot(points[:, None, 0] - centres[None, :, 0], points[:, None, 1] - centres[None, :, 1])
