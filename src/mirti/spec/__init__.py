"""The run's declaration: a TOML file, validated as a whole, every error with its line and its remedy."""

from mirti.declarations import Spec
from mirti.spec.load import load, parse
from mirti.spec.outcomes import OutcomeKind, read_as
from mirti.spec.reference import reference

__all__ = ["OutcomeKind", "Spec", "load", "parse", "read_as", "reference"]
