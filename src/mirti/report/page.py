"""The report: one page of its own, without script or outside resource, in four languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mirti.declarations import LANGUAGES
from mirti.io.release_tables import Release
from mirti.report.catalogue import Language
from mirti.report.facts import SHOWN, Facts, facts_of
from mirti.report.labels import Labels


def render(release: Release) -> str:
    """report.html of a release."""
    facts = facts_of(release)
    bodies = {code: _body(facts, code) for code in LANGUAGES}
    return (
        environment()
        .get_template("report.html.j2")
        .render(facts=facts, bodies=bodies, languages=[Language(code) for code in LANGUAGES], style=style())
    )


def _body(facts: Facts, code: str) -> Markup:
    language = Language(code)
    release = facts.release
    context = {
        "facts": facts,
        "manifest": release.manifest,
        "diagnostics": release.diagnostics,
        "classes": release.classes,
        "labels": Labels(release.manifest.spec, code),
        "say": language.say,
        "L": language,
        "lang": code,
        "software": ", ".join(f"{name} {version}" for name, version in release.manifest.packages.items()),
        "SHOWN": min(SHOWN, len(facts.areas)),
    }
    return Markup(environment().get_template("body.html.j2").render(context))  # noqa: S704 - already escaped


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
