"""Numbers and dates as a reader's language writes them (CLDR by Babel; Brazilian Portuguese for pt)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, dates
from babel import numbers as babel
from django.utils.translation import get_language, ngettext, pgettext

LOCALES = {"es": "es", "pt": "pt_BR", "en": "en", "fr": "fr"}
NO_BREAK, NARROW_NO_BREAK = "\u00a0", "\u202f"
MINUS = "\u2212"


def locale() -> str:
    return LOCALES.get((get_language() or "es")[:2], "es")


def rate(value: float, digits: int = 1) -> str:
    """A proportion as a percentage: 12,3 % in Spanish and French, 12,3% in Portuguese, 12.3% in English."""
    return _written(value, digits, "%").replace("%", _before_percent() + "%")


def points(value: float, digits: int = 1) -> str:
    """A difference of proportions in percentage points, with its sign."""
    number = decimal(abs(value) * 100, digits)
    sign = "+" if round(value * 100, digits) > 0 else MINUS if round(value * 100, digits) < 0 else ""
    return f"{sign}{number}"


def count(value: float) -> str:
    return _written(round(value), 0)


def signed_count(value: float) -> str:
    """A difference of counts, with its sign."""
    rounded = round(value)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{count(abs(rounded))}"


def decimal(value: float, digits: int) -> str:
    return _written(value, digits)


def interval(low: float, high: float, digits: int = 1) -> str:
    return pgettext("an interval", "{low} to {high}").format(low=rate(low, digits), high=rate(high, digits))


def score(value: float, digits: int = 1) -> str:
    """A score of an index, kept as a proportion, in points: 42.3 points."""
    return ngettext("{score} point", "{score} points", _counted(value, digits)).format(
        score=bare_score(value, digits)
    )


def bare_score(value: float, digits: int = 1) -> str:
    """The points without their name."""
    return decimal(value * 100, digits)


def score_interval(low: float, high: float, digits: int = 1) -> str:
    return ngettext("{low} to {high} point", "{low} to {high} points", _counted(high, digits)).format(
        low=bare_score(low, digits), high=bare_score(high, digits)
    )


def _counted(value: float, digits: int) -> int:
    """A number that takes the form of the word that a score takes: languages differ on 1.4 and on 1.0 (CLDR)."""
    written = Decimal(f"{value * 100:.{digits}f}")
    return 1 if _rules(locale()).plural_form(written) == "one" else 2


def long_date(value: date | datetime) -> str:
    return str(dates.format_date(value, format="long", locale=_rules(locale())))


def _before_percent() -> str:
    return {"es": NO_BREAK, "fr": NARROW_NO_BREAK}.get(locale(), "")


def _written(value: float, digits: int, unit: str = "") -> str:
    return str(_pattern(digits, unit).apply(value, _rules(locale())))


@lru_cache
def _pattern(digits: int, unit: str) -> babel.NumberPattern:
    return babel.parse_pattern(f"#,##0.{'0' * digits}{unit}" if digits else f"#,##0{unit}")


@lru_cache
def _rules(code: str) -> Locale:
    """Kept, as the pattern is: finding them takes longer than writing a number, and a page holds hundreds."""
    return Locale.parse(code)
