"""The run's declaration: a TOML file, validated as a whole, every error with its line and its remedy."""

from mirti.declarations import Spec
from mirti.declarations.index import IndexSpec
from mirti.spec.index_load import load_index
from mirti.spec.load import load, parse
from mirti.spec.outcomes import OutcomeKind, read_as
from mirti.spec.reference import index_reference, reference

__all__ = [
    "IndexSpec",
    "OutcomeKind",
    "Spec",
    "index_reference",
    "load",
    "load_index",
    "parse",
    "read_as",
    "reference",
]
