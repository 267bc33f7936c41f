"""Numbers as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from almenara.common import numbers

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("language", "rate", "count", "day"),
    [
        ("es", f"12,3{NB}%", "1.234.567", "1 de marzo de 2026"),
        ("pt", "12,3%", "1.234.567", "1 de março de 2026"),
        ("en", "12.3%", "1,234,567", "March 1, 2026"),
        ("fr", f"12,3{NNB}%", f"1{NNB}234{NNB}567", "1 mars 2026"),
    ],
)
def test_rates_counts_and_dates(language: str, rate: str, count: str, day: str) -> None:
    with translation.override(language):
        assert numbers.rate(0.1234) == rate
        assert numbers.count(1_234_567.2) == count
        assert numbers.long_date(date(2026, 3, 1)) == day


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123, "+1.2"), (-0.0123, "−1.2"), (0.0001, "0.0"), (-0.0001, "0.0")]
)
def test_points_carry_their_sign_and_zero_has_none(value: float, text: str) -> None:
    with translation.override("en"):
        assert numbers.points(value) == text
