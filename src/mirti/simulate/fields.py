"""Smooth random surfaces over the map: what neighbouring municipalities have in common."""

from __future__ import annotations

import numpy as np

from mirti.tables import Floats

WAVES = 256


def smooth_field(points: Floats, reach: float, rng: np.random.Generator) -> Floats:
    """A draw of a stationary Gaussian field with covariance exp(-(distance / reach)² / 2), by random Fourier features.

    points: (n, 2); reach in their unit; returns (n,), mean 0 and variance 1 before it is looked at.
    Source: Rahimi & Recht (2007), Random features for large-scale kernel machines.
    """
    frequencies = rng.normal(scale=1.0 / reach, size=(2, WAVES))
    phases = rng.uniform(0.0, 2.0 * np.pi, WAVES)
    waves: Floats = np.cos(points @ frequencies + phases)
    field: Floats = waves.sum(axis=1) * np.sqrt(2.0 / WAVES)
    return field


def standardised(values: Floats) -> Floats:
    centred: Floats = values - values.mean()
    return centred / max(float(centred.std()), 1e-12)


def area_variable(points: Floats, spatial_share: float, rng: np.random.Generator) -> Floats:
    """A standardised variable of areas: `spatial_share` of its variance smooth over a quarter of the map."""
    reach = 0.25 * float(np.ptp(points, axis=0).max())
    smooth = standardised(smooth_field(points, reach, rng))
    own = standardised(rng.normal(size=len(points)))
    return standardised(np.sqrt(spatial_share) * smooth + np.sqrt(1.0 - spatial_share) * own)
