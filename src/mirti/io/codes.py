"""Codes and numbers live below, where `mirti.outcome` reaches them too."""

from mirti.codes import code, not_a_number, number

__all__ = ["code", "not_a_number", "number"]
