"""Comparison and validation as text for a terminal, in English."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from mirti.documents import AgreementRecord, DomainsRecord, LeaveOneOutRecord
from mirti.documents.comparison import ComparisonRecord, TransitionRow
from mirti.documents.validation import ValidationReport
from mirti.report import agreement, comparison_page
from mirti.report.catalogue import Language

SHOWN = 10
LISTED = 10


def comparison_text(record: ComparisonRecord, changes: pa.Table) -> str:
    """What changed, in some twenty lines: the country, the areas that changed most, the classes, the remarks."""
    said = Language("en", comparison_page.PAGE)
    lines = [f"{record.earlier.release_id} → {record.later.release_id}", "", _nation(record, said)]
    if record.judged:
        share = said.rate(record.false_discovery, 0)
        lines.append(
            f"{record.up} areas rose and {record.down} fell by more than chance, of {record.compared}; "
            f"{share} of those found may be so by error."
        )
    rows = [row for row in changes.to_pylist() if not record.judged or row["verdict"] in ("up", "down")]
    rows.sort(key=lambda row: (-abs(row["difference"]), row["code"]))
    lines += ["", *_changed(rows[:SHOWN], said), "", *_transitions(record, said), ""]
    lines += [f"· {remark.text}" for remark in record.remarks]
    lines += [f"· {said.say('accepted_reason', reason=record.accepted)}"] if record.accepted else []
    for key, codes in (("appeared", record.appeared), ("disappeared", record.disappeared)):
        lines += [f"· {_listed(key, codes, said)}"] if codes else []
    return "\n".join(lines)


def validation_text(report: ValidationReport) -> str:
    """How well the release agrees with what it was held against."""
    said = Language("en", agreement.PAGE)
    parts = report.validation
    lines = [report.release_id]
    if parts.direct_measure is not None:
        lines += ["", *_agreement(parts.direct_measure, report, said)]
    if parts.leave_one_out is not None:
        lines += ["", *_left_out(parts.leave_one_out, said)]
    if parts.domains is not None:
        lines += ["", *_domains(parts.domains, said)]
    return "\n".join(lines)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of texts side by side, the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    return [
        "  ".join([row[0].ljust(widths[0]), *(t.rjust(w) for t, w in zip(row[1:], widths[1:], strict=True))]).rstrip()
        for row in (header, *rows)
    ]  # fmt: skip


def _nation(record: ComparisonRecord, said: Language) -> str:
    nation = record.nation
    change = (
        f"{nation.name}: {said.rate(nation.earlier)} → {said.rate(nation.later)}, "
        f"{_points(nation.difference, said)} points"
    )
    if nation.low is None or nation.high is None:
        return f"{change} ({said.say('no_interval')})."
    return f"{change} ({_points(nation.low, said)} to {_points(nation.high, said)})."


def _changed(rows: list[comparison_page.Row], said: Language) -> list[str]:
    if not rows:
        return ["No area changed by more than chance."]
    body = [
        (
            f"{row['code']} {row['name']}"[:40],
            said.rate(row["earlier"]),
            said.rate(row["later"]),
            _points(row["difference"], said),
            "–" if row["ci_low"] is None else f"{_points(row['ci_low'], said)} to {_points(row['ci_high'], said)}",
            said.p_value(row["p_adjusted"]),
        )
        for row in rows
    ]  # fmt: skip
    return table(("area", "before", "after", "points", "95% interval", "FDR"), body)


def _transitions(record: ComparisonRecord, said: Language) -> list[str]:
    classes = range(1, len(record.breaks) + 2)
    cells = {(cell.before, cell.after): cell for cell in record.transitions}
    body = [
        (f"class {before} before", *(_cell(cells[before, after], said) for after in classes))
        for before in classes
    ]
    return table(("areas (children)", *(f"{after} after" for after in classes)), body)


def _cell(cell: TransitionRow, said: Language) -> str:
    return said.say("cell", areas=said.count(cell.areas), children=said.count(cell.children_after))


def _agreement(found: AgreementRecord, report: ValidationReport, said: Language) -> list[str]:
    rows = [(line.label, line.alike, line.weighted) for line in agreement.agreement_lines(found, said)]
    tenths = [
        (
            str(i),
            said.count(row.areas),
            said.count(row.children),
            said.rate(row.modelled),
            said.rate(row.measured),
        )
        for i, row in enumerate(found.tenths, start=1)
    ]
    source = "" if report.source is None else f"{report.source.name}, "
    lines = [f"{said.say('measure_heading')}: {source}{found.units} areas", ""]
    lines += table((said.say("figure"), said.say("every_territory"), said.say("by_children")), rows)
    lines += ["", *table(("tenth", "areas", "children", "modelled", "measured"), tenths)]
    for key, codes in (("no_measure", found.no_measure), ("no_area", found.no_area)):
        lines += [_listed(key, codes, said)] if codes else []
    return lines


def _left_out(found: LeaveOneOutRecord, said: Language) -> list[str]:
    figures = {"bias": found.bias, "rmse": found.rmse, "net": found.rmse_net}
    points = {name: said.number(None if v is None else 100 * v, 1) for name, v in figures.items()}
    return [
        said.say("left_out_heading"),
        said.say(
            "left_out_text",
            compared=found.compared,
            pearson=said.number(found.pearson),
            covered=said.rate(found.covered, 0),
            **points,
        ),
    ]


def _domains(found: DomainsRecord, said: Language) -> list[str]:
    counts = {"assessed": found.assessed, "inside": found.inside}
    rows = [
        (
            row.code,
            said.rate(row.modelled),
            said.rate(row.direct),
            said.rate(row.direct_se),
            said.number(row.z, 1),
        )
        for row in found.domains
    ]
    return [
        said.say("domains_heading"),
        f"{said.say('domains_text', **counts)} {said.say('benchmark_' + found.benchmark)}",
        "",
        *table(("department", "modelled", "direct", "s.e.", "z"), rows),
    ]


def _listed(key: str, codes: tuple[str, ...], said: Language) -> str:
    more = " …" if len(codes) > LISTED else ""
    return said.say(key, count=len(codes), codes=", ".join(codes[:LISTED]) + more)


def _points(value: float, said: Language) -> str:
    text = said.number(100 * value, 1)
    return f"+{text}" if round(100 * value, 1) > 0 else text
