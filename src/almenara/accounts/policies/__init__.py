"""Who may do what, in pairs: check_can_x raises, can_x answers.

PermissionDenied: it is beyond the person's reach. ValidationError: it is within reach, and a rule forbids it; the
message is for the person who asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError


def answering(check: Callable[..., None]) -> Callable[..., bool]:
    """The other half of a pair."""

    @wraps(check)
    def can(*arguments: Any, **named: Any) -> bool:
        try:
            check(*arguments, **named)
        except (PermissionDenied, ValidationError):
            return False
        return True

    return can
