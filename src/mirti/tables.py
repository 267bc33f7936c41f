"""The tables that travel between the stages: coded covariates, survey cells, census cells.

A *pattern* is one combination of covariate levels. Survey and census are both collapsed to cells that share a pattern,
so the likelihood, its design-based variance and the projection are exact and small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int16]
Index = NDArray[np.int32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Covariate:
    """A covariate as both sources code it.

    levels: labels in order, a code is a position in them. kind "categorical" enters the model as dummies against
    `reference` (a position); kind "numeric" enters as `values[code]` (one column).
    """

    name: str
    levels: tuple[str, ...]
    kind: Literal["categorical", "numeric"] = "categorical"
    values: tuple[float, ...] = ()
    reference: int = 0
    labels: dict[str, str] = field(default_factory=dict)  # its own name, by language


@dataclass(frozen=True)
class Sample:
    """The design of every sampled person, domain or not: strata, PSUs and, for two-stage fpc, second-stage units.

    P PSUs in H strata, S second-stage units. psu_stratum: (P,) stratum of each PSU. stratum_population: (H,) PSUs in
    the population, inf where drawn with replacement; None: no fpc. ssu_psu: (S,) PSU of each second-stage unit;
    psu_population: (P,) second-stage units in the population. Without a second-stage fpc both are None.
    """

    stratum_labels: tuple[str, ...]
    psu_labels: tuple[str, ...]
    psu_stratum: Index
    stratum_population: Floats | None = None
    ssu_psu: Index | None = None
    psu_population: Floats | None = None


@dataclass(frozen=True)
class SurveyCells:
    """Children of the outcome (the domain), collapsed to cells (stratum, PSU, second-stage unit, area, pattern).

    m cells, k covariates. psu: (m,) position in sample.psu_labels; ssu: (m,) or None; area: (m,) position in
    area_codes; codes: (m, k); n, sw, swy, sw2, sw2y: (m,) Σ1, Σw, Σwy, Σw², Σw²y; ny: (m,) Σy.
    """

    covariates: tuple[Covariate, ...]
    sample: Sample
    area_codes: tuple[str, ...]
    psu: Index
    ssu: Index | None
    area: Index
    codes: Codes
    n: Ints
    ny: Ints
    sw: Floats
    swy: Floats
    sw2: Floats
    sw2y: Floats


@dataclass(frozen=True)
class CensusCells:
    """Children of the outcome's ages in the census, collapsed to cells (area, pattern).

    area: (m,) position in area_codes; codes: (m, k) in the covariates' levels; n: (m,) children, a float because
    missing values are spread over levels and a projection rescales the counts. pattern: (m,) the number of each cell's
    pattern in the order of codes, or None where nobody has numbered them.
    """

    covariates: tuple[Covariate, ...]
    area_codes: tuple[str, ...]
    area: Index
    codes: Codes
    n: Floats
    pattern: Index | None = None
