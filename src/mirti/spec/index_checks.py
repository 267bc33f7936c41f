"""What the keys of an index's spec must be to each other: names that exist, weights and goalposts that are complete.

Each check works on the pieces that are well formed by themselves: these faults are told together with the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mirti.declarations.index import (
    ChildrenDeclaration,
    DimensionDeclaration,
    ExpertDeclaration,
    IndexUncertaintyDeclaration,
    IndicatorDeclaration,
    MethodDeclaration,
    TableDeclaration,
)
from mirti.spec.checks import area_faults, class_faults, piece, pieces
from mirti.spec.lines import Loc
from mirti.spec.messages import Fault, nearest

RESERVED = ("remainder", "area_effect", "benchmark")  # rows of the drivers that are no dimension

Dimensions = list[tuple[Loc, DimensionDeclaration]]
Indicators = list[tuple[Loc, IndicatorDeclaration]]


def index_faults(data: dict[str, Any]) -> list[Fault]:
    """Every fault between keys, of the parts that can be read."""
    dimensions = list(pieces(data, "dimensions", DimensionDeclaration))
    indicators = [
        ((*loc, "indicators", i), indicator)
        for loc, dimension in dimensions
        for i, indicator in enumerate(dimension.indicators)
    ]
    return [
        *_names(data, dimensions, indicators),
        *_tables(data, indicators),
        *_goalposts(data, indicators),
        *_declared_weights(data, dimensions),
        *_experts(data, indicators),
        *_numbers(data),
        *class_faults(data),
        *area_faults(data),
    ]


def _names(data: dict[str, Any], dimensions: Dimensions, indicators: Indicators) -> Iterator[Fault]:
    named = {
        "table": [(loc, table.name) for loc, table in pieces(data, "tables", TableDeclaration)],
        "dimension": [(loc, dimension.name) for loc, dimension in dimensions],
        "indicator": [(loc, indicator.name) for loc, indicator in indicators],
    }
    for kind, found in named.items():
        times, seen = Counter(name for _, name in found), set()
        for loc, name in found:
            if name in seen:
                what = f'{kind} "{name}" is declared {times[name]} times'
                yield Fault((*loc, "name"), what, f"Give each {kind} its own name.")
            seen.add(name)
    for loc, name in named["dimension"]:
        if name in RESERVED:
            what = f'a dimension may not be called "{name}": the drivers have a row of that name'
            yield Fault((*loc, "name"), what, "Give it another name.")


def _tables(data: dict[str, Any], indicators: Indicators) -> Iterator[Fault]:
    written = data.get("tables")
    tables = written if isinstance(written, list) else []
    names = [str(table["name"]) for table in tables if isinstance(table, dict) and "name" in table]
    children = piece(data, "children", ChildrenDeclaration)
    used = [((*loc, "table"), indicator.table) for loc, indicator in indicators]
    used += [(("children", "table"), children.table)] if children is not None else []
    for loc, name in used:
        if name not in names:
            remedy = f"{nearest(name, names)}The tables are {', '.join(names) or 'none'}."
            yield Fault(loc, f'"{name}" is no table of this spec', remedy)
    for loc, table in pieces(data, "tables", TableDeclaration):
        if used and table.name not in [name for _, name in used]:
            what = f'no indicator is taken from the table "{table.name}"'
            yield Fault(loc, what, "Name it under table of an indicator, or leave it out.")


def _asked_at(data: dict[str, Any], key: str, value: str) -> Loc | None:
    """Where the spec asks for a normalisation or weighting, as the method or among the draws; None: nowhere."""
    method = piece(data, "method", MethodDeclaration)
    uncertainty = piece(data, "uncertainty", IndexUncertaintyDeclaration)
    if method is not None and getattr(method, key) == value:
        return ("method", key)
    return ("uncertainty", key) if uncertainty is not None and value in getattr(uncertainty, key) else None


def _goalposts(data: dict[str, Any], indicators: Indicators) -> Iterator[Fault]:
    for loc, indicator in indicators:
        ends = indicator.goalposts
        if ends is not None and ends[0] >= ends[1]:
            what = f'the goalposts of "{indicator.name}" do not increase: {list(ends)}'
            yield Fault(
                (*loc, "goalposts"), what, "Write the lower end first; direction says which is worse."
            )
    asked = _asked_at(data, "normalisation", "goalposts")
    without = [indicator.name for _, indicator in indicators if indicator.goalposts is None]
    if asked and without:
        what = f"goalposts are asked for, and these indicators have none: {', '.join(without)}"
        yield Fault(asked, what, "Add goalposts = [lower, upper] to each, or use another normalisation.")


def _declared_weights(data: dict[str, Any], dimensions: Dimensions) -> Iterator[Fault]:
    asked = _asked_at(data, "weighting", "declared")
    if not asked:
        return
    without = [dimension.name for _, dimension in dimensions if dimension.weight is None]
    for _, dimension in dimensions:
        if len(dimension.indicators) > 1:
            without += [each.name for each in dimension.indicators if each.weight is None]
    if without:
        what = f"declared weights are asked for, and these have none: {', '.join(without)}"
        yield Fault(asked, what, "Add weight = … to each dimension and indicator, or use another weighting.")
    for loc, dimension in dimensions:
        weights = [each.weight for each in dimension.indicators]
        if all(weight == 0 for weight in weights):
            what = f'no indicator of "{dimension.name}" has a weight above 0'
            yield Fault(loc, what, "Give one a weight above 0, or leave the dimension out.")
    if dimensions and all(dimension.weight == 0 for _, dimension in dimensions):
        yield Fault(("dimensions",), "no dimension has a weight above 0", "Give at least one a weight.")


def _experts(data: dict[str, Any], indicators: Indicators) -> Iterator[Fault]:
    asked = _asked_at(data, "weighting", "budget")
    experts = list(pieces(data, "experts", ExpertDeclaration))
    names = [indicator.name for _, indicator in indicators]
    if asked and not data.get("experts"):
        what = "budget allocation is asked for, and no expert has given points"
        yield Fault(
            asked, what, "Add a table [[experts]] with name and points for each, or use another weighting."
        )
    if experts and not asked:
        what = "experts have given points, and no weighting uses them"
        yield Fault(experts[0][0], what, 'Write weighting = "budget" under [method], or among the draws.')
    for loc, expert in experts:
        for name in expert.points:
            if name not in names:
                remedy = f"{nearest(name, names)}The indicators are {', '.join(names)}."
                yield Fault(
                    (*loc, "points"), f'"{expert.name}" gives points to "{name}", no indicator', remedy
                )
        if not any(expert.points.values()):
            yield Fault(
                (*loc, "points"),
                f'"{expert.name}" gives no points at all',
                "Give some, or remove the expert.",
            )


def _numbers(data: dict[str, Any]) -> Iterator[Fault]:
    children = piece(data, "children", ChildrenDeclaration)
    method = piece(data, "method", MethodDeclaration)
    uncertainty = piece(data, "uncertainty", IndexUncertaintyDeclaration)
    if children is not None and children.ages[0] > children.ages[1]:
        yield Fault(
            ("children", "ages"),
            f"the ages do not increase: {list(children.ages)}",
            "Put the first age first.",
        )
    if method is not None and method.quantiles[0] >= method.quantiles[1]:
        what = f"the quantiles do not increase: {list(method.quantiles)}"
        yield Fault(("method", "quantiles"), what, "Write the lower one first, e.g. [0.025, 0.975].")
    points = uncertainty.sensitivity_points if uncertainty is not None else 1
    if points & (points - 1):
        what = f"sensitivity_points is {points}, which is no power of two"
        remedy = f"Write {1 << (points.bit_length() - 1)} or {1 << points.bit_length()}."
        yield Fault(("uncertainty", "sensitivity_points"), what, remedy)
