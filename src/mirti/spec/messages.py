"""What pydantic found, in a sentence, with the remedy."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from mirti.declarations import ColumnOutcome, RuleOutcome, SpecDeclaration
from mirti.spec.lines import Loc

_LANGUAGE_NAMES = {"es": "Spanish", "pt": "Portuguese", "en": "English", "fr": "French"}
_KINDS = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table of keys",
    "model_type": "a table of keys",
    "model_attributes_type": "a table of keys",
}


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a spec: the keys that lead to it, what is wrong, the remedy."""

    loc: Loc
    what: str
    remedy: str


def dotted(loc: Loc) -> str:
    """covariates[0].survey.column, the first element numbered 1 as a reader counts."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word: str, words: Iterable[str]) -> str:
    """ "Did you mean …? " or nothing."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f"Did you mean {close[0]}? " if close else ""


def fault_of(detail: ErrorDetails, data: dict[str, Any], root: type[BaseModel] = SpecDeclaration) -> Fault:
    """Turn one pydantic error into a fault at the keys as they are written in the file; root declares the whole."""
    loc = _written(detail["loc"])
    what, remedy = _sentences(detail, loc, data, root)
    return Fault(loc, what, remedy)


def _written(loc: Loc) -> Loc:
    """The keys without pydantic's own marks: the tag of the outcome's kind, [key] of a table."""
    untagged = (loc[0], *loc[2:]) if loc[:1] == ("outcome",) and len(loc) > 1 else loc
    return tuple(part for part in untagged if part != "[key]")


def _sentences(
    detail: ErrorDetails, loc: Loc, data: dict[str, Any], root: type[BaseModel]
) -> tuple[str, str]:
    key, kind = dotted(loc), detail["type"]
    context, given = detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        return _unknown(loc, data, root)
    if kind == "missing":
        return _missing(loc, data, root)
    if kind == "literal_error":
        return f"{key} is {given!r}", f"Use one of {_plain(context['expected'])}."
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _kind_of_outcome(given)
    if kind in _KINDS:
        return f"{key} should be {_KINDS[kind]}, it is {given!r}", f"Write {_KINDS[kind]}."
    message = detail["msg"].replace("Input should", "should").replace("Value error, ", "")
    if kind == "value_error":
        return f"{key}: {message}", f"Change {key} in the spec."
    return f"{key} is {given!r}: {message}", f"Change {key} in the spec."


def _plain(expected: str) -> str:
    return expected.replace("'", '"').replace(" or ", ", ")


def _kind_of_outcome(given: object) -> tuple[str, str]:
    kinds = 'Write kind = "column" (a ready column), "child_labour" or "hazardous_work" under [outcome].'
    written = given.get("kind") if isinstance(given, dict) else given
    return ("outcome has no kind" if written is None else f"outcome.kind is {written!r}"), kinds


def _missing(loc: Loc, data: dict[str, Any], root: type[BaseModel]) -> tuple[str, str]:
    key = str(loc[-1])
    if _model_at(loc[:-1], data, root) is not None and key in _LANGUAGE_NAMES and _is_label(loc, data, root):
        what = f"{dotted(loc[:-1])} has no text in {_LANGUAGE_NAMES[key]} ({key})"
        return what, f'Add {key} = "…": every label needs es, pt, en and fr.'
    meaning = _meaning(loc, data, root)
    return f"{dotted(loc)} is missing{f' ({meaning})' if meaning else ''}", _add(loc, data, root)


def _is_label(loc: Loc, data: dict[str, Any], root: type[BaseModel]) -> bool:
    model = _model_at(loc[:-1], data, root)
    return model is not None and set(model.model_fields) == set(_LANGUAGE_NAMES)


def _add(loc: Loc, data: dict[str, Any], root: type[BaseModel]) -> str:
    annotation = _annotation(loc, data, root)
    if _models(annotation):
        header = ".".join(str(part) for part in loc if isinstance(part, str))
        many = get_origin(annotation) is tuple
        return f"Add the table {'[[' if many else '['}{header}{']]' if many else ']'}."
    return f"Add {loc[-1]} = …{_under(loc)}."


def _under(loc: Loc) -> str:
    return f" to {dotted(loc[:-1])}" if len(loc) > 1 else ""


def _unknown(loc: Loc, data: dict[str, Any], root: type[BaseModel]) -> tuple[str, str]:
    model = _model_at(loc[:-1], data, root)
    keys = list(model.model_fields) if model is not None else []
    what = f"{dotted(loc)} is not a key that a spec knows"
    allowed = f"The keys here are {', '.join(keys)}." if keys else "Remove it."
    return what, nearest(str(loc[-1]), keys) + allowed


def _meaning(loc: Loc, data: dict[str, Any], root: type[BaseModel]) -> str:
    model = _model_at(loc[:-1], data, root)
    field = model.model_fields.get(str(loc[-1])) if model is not None else None
    return (field.description or "") if field is not None else ""


def _annotation(loc: Loc, data: dict[str, Any], root: type[BaseModel]) -> Any:
    model = _model_at(loc[:-1], data, root)
    field = model.model_fields.get(str(loc[-1])) if model is not None else None
    return field.annotation if field is not None else None


def _model_at(loc: Loc, data: dict[str, Any], root: type[BaseModel]) -> type[BaseModel] | None:
    """The declaration that the keys lead to."""
    model: type[BaseModel] | None = root
    for part in loc:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        models = _models(field.annotation) if field is not None else []
        model = _chosen(models, data) if models else None
    return model


def _chosen(models: list[type[BaseModel]], data: dict[str, Any]) -> type[BaseModel]:
    if ColumnOutcome not in models:
        return models[0]
    outcome = data.get("outcome")
    ready = isinstance(outcome, dict) and outcome.get("kind") == "column"
    return ColumnOutcome if ready else RuleOutcome


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The declarations inside Optional, tuple, dict and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, types.UnionType, tuple, dict, Annotated):
        return [model for inner in get_args(annotation) for model in _models(inner)]
    return []
