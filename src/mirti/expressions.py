"""Arithmetic and conditions over columns, as a spec writes them: "edad - 6 - anoest", "paren_ee == 1 and sexo == 2".

Parsed with `ast` and a list of what is allowed, so a spec can compute but never run code. A column whose name is no
identifier stands in backticks or in col("…"). Missing values stay missing: a comparison with one is neither true nor
false, division by zero is missing.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

import ibis
import ibis.expr.types as ir

from mirti.codes import code, number
from mirti.errors import InputError, Problem

ALLOWED = (
    "Allowed are columns, numbers, texts in quotes, + - * / // %, == != < <= > >=, in ( ), and, or, not, "
    "min( ), max( ), abs( ), missing( ) and parentheses."
)
_BACKTICKS = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|`([^`]+)`""")

_ARITHMETIC: dict[type[ast.operator], Callable[[ir.NumericValue, ir.NumericValue], ir.NumericValue]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b.nullif(0),
    ast.FloorDiv: lambda a, b: (a / b.nullif(0)).floor(),
    ast.Mod: lambda a, b: a - b * (a / b.nullif(0)).floor(),
}
_COMPARISON: dict[type[ast.cmpop], Callable[[ir.Value, ir.Value], ir.BooleanValue]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True)
class Uses:
    """The columns that an expression names, and which of them it uses as numbers."""

    columns: tuple[str, ...]
    numeric: tuple[str, ...]


def expression(text: str, table: ir.Table, where: str, *, na: Sequence[str] = ()) -> ir.Value:
    """The value of an expression over a table's columns; na: codes that mean missing in any of those columns.

    A column alone keeps its type, arithmetic is float64, a comparison is boolean. Raises InputError naming `where`, the
    position and the remedy for an unknown column or anything that is not allowed.
    """
    return _Compiler(table, where, text.strip(), tuple(na)).value(_parsed(text, where)).value


def condition(text: str, table: ir.Table, where: str) -> ir.BooleanValue:
    """An expression that is true or false; InputError if it is a number, a text or a bare column."""
    operand = _Compiler(table, where, text.strip()).value(_parsed(text, where))
    if operand.kind != "boolean" and not operand.value.type().is_boolean():
        what = f'"{text}" is no condition: it is neither true nor false'
        raise InputError(Problem(what, where, 'Compare it with something, e.g. "column == 1".'))
    return operand.value


def uses(text: str, where: str) -> Uses:
    """Which columns an expression names; InputError if it cannot be read."""
    tree = _parsed(text, where)
    names = tuple(dict.fromkeys(name for node in ast.walk(tree) if (name := _column_name(node)) is not None))
    compiler = _Compiler(ibis.table(dict.fromkeys(names or ("-",), "string"), name="any"), where, text)
    compiler.value(tree)
    return Uses(names, tuple(name for name in names if name in compiler.numeric))


@dataclass(frozen=True)
class _Operand:
    value: ir.Value
    kind: Literal["column", "number", "text", "boolean"]
    name: str | None = None


