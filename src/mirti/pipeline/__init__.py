"""One function a use case, each reading like its summary."""

from mirti.pipeline.comparison import compare
from mirti.pipeline.estimation import run
from mirti.pipeline.explained import explain
from mirti.pipeline.index import run_index
from mirti.pipeline.release import schema, verify
from mirti.pipeline.simulation import simulate
from mirti.pipeline.validation import against, validate
from mirti.pipeline.workspace import Leftover

__all__ = [
    "Leftover",
    "against",
    "compare",
    "explain",
    "run",
    "run_index",
    "schema",
    "simulate",
    "validate",
    "verify",
]
