"""Personal data in what people write: found before it is saved where it does not belong.

Rules and word lists, no model: what is found can be explained, and nothing leaves the machine.
"""

from __future__ import annotations

from almenara.privacy.detection.emails import emails
from almenara.privacy.detection.findings import Finding, Kind, apart
from almenara.privacy.detection.names import names
from almenara.privacy.detection.numbers import numbers
from almenara.privacy.detection.words import LANGUAGES

__all__ = ["Finding", "Kind", "find_personal_data"]


def find_personal_data(text: str, language: str) -> list[Finding]:
    """National documents, telephones, e-mail addresses and names in a text, in its order, without overlaps.

    language: es, pt, en or fr; another is read as Spanish. Documents and telephones of the whole region are found in
    any of them. Nothing that is found is sure to be personal, and something personal may not be found: warn, never
    delete. How often, on simulated notes: `almenara bench detection`.
    """
    spoken = language[:2].lower()
    return apart([*emails(text), *numbers(text), *names(text, spoken if spoken in LANGUAGES else "es")])
