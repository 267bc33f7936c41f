"""The report of an index: one page of its own, without script or outside resource, in four languages."""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup

from mirti.declarations import LANGUAGES
from mirti.io.release_tables import Release
from mirti.report import space, told
from mirti.report.catalogue import Language, catalogue
from mirti.report.index_facts import SHOWN, SURE, IndexFacts, index_facts
from mirti.report.page import environment, style


def index_catalogue() -> dict[str, dict[str, str]]:
    """The sentences that only an index needs, by key and language."""
    return catalogue("index_catalogue")


class IndexLanguage(Language):
    """Says the index's own sentences beside, or before, those that every report has; a score in points of 100."""

    def __init__(self, code: str) -> None:
        super().__init__(code, space.PAGE)

    def say(self, key: str, **values: object) -> str:
        own = index_catalogue().get(key)
        return own[self.code].format(**values) if own else super().say(key, **values)

    def count(self, value: float) -> str:
        return _count(self.code, round(value))

    def score(self, value: float | None) -> str:
        return "–" if value is None else _score(self.code, round(100 * value, 1))


# A national table of ranks and scores writes the same few thousand numbers over and over.
@cache
def _count(code: str, value: int) -> str:
    return Language(code).count(value)


@cache
def _score(code: str, points: float) -> str:
    return Language(code).number(points, 1)


def render_index(release: Release) -> str:
    """report.html of an index's release."""
    facts = index_facts(release)
    found = space.space_of(release, facts.map)
    bodies = {code: _body(facts, found, code) for code in LANGUAGES}
    languages = [IndexLanguage(code) for code in LANGUAGES]
    template = environment().get_template("report.html.j2")
    return template.render(facts=facts, space=found, bodies=bodies, languages=languages, style=style())


def _body(facts: IndexFacts, found: space.Space, code: str) -> Markup:
    language = IndexLanguage(code)
    release = facts.release
    names = _names(release.manifest.spec, code)
    context = {
        "facts": facts,
        "index": facts.index,
        "manifest": release.manifest,
        "diagnostics": release.diagnostics,
        "classes": release.classes,
        "warnings": told.warnings_in(release.manifest.warnings, language),
        "names": names,
        "space": found,
        "type_name": lambda each: space.type_name(each, language, names.__getitem__),
        "level": language.score,
        "level_column": language.say("index_score"),
        "SPOTS_SHOWN": space.SHOWN,
        "units": _units(release.manifest.spec, code),
        "say": language.say,
        "L": language,
        "lang": code,
        "software": ", ".join(f"{name} {version}" for name, version in release.manifest.packages.items()),
        "SHOWN": min(SHOWN, len(facts.areas)),
        "SURE": SURE,
    }
    return Markup(environment().get_template("index_body.html.j2").render(context))  # noqa: S704 - already escaped


def _names(spec: dict[str, Any], code: str) -> dict[str, str]:
    """The dimensions as the spec calls them to readers."""
    return {each["name"]: each["label"][code] for each in spec["dimensions"]}


def _units(spec: dict[str, Any], code: str) -> dict[str, str]:
    """The indicators' units in the readers' language, where the spec gives them in it."""
    indicators = [indicator for dimension in spec["dimensions"] for indicator in dimension["indicators"]]
    return {each["name"]: (each["unit_label"] or {}).get(code, each["unit"]) for each in indicators}
