"""Numbers in a column with as many decimals as the one that needs most, as R prints them."""

from __future__ import annotations

import math

from mirti.tables import Floats

SMALLEST = 2.220446049250313e-16  # R prints no p-value below the machine's precision


def same_decimals(values: Floats, digits: int) -> list[str]:
    """Texts with enough decimals for every value to show `digits` significant ones, trailing zeros apart."""
    needed = [_decimals(value, digits) for value in values.tolist()]
    decimals = max((n for n in needed if n is not None), default=0)
    return [
        "NaN" if n is None else f"{value:.{decimals}f}"
        for value, n in zip(values.tolist(), needed, strict=True)
    ]


def p_values_text(values: Floats, digits: int) -> list[str]:
    """From 0.0001 on with equal decimals, below it as powers of ten, and "<2e-16" below the machine's precision."""
    numbers = values.tolist()
    fixed = [p for p in numbers if p >= 1e-4]
    small = [p for p in numbers if SMALLEST <= p < 1e-4]
    decimals = max((_decimals(p, digits) or 0 for p in fixed), default=0)
    mantissa = max((_mantissa(p, digits) for p in small), default=0)
    texts = [f"{p:.{decimals}f}" if p >= 1e-4 else f"{p:.{mantissa}e}" for p in numbers]
    widest = max((len(t) for t, p in zip(texts, numbers, strict=True) if p >= SMALLEST), default=0)
    least = "<2e-16" if 0 < widest <= 6 else "< 2e-16" if widest else "<2e-16"
    return [
        "NaN" if math.isnan(p) else t if p >= SMALLEST else least for t, p in zip(texts, numbers, strict=True)
    ]


def _decimals(value: float, digits: int) -> int | None:
    """Decimals that show the value to so many significant digits; None where it is no number."""
    if not math.isfinite(value):
        return None
    if value == 0:
        return 0
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return max(0, len(mantissa.lstrip("-").rstrip("0").replace(".", "")) - 1 - int(exponent))


def _mantissa(value: float, digits: int) -> int:
    return len(f"{value:.{digits - 1}e}".split("e")[0].rstrip("0").rstrip(".").replace(".", "")) - 1
