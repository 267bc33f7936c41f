"""Covariates as both sources code them: a source's values become positions in the levels they share."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal

import ibis

from mirti.codes import is_number
from mirti.declarations import Coding, CovariateDeclaration
from mirti.errors import InputError, Problem
from mirti.io.collapse import MISSING, UNKNOWN
from mirti.io.sources import numeric
from mirti.io.statistical import Labels
from mirti.tables import Covariate

Side = Literal["survey", "census"]

MAX_LEVELS = 1000


def code_values(
    table: ibis.Table,
    declarations: Sequence[CovariateDeclaration],
    side: Side,
    covariates: Sequence[Covariate],
    where: str,
) -> ibis.Table:
    """Adds x0…x{k-1} to a table with v0…v{k-1}; a value that nothing names is coded -2."""
    codes = {
        f"x{j}": _code(
            _value(table, declaration, j), getattr(declaration, side), covariate, declaration, where
        )
        for j, (declaration, covariate) in enumerate(zip(declarations, covariates, strict=True))
    }
    return table.mutate(**codes)


def _value(table: ibis.Table, declaration: CovariateDeclaration, j: int) -> ibis.Value:
    value = table[f"v{j}"]
    return numeric(value) if declaration.kind == "numeric" else value


def check_codes(
    table: ibis.Table,
    declarations: Sequence[CovariateDeclaration],
    side: Side,
    where: str,
    *,
    labels: Labels | None = None,
) -> None:
    """Raises InputError naming every covariate with values that its coding does not name, in one query if none has."""
    names = [f"x{j}" for j in range(len(declarations))]
    counts = table.aggregate(**{name: table.count(where=table[name] == UNKNOWN) for name in names})
    found = counts.to_pyarrow().to_pylist()[0]
    raise_unknown(
        table, declarations, side, [j for j, name in enumerate(names) if found[name]], where, labels
    )


def raise_unknown(
    table: ibis.Table,
    declarations: Sequence[CovariateDeclaration],
    side: Side,
    unknown: Sequence[int],
    where: str,
    labels: Labels | None = None,
) -> None:
    """Raises InputError that lists, for each covariate in `unknown`, the values that nothing names; none: returns.

    labels: the value labels of the source's columns, shown beside the values.
    """
    if unknown:
        raise InputError(
            [_unknown_problem(table, declarations[j], side, j, where, labels or {}) for j in unknown]
        )


def _unknown_problem(
    table: ibis.Table, declaration: CovariateDeclaration, side: Side, j: int, where: str, labels: Labels
) -> Problem:
    rows = table.filter(table[f"x{j}"] == UNKNOWN)
    counts = rows.group_by(value=rows[f"v{j}"]).agg(rows=rows.count())
    found = counts.order_by([ibis.desc("rows"), "value"]).to_pyarrow().to_pylist()
    total = sum(row["rows"] for row in found)
    coding: Coding = getattr(declaration, side)
    named = labels.get(coding.column or "", {})
    remedy = (
        f"Name each in covariate '{declaration.name}', {side}.recode, or list it in {side}.na."
        if coding.recode is not None
        else f"The survey has no child with them: declare the levels of '{declaration.name}', recode or cut it, "
        f"or list them in {side}.na."
    )
    return Problem(
        f"Covariate '{declaration.name}': {total} rows of children have values that its {side} coding does not name",
        where,
        remedy,
        len(found),
        tuple(f"{_labelled(text_of(row['value']), named)} × {row['rows']}" for row in found),
    )


def _labelled(value: str, labels: dict[str, str]) -> str:
    return f"'{value}' ({labels[value]})" if value in labels else f"'{value}'"


# --- levels ---------------------------------------------------------------------------------------------------------


def find_covariates(
    table: ibis.Table, declarations: Sequence[CovariateDeclaration], side: Side, where: str
) -> tuple[Covariate, ...]:
    """The covariates with their levels: declared, or named by the recode or the cuts, or the table's own values."""
    return tuple(
        make_covariate(declaration, _levels(table, declaration, getattr(declaration, side), j, where), where)
        for j, declaration in enumerate(declarations)
    )


