"""The page of a validation: figures of agreement, calibration by tenths, departments; in four languages."""

from __future__ import annotations

from markupsafe import Markup

from mirti.declarations import LANGUAGES
from mirti.documents.validation import ValidationReport
from mirti.report.agreement import PAGE, agreement_context
from mirti.report.catalogue import Language
from mirti.report.page import environment, style


def render_validation(report: ValidationReport) -> str:
    """validation.html."""
    bodies = {code: _body(report, code) for code in LANGUAGES}
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            title=report.release_id,
            bodies=bodies,
            languages=[Language(code) for code in LANGUAGES],
            style=style(),
            map=None,
            colours=(),
        )
    )


def _body(report: ValidationReport, code: str) -> Markup:
    language = Language(code, PAGE)
    context = agreement_context(report.validation, language, report.names) | {
        "report": report,
        "source": report.source,
        "weights": report.weights,
        "is_index": report.measure == "index",
        "show_direct": True,
        "say": language.say,
        "L": language,
        "lang": code,
    }
    return Markup(environment().get_template("validation.html.j2").render(context))  # noqa: S704 - already escaped
