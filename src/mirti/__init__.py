"""MIRTI: the risk identification model, from survey and census to a release."""

__version__ = "0.1.0"
