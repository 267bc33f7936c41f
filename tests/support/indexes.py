"""Made-up indicators for the tests of the index: skewed, correlated, of both directions, in two dimensions.

`write_country` puts them into files, with boundaries and a spec that is ready to run.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from mirti.declarations.index import Treatment
from mirti.index.chain import Chain
from mirti.index.design import Choice, Design, Weights, scaled
from mirti.index.treat import Rules
from mirti.tables import Floats, Index

NAMES = ("illiteracy", "lag", "attendance", "informality", "crowding")
DIMENSION: Index = np.array([0, 0, 0, 1, 1], dtype=np.int32)
PUBLISHED = Choice("automatic", "median", "min_max", "equal", "mixed")


def values(areas: int = 60, seed: int = 1) -> Floats:
    """(A, 5) with one common cause; the last is log-normal, the third falls where the others rise."""
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=(areas, 1))
    made = 20 + 5 * (0.8 * cause + 0.6 * rng.normal(size=(areas, 5)))
    made[:, 2] = 100 - made[:, 2]
    made[:, 4] = np.exp(1.5 * (0.7 * cause[:, 0] + 0.7 * rng.normal(size=areas)))
    return np.asarray(made)


def design(
    *,
    declared: Weights | None = None,
    budget: Weights | None = None,
    own: tuple[Treatment | None, ...] = (None,) * 5,
) -> Design:
    return Design(
        names=NAMES,
        dimension=DIMENSION,
        dimensions=("education", "living"),
        sign=np.array([1.0, 1.0, -1.0, 1.0, 1.0]),
        goalposts=np.array([[0, 60], [0, 60], [40, 100], [0, 60], [0, 50]], dtype=np.float64),
        own_treatment=own,
        declared=declared or scaled(np.array([3.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0, 1.0]), DIMENSION),
        budget=budget,
    )


def parents(areas: int = 60) -> Index:
    return (np.arange(areas) % 4).astype(np.int32)


def chain(matrix: Floats | None = None, its_design: Design | None = None) -> Chain:
    matrix = values() if matrix is None else matrix
    return Chain(matrix, its_design or design(), parents(len(matrix)), Rules())


def codes(areas: int = 60) -> list[str]:
    """Five digits; the first two are the department's, as `parents` has them."""
    return [f"{parent + 1:02d}{i:03d}" for i, parent in enumerate(parents(areas).tolist())]


CHILDREN = np.random.default_rng(5).integers(20, 9000, 60)


def write_country(folder: Path, matrix: Floats | None = None, *, spec: str | None = None) -> Path:
    """indicators.csv, children.csv, boundaries.geojson (none for the last area) and index.toml, which is returned."""
    matrix = values() if matrix is None else matrix
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        [code.lstrip("0"), *("" if x != x else repr(float(x)) for x in row)]
        for code, row in zip(codes(len(matrix)), matrix, strict=True)
    ]
    _write(folder / "indicators.csv", [["code", *NAMES], *rows])
    counted = [
        [c, str(n // 2), str(n - n // 2)] for c, n in zip(codes(len(matrix)), CHILDREN.tolist(), strict=False)
    ]
    _write(folder / "children.csv", [["code", "girls", "boys"], *counted])
    features = [_feature(code, i) for i, code in enumerate(codes(len(matrix))[:-1])]
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "boundaries.geojson").write_text(json.dumps(collection))
    path = folder / "index.toml"
    path.write_text(spec or spec_text(), encoding="utf-8")
    return path


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def _feature(code: str, i: int) -> dict[str, object]:
    west, south = -35 + 0.2 * (i % 10), 1 + 0.2 * (i // 10)
    ring = [[west, south], [west + 0.2, south], [west + 0.2, south + 0.2], [west, south + 0.2], [west, south]]
    properties = {"code": code, "name": f"Town {i}"}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def label(text: str) -> str:
    return "{ " + ", ".join(f'{code} = "{text} ({code})"' for code in ("es", "pt", "en", "fr")) + " }"


def spec_text(
    method: str = "", uncertainty: str = "draws = 200\nsensitivity_points = 64", more: str = ""
) -> str:
    """A spec of the made-up country; method and uncertainty: lines of those tables, more: further tables."""
    dimensions = "".join(_dimension(d, name) for d, name in enumerate(design().dimensions))
    return f"""schema_version = "1"
index_label = {label("Vulnerability")}

[run]
name = "made-up"
title = {label("Vulnerability of a made-up country")}
country = "XX"
country_name = {label("Made-up")}
seed = 3

[[tables]]
name = "register"
source = {{ file = "indicators.csv" }}
area = {{ column = "code", digits = 5 }}

[[tables]]
name = "census"
source = {{ file = "children.csv" }}
area = {{ column = "code", digits = 5 }}

[children]
table = "census"
columns = ["girls", "boys"]
ages = [5, 17]
year = 2020

[areas]
parent_from_code = 2

[boundaries]
file = "boundaries.geojson"

[method]
{method}

[uncertainty]
{uncertainty}
{more}
{dimensions}"""


def _dimension(d: int, name: str) -> str:
    indicators = "".join(_indicator(i) for i in design().members(d).tolist())
    return f"""
[[dimensions]]
name = "{name}"
label = {label(name)}
weight = {3 - 2 * d}
{indicators}"""


def _indicator(i: int) -> str:
    low, high = design().goalposts[i]
    return f"""
[[dimensions.indicators]]
name = "{NAMES[i]}"
label = {label(NAMES[i])}
table = "register"
column = "{NAMES[i]}"
year = 2019
unit = "%"
source = "Made up"
direction = "{"more" if design().sign[i] > 0 else "less"}"
goalposts = [{low}, {high}]
weight = {i + 1}
"""
