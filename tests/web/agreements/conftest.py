from __future__ import annotations

import pytest

from tests.support.agreements import World
from tests.support.cast import cast


@pytest.fixture
def laid() -> World:
    """The cast, without any agreement yet."""
    return World(cast())
