"""One function a use case, each reading like its summary."""

from mirti.pipeline.estimation import run
from mirti.pipeline.release import schema, verify
from mirti.pipeline.simulation import simulate
from mirti.pipeline.workspace import Leftover

__all__ = ["Leftover", "run", "schema", "simulate", "verify"]
