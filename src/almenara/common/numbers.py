"""Numbers and dates as a reader's language writes them (CLDR by Babel; Brazilian Portuguese for pt)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel import dates
from babel import numbers as babel
from django.utils.translation import get_language, pgettext

LOCALES = {"es": "es", "pt": "pt_BR", "en": "en", "fr": "fr"}
NO_BREAK, NARROW_NO_BREAK = "\u00a0", "\u202f"
MINUS = "\u2212"


def locale() -> str:
    return LOCALES.get((get_language() or "es")[:2], "es")


def rate(value: float, digits: int = 1) -> str:
    """A proportion as a percentage: 12,3 % in Spanish and French, 12,3% in Portuguese, 12.3% in English."""
    text = str(_percent(digits).apply(value, locale()))
    return text.replace("%", _before_percent() + "%")


@lru_cache
def _percent(digits: int) -> babel.NumberPattern:
    return babel.parse_pattern(f"#,##0.{'0' * digits}%" if digits else "#,##0%")


def points(value: float, digits: int = 1) -> str:
    """A difference of proportions in percentage points, with its sign."""
    number = decimal(abs(value) * 100, digits)
    sign = "+" if round(value * 100, digits) > 0 else MINUS if round(value * 100, digits) < 0 else ""
    return f"{sign}{number}"


def count(value: float) -> str:
    return str(babel.format_decimal(round(value), format="#,##0", locale=locale()))


def decimal(value: float, digits: int) -> str:
    return str(
        babel.format_decimal(value, format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=locale())
    )


def interval(low: float, high: float, digits: int = 1) -> str:
    return pgettext("an interval", "{low} to {high}").format(low=rate(low, digits), high=rate(high, digits))


def long_date(value: date | datetime) -> str:
    return str(dates.format_date(value, format="long", locale=locale()))


def _before_percent() -> str:
    return {"es": NO_BREAK, "fr": NARROW_NO_BREAK}.get(locale(), "")
