"""Why territories stand where they do: the drivers of a run, and drivers.parquet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mirti.characterise.drivers import DriverMap, Drivers, StateDrivers
from mirti.characterise.grouping import Grouping
from mirti.io.release_tables import arrow_table
from mirti.io.territories import Territories
from mirti.models.coding import ModelMatrix
from mirti.pipeline.mixed import Mixed
from mirti.smallarea.patterns import PatternCounts
from mirti.smallarea.uncertainty import linear_intervals
from mirti.tables import Floats

DRIVERS = "drivers"  # name of the functional in the bootstrap


@dataclass(frozen=True)
class Reasons:
    """Drivers of the mixed model. factors: (F,), of_state: (T, F) contributions in a state: areas, then domains."""

    factors: tuple[str, ...]
    of_state: StateDrivers


def reasons(mixed: Mixed, matrix: ModelMatrix, patterns: PatternCounts) -> Reasons:
    """The drivers of a run, once for all its worlds."""
    setting = mixed.setting
    grouping = Grouping(setting.group, setting.domains, setting.people.children)
    names = mixed.names[len(matrix.names) :]
    territories = DriverMap(matrix, patterns, grouping, area_x=setting.people.area_x, area_names=names)
    return Reasons(territories.factors, StateDrivers(territories))


def drivers_of(found: Reasons, mixed: Mixed) -> Drivers:
    """The drivers of the estimate itself."""
    rows, areas = found.of_state(mixed.state), len(mixed.state.shift)
    return Drivers(found.factors, rows[:areas], rows[areas:])


def drivers_table(drivers: Drivers, territories: Territories, errors: Floats | None = None) -> pa.Table:
    """drivers.parquet: every factor of every area, then of every department.

    errors: (B, T, F) of the contributions in the bootstrap's worlds, from which the intervals come.
    """
    codes = (*territories.codes, *territories.domain_codes)
    values = np.concatenate([drivers.areas, drivers.domains])
    columns: dict[str, Any] = {
        "code": np.repeat(np.array(codes, dtype=object), len(drivers.factors)),
        "factor": list(drivers.factors) * len(codes),
        "contribution": values.ravel(),
    }
    return arrow_table("drivers.parquet", columns | interval_columns(values, errors))


def interval_columns(
    estimate: Floats, errors: Floats | None, lowest: float | Floats = -1.0, highest: float | Floats = 1.0
) -> dict[str, Floats]:
    """ci_low and ci_high of differences of proportions, from their errors (B, …); none without a bootstrap.

    lowest, highest: what no difference goes beyond.
    """
    if errors is None:
        return {}
    low, high, _ = linear_intervals(estimate, errors)
    return {"ci_low": np.maximum(low, lowest).ravel(), "ci_high": np.minimum(high, highest).ravel()}
