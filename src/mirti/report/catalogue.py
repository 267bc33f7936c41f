"""The report's sentences in the four languages, and numbers as each language writes them."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files

from babel.dates import format_date
from babel.numbers import format_decimal, parse_pattern

LOCALES = {"es": "es", "pt": "pt_BR", "en": "en", "fr": "fr"}
SURE, UNLIKELY = 0.995, 0.005  # beyond them a share of some hundred draws is not told from certainty
BEFORE_PERCENT = {"es": "\u00a0", "fr": "\u202f"}


@cache
def catalogue(name: str = "catalogue") -> dict[str, dict[str, str]]:
    """Sentences by key and language: the report's, or those that another page has besides."""
    text = files("mirti.report").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Language:
    """Speaks one language: sentences by key, of the report and of other pages; numbers, dates."""

    def __init__(self, code: str, *pages: str) -> None:
        self.code = code
        self._sentences = {
            key: said for page in ("catalogue", *pages) for key, said in catalogue(page).items()
        }
        self._locale = LOCALES[code]

    def say(self, key: str, **values: object) -> str:
        """The sentence `key` with its values; KeyError for a key or a value that is not there."""
        return self._sentences[key][self.code].format(**values)

    def count(self, value: float) -> str:
        return str(format_decimal(round(value), format="#,##0", locale=self._locale))

    def number(self, value: float | None, digits: int = 2) -> str:
        if value is None or value != value:
            return "–"
        value = round(value, digits) or 0.0  # no minus before a zero
        text = str(format_decimal(value, format=f"#,##0.{'0' * digits}", locale=self._locale))
        return text.replace("-", "\u2212")

    def rate(self, value: float | None, digits: int = 1) -> str:
        """A proportion as a percentage."""
        if value is None or value != value:
            return "–"
        text = str(parse_pattern(f"#,##0.{'0' * digits}%").apply(value, self._locale))
        return text.replace("%", BEFORE_PERCENT.get(self.code, "") + "%")

    def points(self, value: float | None, digits: int = 2) -> str:
        """A difference of proportions in percentage points, with its sign."""
        text = self.number(None if value is None else 100 * value, digits)
        return f"+{text}" if value is not None and round(100 * value, digits) > 0 else text

    def change(self, value: float) -> str:
        """A difference between two counts, with its sign."""
        rounded = round(value)
        sign = "" if rounded == 0 else "+" if rounded > 0 else "\u2212"
        return sign + self.count(abs(rounded))

    def chance(self, value: float | None) -> str:
        """A probability that comes from draws: never quite 0 or 1."""
        if value is None:
            return "–"
        if value <= UNLIKELY:
            return f"<\u00a0{self.rate(0.01, 0)}"
        return f">\u00a0{self.rate(0.99, 0)}" if value >= SURE else self.rate(value, 0)

    def p_value(self, value: float | None) -> str:
        if value is not None and value < 0.001:
            return f"<\u00a0{self.number(0.001, 3)}"
        return self.number(value, 3)

    def date(self, value: datetime) -> str:
        return str(format_date(value, format="long", locale=self._locale))
