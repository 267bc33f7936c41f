"""What every document of a release is."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def finite(value: float | None) -> float | None:
    """None for a figure that is not a number or has no end: JSON can write neither, and nobody could read it again."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


Finite = Annotated[float | None, BeforeValidator(finite)]