@dataclass
class _Compiler:
    table: ir.Table
    where: str
    text: str
    na: tuple[str, ...] = ()
    numeric: set[str] = field(default_factory=set)

    def value(self, node: ast.expr) -> _Operand:
        if (name := _column_name(node)) is not None:
            return self._column(name, node)
        handlers: dict[type[ast.expr], Callable[..., _Operand]] = {
            ast.Constant: self._constant,
            ast.BinOp: self._arithmetic,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._comparison,
            ast.Call: self._call,
        }
        handler = handlers.get(type(node))
        if handler is None:
            raise self._refused(node, f"{ast.unparse(node)} is not allowed")
        return handler(node)

    def _column(self, name: str, node: ast.expr) -> _Operand:
        if name not in self.table.columns:
            raise unknown_column(name, self.table.columns, f"{self.where}, {self._position(node)}")
        column = self.table[name]
        known = code(column).isin(self.na).ifelse(ibis.null(column.type()), column) if self.na else column
        return _Operand(known, "column", name)

    def _constant(self, node: ast.Constant) -> _Operand:
        if isinstance(node.value, bool):
            return _Operand(ibis.literal(node.value), "boolean")
        if isinstance(node.value, int | float):
            return _Operand(ibis.literal(float(node.value), "float64"), "number")
        if isinstance(node.value, str):
            return _Operand(ibis.literal(node.value), "text")
        raise self._refused(node, f"{node.value!r} is not allowed")

    def _number(self, node: ast.expr) -> ir.NumericValue:
        operand = self.value(node)
        if operand.kind == "text":
            raise self._refused(node, f"{ast.unparse(node)} is a text where a number is needed")
        return self._as_number(operand)

    def _as_number(self, operand: _Operand) -> ir.NumericValue:
        if operand.kind == "number":
            return operand.value
        if operand.name is not None:
            self.numeric.add(operand.name)
        return number(operand.value)

    def _truth(self, node: ast.expr) -> ir.BooleanValue:
        operand = self.value(node)
        if operand.kind == "boolean" or operand.value.type().is_boolean():
            return operand.value
        raise self._refused(node, f"{ast.unparse(node)} is neither true nor false")

    def _arithmetic(self, node: ast.BinOp) -> _Operand:
        combine = _ARITHMETIC.get(type(node.op))
        if combine is None:
            raise self._refused(node, f"{ast.unparse(node)} uses an operator that is not allowed")
        return _Operand(combine(self._number(node.left), self._number(node.right)), "number")

    def _unary(self, node: ast.UnaryOp) -> _Operand:
        if isinstance(node.op, ast.Not):
            return _Operand(~self._truth(node.operand), "boolean")
        if isinstance(node.op, ast.USub):
            return _Operand(-self._number(node.operand), "number")
        if isinstance(node.op, ast.UAdd):
            return _Operand(self._number(node.operand), "number")
        raise self._refused(node, f"{ast.unparse(node)} is not allowed")

    def _boolean(self, node: ast.BoolOp) -> _Operand:
        parts = [self._truth(part) for part in node.values]
        both = isinstance(node.op, ast.And)
        return _Operand(reduce(lambda a, b: a & b if both else a | b, parts), "boolean")

    def _comparison(self, node: ast.Compare) -> _Operand:
        sides = [node.left, *node.comparators]
        parts = [self._one(a, op, b) for a, op, b in zip(sides, node.ops, sides[1:], strict=False)]
        return _Operand(reduce(lambda a, b: a & b, parts), "boolean")

    def _one(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ir.BooleanValue:
        if isinstance(operator, ast.In | ast.NotIn):
            found = self._member(left, right)
            return ~found if isinstance(operator, ast.NotIn) else found
        compare = _COMPARISON.get(type(operator))
        if compare is None:
            raise self._refused(left, "`is` is not allowed: use ==, or missing(column)")
        return compare(*self._sides(left, right, ordered=isinstance(operator, _ORDER)))

    def _member(self, left: ast.expr, right: ast.expr) -> ir.BooleanValue:
        if not isinstance(right, ast.Tuple | ast.List) or not right.elts:
            raise self._refused(right, "after `in` stands a list in parentheses, e.g. (1, 2)")
        return reduce(lambda a, b: a | b, [self._one(left, ast.Eq(), item) for item in right.elts])

    def _sides(self, left: ast.expr, right: ast.expr, *, ordered: bool) -> tuple[ir.Value, ir.Value]:
        """Codes are compared as texts when one side is a text, otherwise both sides are numbers."""
        operands = (self.value(left), self.value(right))
        if any(operand.kind == "boolean" for operand in operands):
            return operands[0].value, operands[1].value
        if any(operand.kind == "text" for operand in operands):
            return self._texts(left, right, operands, ordered)
        if not ordered and all(operand.kind == "column" for operand in operands):
            return code(operands[0].value), code(operands[1].value)
        return self._as_number(operands[0]), self._as_number(operands[1])

    def _texts(
        self, left: ast.expr, right: ast.expr, operands: tuple[_Operand, _Operand], ordered: bool
    ) -> tuple[ir.Value, ir.Value]:
        wrong = [
            node for node, operand in zip((left, right), operands, strict=True) if operand.kind == "number"
        ]
        if ordered or wrong:
            raise self._refused(left, f"{ast.unparse(left)} and {ast.unparse(right)} cannot be compared so")
        first, second = (side.value if side.kind == "text" else code(side.value) for side in operands)
        return first, second

    def _call(self, node: ast.Call) -> _Operand:
        function = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if node.keywords or function not in ("min", "max", "abs", "missing"):
            raise self._refused(node, f"{function}( ) is not allowed")
        if function in ("abs", "missing") and len(node.args) != 1:
            raise self._refused(node, f"{function}( ) takes one value")
        if function in ("min", "max") and len(node.args) < 2:
            raise self._refused(node, f"{function}( ) takes two values or more")
        if function == "missing":
            return self._missing(node.args[0])
        values = [self._number(argument) for argument in node.args]
        if function == "abs":
            return _Operand(values[0].abs(), "number")
        return _Operand(_extreme(values, largest=function == "max"), "number")

    def _missing(self, node: ast.expr) -> _Operand:
        operand = self.value(node)
        value = code(operand.value) if operand.kind == "column" else operand.value
        return _Operand(value.isnull(), "boolean")

    def _refused(self, node: ast.expr, what: str) -> InputError:
        return InputError(
            Problem(f'in "{self.text}", {what}', f"{self.where}, {self._position(node)}", ALLOWED)
        )

    def _position(self, node: ast.expr) -> str:
        return f"character {_place(self.text, node.col_offset)}"


def unknown_column(name: str, columns: Iterable[str], where: str) -> InputError:
    """The error for a column that the file has not, with the nearest names."""
    return InputError(Problem(f'there is no column "{name}"', where, nearest_columns(name, columns)))


def nearest_columns(name: str, columns: Iterable[str]) -> str:
    """A remedy that names the columns spelt most like the one asked for, or the first ones."""
    known = list(columns)
    lower = {column.lower(): column for column in known}
    close = [lower[match] for match in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.6)]
    if close:
        return f"Did you mean {' or '.join(close)}?"
    more = f" and {len(known) - 15} more" if len(known) > 15 else ""
    return f"The columns are {', '.join(known[:15])}{more}."


