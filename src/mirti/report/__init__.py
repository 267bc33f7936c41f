"""The report of a release: one self-contained page."""

from mirti.report.page import render

__all__ = ["render"]
