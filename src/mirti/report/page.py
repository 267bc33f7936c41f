"""The report: one page of its own, without script or outside resource, in four languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mirti.declarations import LANGUAGES
from mirti.io.measures import ROLE as MEASURE
from mirti.io.release_tables import Release, texts
from mirti.report import agreement
from mirti.report.catalogue import Language
from mirti.report.facts import SHOWN, Facts, facts_of
from mirti.report.labels import Labels
from mirti.report.space import PAGE, Space, space_of, type_name
from mirti.report.space import SHOWN as SPOTS_SHOWN


def render(release: Release) -> str:
    """report.html of a release."""
    facts = facts_of(release)
    space = space_of(release, facts.map)
    bodies = {code: _body(facts, space, code) for code in LANGUAGES}
    languages = [Language(code) for code in LANGUAGES]
    template = environment().get_template("report.html.j2")
    return template.render(facts=facts, space=space, bodies=bodies, languages=languages, style=style())


def _body(facts: Facts, space: Space, code: str) -> Markup:
    language = Language(code, agreement.PAGE, PAGE)
    release = facts.release
    labels = Labels(release.manifest.spec, code)
    context = _validation(release, language) | {
        "facts": facts,
        "manifest": release.manifest,
        "diagnostics": release.diagnostics,
        "classes": release.classes,
        "labels": labels,
        "space": space,
        "type_name": lambda found: type_name(found, language, labels.factor),
        "SPOTS_SHOWN": SPOTS_SHOWN,
        "say": language.say,
        "L": language,
        "lang": code,
        "software": ", ".join(f"{name} {version}" for name, version in release.manifest.packages.items()),
        "SHOWN": min(SHOWN, len(facts.areas)),
    }
    return Markup(environment().get_template("body.html.j2").render(context))  # noqa: S704 - already escaped


def _validation(release: Release, language: Language) -> dict[str, Any]:
    """What the release was held against. Direct rates of departments stay out of a page that anyone may read."""
    names = dict(zip(texts(release.domains, "code"), texts(release.domains, "name"), strict=True))
    inputs = (each for each in release.manifest.inputs if each.role == MEASURE)
    return agreement.agreement_context(release.diagnostics.validation, language, names) | {
        "source": next(inputs, None),
        "weights": "release",
        "is_index": release.manifest.measure == "index",
        "show_direct": False,
    }


@cache
def environment() -> Environment:
    return Environment(
        loader=PackageLoader("mirti.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style() -> Markup:
    text = files("mirti.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - the package's own file
