"""The program's warnings in the reader's language.

A release keeps them as the program wrote them, in English: one record, whatever the reader speaks. Each is recognised
by its sentence in the catalogue, and what it fills in is set into the same sentence of the other language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from mirti.report.catalogue import Language, catalogue

PAGE = "warnings"
PARTS = ("and_more", "level_mean")  # no warnings of their own
TEXTS = frozenset(
    {"name", "other", "dimension", "where", "reason", "estimator", "named", "level", "items", "value"}
)  # what is never a number to be written as the language writes it
MEAN = "mean"
NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>\d[\d,]*)(?:\.(?P<decimals>\d+))?(?P<percent>%?)")
MORE = re.compile(r"(?P<codes>.*) and (?P<count>\d+) more(?P<total>.*)", re.DOTALL)
ITEMS = re.compile(r"\. \(([^()]*)\)$")  # what a failure lists after its sentence, else within it
P_VALUE = re.compile(r"p (?P<sign>[<=]) (?P<value>\d\.\d+)")


@dataclass(frozen=True)
class Told:
    """A warning for its reader; translated: whether it is in the reader's language."""

    text: str
    translated: bool


def warnings_in(warnings: Sequence[str], language: Language) -> list[Told]:
    """The warnings of a release in the language; one that the catalogue does not know stays as it is."""
    return [told(warning, language) for warning in warnings]


def told(sentence: str, language: Language) -> Told:
    """One warning, or the reason of a failure, in the language."""
    if language.code == "en":
        return Told(sentence, translated=True)
    written = ITEMS.sub(r" (\1).", sentence)
    for key, pattern in _patterns():
        found = pattern.fullmatch(written)
        if found:
            values = {name: _value(name, text, language) for name, text in found.groupdict().items()}
            text = catalogue(PAGE)[key][language.code].format(
                **{name: one.text for name, one in values.items()}
            )
            return Told(text, all(one.translated for one in values.values()))
    return Told(sentence, translated=False)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (key, re.compile(_pattern(sentences["en"]), re.DOTALL))
        for key, sentences in catalogue(PAGE).items()
        if key not in PARTS
    )


def _pattern(sentence: str) -> str:
    """The sentence as a regular expression with a group for each {name}."""
    return "".join(
        re.escape(text) + (f"(?P<{name}>.+?)" if name else "")
        for text, name, _, _ in Formatter().parse(sentence)
    )


def _value(name: str, text: str, language: Language) -> Told:
    if name == "sentence":
        return told(text, language)
    if name == "codes":
        return Told(_listed(text, language), translated=True)
    if name == "p_value":
        return Told(_p_value(text, language), translated=True)
    if name == "level" and text == MEAN:
        return Told(catalogue(PAGE)["level_mean"][language.code], translated=True)
    return Told(text if name in TEXTS else _number(text, language), translated=True)


def _listed(text: str, language: Language) -> str:
    """A list of codes, which may end with how many more there are."""
    found = MORE.fullmatch(text)
    if not found:
        return text
    said: Mapping[str, str] = catalogue(PAGE)["and_more"]
    return said[language.code].format(codes=found["codes"], count=found["count"]) + found["total"]


def _p_value(text: str, language: Language) -> str:
    found = P_VALUE.fullmatch(text)
    return f"p {found['sign']} {language.number(float(found['value']), 3)}" if found else text


def _number(text: str, language: Language) -> str:
    """A number with as many decimals as the program wrote, as the language writes it; any other text as it is."""
    found = NUMBER.fullmatch(text)
    if not found:
        return text
    decimals = len(found["decimals"] or "")
    value = float(text.rstrip("%").replace(",", ""))
    if found["percent"]:
        return language.rate(value / 100, decimals)
    written = language.number(value, decimals) if decimals else language.count(value)
    return f"+{written}" if found["sign"] == "+" else written
