"""`make check` is part of the suite: one test a check."""

from __future__ import annotations

import pytest

from tools import check


@pytest.mark.parametrize("name", check.CHECKS)
def test_check_passes(name: str) -> None:
    passed, said = check.run(name)
    assert passed, said
