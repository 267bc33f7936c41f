"""Figures of agreement as the pages and the terminal show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mirti.documents import AgreementRecord, FigureRecord, ValidationRecord
from mirti.report.catalogue import Language

PAGE = "validation"
LISTED = 30


@dataclass(frozen=True)
class Line:
    """A row of the table of agreement: what it is called, every area alike, weighted by children."""

    label: str
    alike: str
    weighted: str


def agreement_context(
    found: ValidationRecord | None, language: Language, names: dict[str, str]
) -> dict[str, Any]:
    """What agreement.html.j2 shows of a validation, but for the measure's source. names: of the departments."""
    measure = None if found is None else found.direct_measure
    return {
        "measure": measure,
        "domains": None if found is None else found.domains,
        "left_out": None if found is None else found.leave_one_out,
        "lines": [] if measure is None else agreement_lines(measure, language),
        "names": names,
        "LISTED": LISTED,
        "points": lambda value: _points(value, language),
    }


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
    if found.rmse_net is not None:
        label = language.say("rmse_net", areas=language.count(found.with_errors))
        lines.append(Line(label, _points(found.rmse_net, language), ""))
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
    return lines


def _figure(figure: FigureRecord, language: Language) -> str:
    if figure.low is None or figure.value is None:
        return language.number(figure.value)
    ends = {"low": language.number(figure.low), "high": language.number(figure.high)}
    return language.say("figure_interval", value=language.number(figure.value), **ends)


def _points(value: float | None, language: Language) -> str:
    """A proportion or a difference of proportions in percentage points."""
    return language.number(None if value is None else 100 * value, 1)