def make_covariate(declaration: CovariateDeclaration, levels: Sequence[str], where: str) -> Covariate:
    if declaration.missing is not None and declaration.missing not in levels:
        levels = (*levels, declaration.missing)
    _check_number_of_levels(declaration, levels, where)
    return Covariate(
        declaration.name,
        tuple(levels),
        declaration.kind,
        _numbers(declaration, levels, where) if declaration.kind == "numeric" else (),
        _position(declaration.reference, levels),
        declaration.label.model_dump() if declaration.label else {},
    )


def _position(reference: str | None, levels: Sequence[str]) -> int:
    return list(levels).index(reference) if reference is not None and reference in levels else 0


def _levels(
    table: ibis.Table, declaration: CovariateDeclaration, coding: Coding, j: int, where: str
) -> tuple[str, ...]:
    if declaration.levels:
        return declaration.levels
    if coding.recode is not None:
        return tuple(dict.fromkeys(coding.recode.values()))
    if coding.cuts is not None:
        return cut_labels(coding.cuts)
    return _own_levels(table, _value(table, declaration, j), coding)


def _own_levels(table: ibis.Table, value: ibis.Value, coding: Coding) -> tuple[str, ...]:
    present = table.filter(value.notnull()).select(value=value).distinct().to_pyarrow()["value"].to_pylist()
    texts = {text_of(one) for one in present} - set(_na(coding))
    return tuple(sorted(texts, key=float if all(map(is_number, texts)) else str))


def cut_labels(cuts: Sequence[float]) -> tuple[str, ...]:
    """n cut points → n + 1 labels that need no language: '<5', '5–<10', '≥10'."""
    between = [f"{text_of(low)}–<{text_of(high)}" for low, high in itertools.pairwise(cuts)]
    return (f"<{text_of(cuts[0])}", *between, f"≥{text_of(cuts[-1])}")


def text_of(value: object) -> str:
    """A source value as a spec writes it: 3.0 and 3 are both '3'."""
    if isinstance(value, bool):
        return str(int(value))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _check_number_of_levels(declaration: CovariateDeclaration, levels: Sequence[str], where: str) -> None:
    if not levels:
        problem = f"Covariate '{declaration.name}' has no value among the children of the survey"
        raise InputError(Problem(problem, where, "Check its column, or leave the covariate out."))
    if len(levels) > MAX_LEVELS:
        problem = f"Covariate '{declaration.name}' has {len(levels)} levels, more than {MAX_LEVELS}"
        raise InputError(Problem(problem, where, "Cut it into bands (cuts), or recode it."))


def _numbers(declaration: CovariateDeclaration, levels: Sequence[str], where: str) -> tuple[float, ...]:
    try:
        return tuple(float(level) for level in levels)
    except ValueError:
        texts = tuple(level for level in levels if not is_number(level))
        problem = f"Covariate '{declaration.name}' is numeric, but some of its levels are not numbers"
        remedy = "List them in na, or declare it categorical (a missing level needs a categorical covariate)."
        raise InputError(Problem(problem, where, remedy, len(texts), texts)) from None


# --- codes ----------------------------------------------------------------------------------------------------------


def _code(
    value: ibis.Value, coding: Coding, covariate: Covariate, declaration: CovariateDeclaration, where: str
) -> ibis.Value:
    na = _literals(_na(coding), value)
    missing = value.isnull() | value.isin(na) if na else value.isnull()
    named = _named(value, coding, covariate, declaration, where)
    return ibis.cases((missing, MISSING), *named, else_=UNKNOWN).cast("int16")


def _na(coding: Coding) -> tuple[str, ...]:
    """Values that mean missing; of a derived value or a feature, na speaks of the columns it is made of."""
    return coding.na if coding.column is not None else ()


