"""The spec's language as a page, written from the declarations so that it cannot go stale."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mirti.declarations import (
    AcceptDeclaration,
    AreaCode,
    AreaCovariateDeclaration,
    AreasDeclaration,
    BenchmarkDeclaration,
    BoundariesDeclaration,
    CandidateDeclaration,
    CensusDeclaration,
    ClassesDeclaration,
    Coding,
    ColumnOutcome,
    CovariateDeclaration,
    HotSpotsDeclaration,
    HoursRule,
    HouseholdFeature,
    Label,
    ModelDeclaration,
    Persons,
    ProjectionDeclaration,
    RegisterDeclaration,
    RegisterVariable,
    ReliabilityDeclaration,
    ReplicatesDeclaration,
    RuleOutcome,
    RunDeclaration,
    ScenarioDeclaration,
    Source,
    SpecDeclaration,
    StageDeclaration,
    SurveyDeclaration,
    TypologyDeclaration,
    UncertaintyDeclaration,
    ValidationDeclaration,
)
from mirti.declarations.index import (
    ChildrenDeclaration,
    DimensionDeclaration,
    ExpertDeclaration,
    IndexDeclaration,
    IndexRunDeclaration,
    IndexUncertaintyDeclaration,
    IndicatorDeclaration,
    MethodDeclaration,
    TableDeclaration,
)

_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("the spec", SpecDeclaration),
    ("[run]", RunDeclaration),
    ('[outcome] with kind = "column"', ColumnOutcome),
    ('[outcome] with kind = "child_labour" or "hazardous_work"', RuleOutcome),
    ("an hours rule", HoursRule),
    ("[survey]", SurveyDeclaration),
    ("[census]", CensusDeclaration),
    ("persons", Persons),
    ("an area code", AreaCode),
    ("a source", Source),
    ("[[covariates]]", CovariateDeclaration),
    ("a coding", Coding),
    ("a household feature", HouseholdFeature),
    ("replicate weights", ReplicatesDeclaration),
    ("a further stage", StageDeclaration),
    ("[model]", ModelDeclaration),
    ("a covariate of areas", AreaCovariateDeclaration),
    ("a candidate", CandidateDeclaration),
    ("[benchmark]", BenchmarkDeclaration),
    ("[uncertainty]", UncertaintyDeclaration),
    ("limits of the reliability letters", ReliabilityDeclaration),
    ("[validation]", ValidationDeclaration),
    ("[projection]", ProjectionDeclaration),
    ("[areas]", AreasDeclaration),
    ("[boundaries]", BoundariesDeclaration),
    ("[classes]", ClassesDeclaration),
    ("[[registers]]", RegisterDeclaration),
    ("a register's variable", RegisterVariable),
    ("[hot_spots]", HotSpotsDeclaration),
    ("[typology]", TypologyDeclaration),
    ("[[scenarios]]", ScenarioDeclaration),
    ("[[accept]]", AcceptDeclaration),
    ("a label", Label),
)
_INDEX_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("the spec of an index", IndexDeclaration),
    ("[run] of an index", IndexRunDeclaration),
    ("[[tables]]", TableDeclaration),
    ("[children]", ChildrenDeclaration),
    ("[[dimensions]]", DimensionDeclaration),
    ("[[dimensions.indicators]]", IndicatorDeclaration),
    ("[[experts]]", ExpertDeclaration),
    ("[method]", MethodDeclaration),
    ("[uncertainty] of an index", IndexUncertaintyDeclaration),
    ("[areas]", AreasDeclaration),
    ("[boundaries]", BoundariesDeclaration),
    ("[classes]", ClassesDeclaration),
    ("an area code", AreaCode),
    ("a source", Source),
    ("a label", Label),
)
_NAMES = {model: title for title, model in reversed(_TABLES + _INDEX_TABLES)}
_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def reference(heading: str = "###") -> str:
    """Every key of a spec with its type, default and meaning, as Markdown tables under headings of one level."""
    return _page(heading, _TABLES)


def index_reference(heading: str = "###") -> str:
    """The same of the spec of a composite index."""
    return _page(heading, _INDEX_TABLES)


def _page(heading: str, tables: tuple[tuple[str, type[BaseModel]], ...]) -> str:
    return "\n".join(_section(f"{heading} {title}", model) for title, model in tables)


def _section(title: str, model: type[BaseModel]) -> str:
    summary = " ".join((model.__doc__ or "").split())
    rows = [_row(key, field) for key, field in model.model_fields.items()]
    head = ["| key | type | default | meaning |", "|---|---|---|---|"]
    return "\n".join([title, "", summary, "", *head, *rows, ""])


def _row(key: str, field: FieldInfo) -> str:
    cells = (f"`{key}`", _type(field.annotation), _default(field), field.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation in _NAMES:
        return _NAMES[annotation]
    if origin is Literal:
        return ", ".join(f'"{value}"' for value in inner)
    if origin is Annotated:
        return _type(inner[0])
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(part) for part in inner if part is not type(None)))
    if origin is tuple:
        return (
            f"list of {_type(inner[0])}"
            if inner[-1] is Ellipsis
            else f"[{', '.join(_type(part) for part in inner)}]"
        )
    if origin is dict:
        return f"table of {_type(inner[1])}"
    raise TypeError(f"the reference has no words for {annotation!r}")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is None or value == () or value == {} or isinstance(value, BaseModel):
        return "—"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(_literal(part) for part in value) + "]`"
    return f"`{_literal(value)}`"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