def _extreme(values: list[ir.NumericValue], *, largest: bool) -> ir.NumericValue:
    known = reduce(lambda a, b: a & b, [value.notnull() for value in values])
    extreme = ibis.greatest(*values) if largest else ibis.least(*values)
    return known.ifelse(extreme, ibis.null("float64"))


def _plain(text: str) -> str:
    """`name` as col("name"), which Python can parse."""
    return _BACKTICKS.sub(lambda found: found[1] or f"col({found[2]!r})", text)


def _place(text: str, offset: int) -> int:
    """The character of the spec's text, from 1, at which byte `offset` of the parsed text begins."""
    before = _plain(text).encode()[:offset].decode(errors="ignore")
    longer = len("col('')") - len("``")
    return (
        len(before)
        + 1
        - longer * sum(1 for found in _BACKTICKS.finditer(text) if found[2] and _ends_in(found, before))
    )


def _ends_in(found: re.Match[str], before: str) -> bool:
    return len(_plain(found.string[: found.end()])) <= len(before)


def _parsed(text: str, where: str) -> ast.expr:
    plain = _plain(text)
    try:
        return ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        position = f", character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        what = f'"{text}" cannot be read{_single_equals(plain)}'
        raise InputError(Problem(what, f"{where}{position}", ALLOWED)) from None


def _single_equals(text: str) -> str:
    return " (a single = compares nothing: write ==)" if re.search(r"(?<![=!<>])=(?!=)", text) else ""


def _column_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and node.id not in ("min", "max", "abs", "missing", "col"):
        return node.id
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "col":
        arguments = node.args
        if (
            len(arguments) == 1
            and isinstance(arguments[0], ast.Constant)
            and isinstance(arguments[0].value, str)
        ):
            return arguments[0].value
    return None
