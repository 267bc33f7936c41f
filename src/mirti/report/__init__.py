"""The report of a release: one self-contained page."""

from mirti.report.index_page import render_index
from mirti.report.page import ready, render

__all__ = ["ready", "render", "render_index"]
