"""The tables that travel between the stages: coded covariates, survey cells, census cells.

A *pattern* is one combination of covariate levels. Survey and census are both collapsed to cells that share a pattern,
so the likelihood, its design-based variance and the projection are exact and small.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.signedinteger[Any]]  # of one byte or two
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
class Stage:
    """A stage of sampling after the first, with its finite population: U units drawn within G units of the stage above.

    parent: (U,) position of each unit's own unit of the stage above; population: (G,) such units in the population of
    each of those; labels: (U,) names of the units.
    """

    parent: Index
    population: Floats
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Replicates:
    """How R replicate weights give a variance: scale × Σ_r rscales_r × (estimate_r − centre)².

    rscales: (R,). centre: "estimate", the full sample's (R's mse = TRUE), or "mean", that of the replicates.
    """

    kind: Literal["JK1", "JKn", "BRR", "Fay", "bootstrap", "SDR"]
    scale: float
    rscales: Floats
    centre: Literal["estimate", "mean"] = "estimate"


@dataclass(frozen=True)
class Sample:
    """The design of every sampled person, domain or not: strata, PSUs and, for an fpc at further stages, their units.

    P PSUs in H strata. psu_stratum: (P,) stratum of each PSU. stratum_population: (H,) PSUs in the population, inf
    where drawn with replacement; None: no fpc. stages: second and further stages, only those with an fpc.
    replicates: where the survey came with replicate weights, how they give the variance; it is then not linearised.
    """

    stratum_labels: tuple[str, ...]
    psu_labels: tuple[str, ...]
    psu_stratum: Index
    stratum_population: Floats | None = None
    stages: tuple[Stage, ...] = ()
    replicates: Replicates | None = None


@dataclass(frozen=True)
class SurveyCells:
    """Children of the outcome (the domain), collapsed to cells: units of stages with an fpc, area, pattern.

    m cells, k covariates. psu: (m,) position in sample.psu_labels; ssu: (m,) position among the units of the last of
    sample.stages, or None; area: (m,) position in area_codes; codes: (m, k); n, sw, swy, sw2, sw2y: (m,) Σ1, Σw, Σwy,
    Σw², Σw²y; ny: (m,) Σy. rw, rwy: (m, R) Σw_r and Σw_r y of each replicate weight, or None. psu_weight: (m,) the own
    weight of the cell's PSU within its area, where the survey gives it.
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
    rw: Floats | None = None
    rwy: Floats | None = None
    psu_weight: Floats | None = None

    def take(self, chosen: NDArray[np.bool_] | Ints) -> SurveyCells:
        """Some of the cells, in the same design."""
        arrays = ((each.name, getattr(self, each.name)) for each in fields(self))
        rows: dict[str, Any] = {
            name: value[chosen] for name, value in arrays if isinstance(value, np.ndarray)
        }
        return replace(self, **rows)


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