def _named(
    value: ibis.Value, coding: Coding, covariate: Covariate, declaration: CovariateDeclaration, where: str
) -> list[tuple[ibis.Value, int | ibis.Value]]:
    """What the coding names: (condition, code) pairs, the first that holds decides."""
    if coding.cuts is not None:
        value = numeric(value)
        labels = _cut_levels(coding.cuts, covariate, declaration, where)
        # A whole cut of whole values stays whole: comparing them as floats costs twice as much.
        whole = value.type().is_integer() and all(float(cut).is_integer() for cut in coding.cuts)
        cuts = [int(cut) for cut in coding.cuts] if whole else coding.cuts
        ends = [(value < cut, code) for cut, code in zip(cuts, labels, strict=False)]
        return [*ends, (value.notnull(), labels[-1])]
    if coding.recode is not None:
        return _recoded(value, coding.recode, covariate, declaration, where)
    return _as_levels(value, covariate)


def _cut_levels(
    cuts: Sequence[float], covariate: Covariate, declaration: CovariateDeclaration, where: str
) -> list[int]:
    """Code of each band: the levels in order, the missing level apart."""
    codes = [code for code, level in enumerate(covariate.levels) if level != declaration.missing]
    if len(codes) == len(cuts) + 1:
        return codes
    problem = (
        f"Covariate '{declaration.name}': {len(cuts)} cuts make one band more, but it has {len(codes)} levels"
    )
    raise InputError(Problem(problem, where, "Declare one level for each band."))


def _recoded(
    value: ibis.Value,
    recode: dict[str, str],
    covariate: Covariate,
    declaration: CovariateDeclaration,
    where: str,
) -> list[tuple[ibis.Value, int]]:
    codes = {level: code for code, level in enumerate(covariate.levels)}
    if declaration.missing is not None:
        codes.setdefault(declaration.missing, MISSING)
    foreign = tuple(sorted(set(recode.values()) - codes.keys()))
    if foreign:
        problem = f"Covariate '{declaration.name}': a recode gives levels that the covariate does not have"
        remedy = "Recode to one of: " + ", ".join(covariate.levels) + "."
        raise InputError(Problem(problem, where, remedy, len(foreign), foreign))
    sources: dict[str, list[str]] = {}
    for source, level in recode.items():
        sources.setdefault(level, []).append(source)
    return [(_is_one_of(value, _literals(texts, value)), codes[level]) for level, texts in sources.items()]


def _as_levels(value: ibis.Value, covariate: Covariate) -> list[tuple[ibis.Value, int | ibis.Value]]:
    numbers = [int(level) if level.lstrip("-").isdigit() else None for level in covariate.levels]
    if value.type().is_integer() and _consecutive(numbers):
        first, last = numbers[0], numbers[-1]
        return [(value.between(first, last), value.cast("int64") - first)]
    literals = [(_literals([level], value), code) for code, level in enumerate(covariate.levels)]
    return [(_is_one_of(value, one), code) for one, code in literals if one]


def _consecutive(numbers: Sequence[int | None]) -> bool:
    return all(number is not None and number == (numbers[0] or 0) + i for i, number in enumerate(numbers))


def _is_one_of(value: ibis.Value, literals: Sequence[object]) -> ibis.Value:
    return value == literals[0] if len(literals) == 1 else value.isin(literals)


def _literals(texts: Sequence[str], value: ibis.Value) -> list[object]:
    """Texts of a spec in the type of the values; a text that cannot be one matches nothing."""
    kind = value.type()
    if kind.is_string():
        return list(texts)
    if kind.is_boolean():
        return [text in ("1", "true", "True") for text in texts if text in _BOOLEANS]
    numbers = [float(text) for text in texts if is_number(text)]
    if kind.is_floating():
        return list(numbers)
    return [int(one) for one in numbers if one.is_integer()]


_BOOLEANS = ("0", "1", "true", "false", "True", "False")
