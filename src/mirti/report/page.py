"""The report: one page of its own, without script or outside resource, in four languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mirti.characterise.drivers import OWN_ROWS
from mirti.declarations import LANGUAGES
from mirti.io.measures import ROLE as MEASURE
from mirti.io.release_tables import Release, texts
from mirti.report import agreement, certainty, fit, modelled, prevalence, reasons, space, told
from mirti.report.catalogue import Language, catalogue
from mirti.report.charts import SIDE
from mirti.report.facts import Facts, facts_of
from mirti.report.labels import Labels

PAGES = ("places", modelled.PAGE, fit.PAGE, prevalence.PAGE, reasons.PAGE, space.PAGE, agreement.PAGE)
UNSEEN = (
    0.1  # share of the children with a combination that no surveyed child has, from which it is said first
)


@dataclass(frozen=True)
class _Chapters:
    """What the chapters show, before any language."""

    facts: Facts
    certainty: certainty.Certainty
    modelled: modelled.Modelled
    fit: fit.Fit
    reasons: reasons.Reasons
    space: space.Space


def render(release: Release) -> str:
    """report.html of a release."""
    facts = facts_of(release)
    chapters = _Chapters(
        facts=facts,
        certainty=certainty.certainty_of(facts),
        modelled=modelled.modelled_of(release),
        fit=fit.fit_of(release),
        reasons=reasons.reasons_of(facts),
        space=space.space_of(release, facts.map),
    )
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            facts=facts,
            space=chapters.space,
            roc=chapters.fit.roc,
            bodies={code: _body(chapters, code) for code in LANGUAGES},
            languages=[Language(code) for code in LANGUAGES],
            style=style(),
        )
    )


def _body(chapters: _Chapters, code: str) -> Markup:
    language, release = Language(code, *PAGES), chapters.facts.release
    labels, diagnostics = Labels(release.manifest.spec, code), release.diagnostics
    record = diagnostics.prevalence
    context = _validation(release, language) | vars(chapters) | {
        "manifest": release.manifest,
        "diagnostics": diagnostics,
        "classes": release.classes,
        "prevalence": [] if record is None else prevalence.prevalence_sentences(record, language),
        "warnings": told.warnings_in(release.manifest.warnings, language),
        "told": lambda sentence: told.told(sentence, language),
        "differing": _differing(release, labels),
        "contents": _contents(chapters, language),
        "labels": labels,
        "factor_name": lambda name: language.say(f"own_{name}") if name in OWN_ROWS else labels.factor(name),
        "type_name": lambda found: space.type_name(found, language, labels.factor),
        "say": language.say,
        "L": language,
        "lang": code,
        "software": ", ".join(f"{name} {version}" for name, version in release.manifest.packages.items()),
        "level": language.rate,
        "level_column": language.say("range"),
        "SPOTS_SHOWN": space.SHOWN,
        "SURE": certainty.SURE,
        "UNSURE": certainty.UNSURE,
        "UNSEEN": UNSEEN,
        "SIDE": SIDE,
        "OWN": fit.OWN,
    }  # fmt: skip
    return Markup(environment().get_template("body.html.j2").render(context))  # noqa: S704 - already escaped


def _contents(chapters: _Chapters, language: Language) -> list[tuple[str, str]]:
    """Chapters that the page has, each with its heading, in their order."""
    diagnostics, told = chapters.facts.release.diagnostics, chapters.reasons
    found = diagnostics.validation
    there = {
        "brief": ("brief_heading", True),
        "map": ("map_heading", True),
        "classes": ("classes_heading", True),
        "ends": ("ends_heading", True),
        "departments": ("departments_heading", bool(chapters.facts.departments)),
        "why": ("why_heading", bool(told.areas or told.departments)),
        "what-if": ("what_if_heading", bool(told.scenarios)),
        "spots": ("spots_heading", diagnostics.moran is not None),
        "types": ("types_heading", bool(diagnostics.types)),
        "prevalence": ("prevalence_heading", diagnostics.prevalence is not None),
        "model": ("model_heading", True),
        "fit": ("fit_heading", chapters.fit.exists),
        "candidates": ("candidates_heading", bool(diagnostics.candidates)),
        "checks": ("checks_heading", True),
        "measure": ("measure_heading", found is not None and found.direct_measure is not None),
        "left-out": ("left_out_heading", found is not None and found.leave_one_out is not None),
        "domains": ("domains_heading", found is not None and found.domains is not None),
        "all": ("all_heading", True),
        "sources": ("sources_heading", True),
    }
    return [(name, language.say(heading)) for name, (heading, exists) in there.items() if exists]


def _differing(release: Release, labels: Labels) -> list[str]:
    """Factors that the gate warns of or that were accepted."""
    rows = (row for row in release.diagnostics.comparability if row.verdict != "same")
    return list(dict.fromkeys(labels.factor(row.covariate) for row in rows))


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


def ready() -> None:
    """Read every template and every sentence.

    They are asked for at a run's end, hours after it began: the software may have been replaced in between, and what
    is loaded by then does not go with what is not.
    """
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)
    for file in files("mirti.report").iterdir():
        if file.name.endswith(".toml"):
            catalogue(file.name.removesuffix(".toml"))
    style()


@cache
def environment() -> Environment:
    return Environment(
        loader=PackageLoader("mirti.report"),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style() -> Markup:
    text = files("mirti.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - the package's own file
