"""What stands in a text for something that the site fills in: {countries}, or %(countries)s as catalogues write it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLACEHOLDER = re.compile(r"\{[^\W\d]\w*\}|%\([^\W\d]\w*\)[sd]")
BRACES = re.compile(r"[{}]|%\(")
# What the public pages fill in.
KNOWN: dict[str, Promise] = {
    "{countries}": gettext_lazy("how many countries the site shows"),
    "{municipalities}": gettext_lazy("how many municipalities have an estimate"),
}


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def of_an_original(text: str) -> list[str]:
    """What is wrong with the placeholders of a text that is nobody's translation, in sentences."""
    unknown = sorted(placeholders(text) - set(KNOWN))
    faults = [
        _("The site fills in %(known)s, and nothing else: take out or correct %(unknown)s.")
        % {"known": ", ".join(KNOWN), "unknown": ", ".join(unknown)}
    ]
    return (faults if unknown else []) + _loose(text)


def of_a_translation(text: str, original: str) -> list[str]:
    """Which placeholders of the original are missing, and which are none of its: most often one is misspelt."""
    wanted, found = placeholders(original), placeholders(text)
    faults = []
    if missing := sorted(wanted - found):
        faults.append(
            _("Missing: %(names)s. Write it as the original does; the site fills it in.")
            % {"names": ", ".join(missing)}
        )
    if strange := sorted(found - wanted):
        faults.append(
            _("The original has no %(names)s: correct it or take it out.") % {"names": ", ".join(strange)}
        )
    return faults + _loose(text)


def _loose(text: str) -> list[str]:
    loose = BRACES.search(PLACEHOLDER.sub("", text))
    if loose is None:
        return []
    return [
        _(
            "A “%(sign)s” stands alone. Braces only hold what the site fills in, such as {countries}: close it or "
            "take it out."
        )
        % {"sign": loose.group()}
    ]


def filled(text: str, values: Mapping[str, str]) -> str:
    """values: by the name within the braces; what has none is left out."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group().strip("{}"), ""), text)
