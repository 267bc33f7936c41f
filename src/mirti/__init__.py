"""MIRTI: the risk identification model, from survey and census to a release.

In a notebook: `data = mirti.read("model.toml")`, `fit = mirti.fit(data)`, `areas = mirti.project(fit)`.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NOTEBOOK = ("fit", "project", "read")


def __getattr__(name: str) -> Any:
    """The three steps are loaded when they are first asked for: `import mirti` does not wait for the statistics."""
    if name not in _NOTEBOOK:
        raise AttributeError(f"module 'mirti' has no attribute {name!r}")
    return getattr(import_module("mirti.pipeline.notebook"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_NOTEBOOK])
