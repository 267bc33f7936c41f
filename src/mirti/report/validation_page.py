"""The page of a validation: figures of agreement, calibration by tenths, departments; in four languages."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from mirti.declarations import LANGUAGES
from mirti.documents import AgreementRecord, FigureRecord
from mirti.documents.validation import ValidationReport
from mirti.report.catalogue import Language
from mirti.report.page import environment, style

PAGE = "validation"
LISTED = 30


@dataclass(frozen=True)
class Line:
    """A row of the table of agreement: what it is called, every area alike, weighted by children."""

    label: str
    alike: str
    weighted: str


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


def agreement_lines(found: AgreementRecord, language: Language) -> list[Line]:
    """Figures of agreement as a reader of the language sees them; an empty cell where a figure has no such version."""
    lines = [
        Line(
            language.say(name),
            _figure(getattr(found, name), language),
            _figure(getattr(found, f"{name}_children"), language),
        )
        for name in ("pearson", "spearman")
    ]
    lines += [
        Line(language.say(f"calibration_{name}"), "", _figure(figure, language))
        for name in ("intercept", "slope")
        if (figure := getattr(found, name)) is not None
    ]
    lines += [
        Line(
            language.say(name),
            _points(alike, language),
            _points(getattr(found, f"{name}_children"), language),
        )
        for name in ("bias", "rmse")
        if (alike := getattr(found, name)) is not None
    ]
    lines += [
        Line(language.say(name), _figure(figure, language), "")
        for name in ("kappa", "kappa_ranked")
        if (figure := getattr(found, name)) is not None
    ]
    lines += [
        Line(language.say(name), language.rate(share, 0), "")
        for name in ("top_fifth", "inside_interval", "within_errors")
        if (share := getattr(found, name)) is not None
    ]
    if found.rmse_net is not None:
        label = language.say("rmse_net", areas=language.count(found.with_errors))
        lines.append(Line(label, _points(found.rmse_net, language), ""))
    return lines


def _body(report: ValidationReport, code: str) -> Markup:
    language = Language(code, PAGE)
    measure = report.validation.direct_measure
    context = {
        "report": report,
        "measure": measure,
        "domains": report.validation.domains,
        "left_out": report.validation.leave_one_out,
        "lines": [] if measure is None else agreement_lines(measure, language),
        "LISTED": LISTED,
        "say": language.say,
        "points": lambda value: _points(value, language),
        "L": language,
        "lang": code,
    }
    return Markup(environment().get_template("validation.html.j2").render(context))  # noqa: S704 - already escaped


def _figure(figure: FigureRecord, language: Language) -> str:
    if figure.low is None or figure.value is None:
        return language.number(figure.value)
    ends = {"low": language.number(figure.low), "high": language.number(figure.high)}
    return language.say("figure_interval", value=language.number(figure.value), **ends)


def _points(value: float | None, language: Language) -> str:
    """A proportion or a difference of proportions in percentage points."""
    return language.number(None if value is None else 100 * value, 1)
