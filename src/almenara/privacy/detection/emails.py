"""E-mail addresses, as they are and as people write them so that machines do not find them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from almenara.privacy.detection.findings import Finding, Kind

# Bounded, and begun only where a word begins, so that the time grows with the text and no faster.
PLAIN = re.compile(r"(?<![\w.+%-])[\w.+%'-]{0,63}[\w+%-]\s?[@＠]\s?(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,10}\b")
AT = r"(?:\s*[\[({<]\s*(?:at|arroba|arrobase|arobase|a|@)\s*[\])}>]\s*|\s+(?:arroba|arrobase|arobase|at)\s+|\s*@\s*)"
DOT = r"(?:\s*[\[({<]\s*(?:dot|punto|ponto|point|\.)\s*[\])}>]\s*|\s+(?:dot|punto|ponto|point)\s+|\.)"
SCORE = r"\s+(?:gui[oó]n bajo|underline|underscore|tiret bas)\s+"
LOCAL = rf"(?<![\w+-])[\w+-]{{1,64}}(?:(?:{DOT}|{SCORE})[\w+-]{{1,64}}){{0,3}}"
DISGUISED = re.compile(
    rf"{LOCAL}(?P<at>{AT})[\w-]{{1,63}}(?P<dot>{DOT})(?:[\w-]{{1,63}}{DOT}){{0,2}}[a-z]{{2,10}}\b",
    re.IGNORECASE,
)
PROVIDERS = re.compile(r"gmail|hotmail|outlook|yahoo|icloud|live|proton|uol|bol|terra", re.IGNORECASE)


def emails(text: str) -> Iterator[Finding]:
    """“at” between words is an address only before a disguised point or a known provider of mailboxes."""
    for found in PLAIN.finditer(text):
        yield Finding(*found.span(), Kind.EMAIL)
    for found in DISGUISED.finditer(text):
        is_word = found["at"].strip().lower() == "at"
        if not is_word or found["dot"] != "." or PROVIDERS.search(found[0]):
            yield Finding(*found.span(), Kind.EMAIL)
