"""Inner loops as machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Machine code, kept on disk; sums are not reordered, so an answer is the same on every machine."""
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:
        # Neither the installation nor the user's cache can be written: it is compiled in every run.
        return cast(F, njit(nogil=True)(function))
