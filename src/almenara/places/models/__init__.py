"""Territories: where they are, who lives there, and what they were before."""

from almenara.places.models.territories import Boundary, Level, Population, Territory

__all__ = ["Boundary", "Level", "Population", "Territory"]
