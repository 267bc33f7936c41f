"""From covariate codes to the columns of the model: dummies against a reference, numeric columns, interactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

import numpy as np

from mirti.errors import InputError, Problem
from mirti.tables import Codes, Covariate, Floats

INTERCEPT = "(Intercept)"

Part: TypeAlias = tuple[int, int | None]  # covariate, level (None: its numeric value)


@dataclass(frozen=True)
class Column:
    """A column of the model matrix: the product of its parts; the intercept has none."""

    name: str
    factor: str | None
    level: str | None
    reference: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ModelMatrix:
    """Columns of a model in p columns: intercept, then the terms in the order given, interactions last.

    terms: names of covariates and interactions "a:b"; none: a main effect for every covariate. A categorical covariate
    is coded 0/1 against its reference level, as R's treatment contrasts. Raises InputError for a term that names no
    covariate, that is given twice, or that is an interaction without its main effects.
    """

    covariates: tuple[Covariate, ...]
    terms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_terms(self.factor_names, {covariate.name for covariate in self.covariates})

    @property
    def factor_names(self) -> tuple[str, ...]:
        """Factor groups in the order of their columns: main effects, then interactions by the number of parts."""
        terms = self.terms or tuple(covariate.name for covariate in self.covariates)
        return tuple(sorted(terms, key=lambda term: term.count(":")))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        intercept = Column(INTERCEPT, None, None, None, ())
        return (intercept, *(c for term in self.factor_names for c in self._term_columns(term)))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def factors(self) -> tuple[str | None, ...]:
        """Factor group of each column: the covariate or the interaction; None for the intercept."""
        return tuple(column.factor for column in self.columns)

    def build(self, codes: Codes) -> Floats:
        """Model matrix (m, p) of codes (m, k). Raises InputError where a code is missing or unknown."""
        self._check_codes(codes)
        matrix = np.ones((len(codes), len(self.columns)))
        for j, column in enumerate(self.columns):
            for part in column.parts:
                matrix[:, j] *= self._values(codes, part)
        return matrix

    def slope(self, codes: Codes, covariate: int) -> Floats:
        """Derivative (m, p) of the model matrix by a numeric covariate, given by its position."""
        part = (covariate, None)
        derivative = np.zeros((len(codes), len(self.columns)))
        for j, column in enumerate(self.columns):
            if part in column.parts:
                derivative[:, j] = 1.0
                for other in column.parts:
                    derivative[:, j] *= 1.0 if other == part else self._values(codes, other)
        return derivative

    def _values(self, codes: Codes, part: Part) -> Floats:
        covariate, level = part
        if level is None:
            values = np.asarray(self.covariates[covariate].values, dtype=np.float64)
            return np.asarray(values[codes[:, covariate]])
        return np.asarray(codes[:, covariate] == level, dtype=np.float64)

    def _term_columns(self, term: str) -> Iterable[Column]:
        position = {covariate.name: i for i, covariate in enumerate(self.covariates)}
        for parts in product(*(self._parts(position[name]) for name in term.split(":"))):
            yield Column(
                name=":".join(self._label(part) for part in parts),
                factor=term,
                level=":".join(self._level(part) for part in parts if part[1] is not None) or None,
                reference=":".join(self._reference(part) for part in parts if part[1] is not None) or None,
                parts=parts,
            )

    def _parts(self, i: int) -> Sequence[Part]:
        covariate = self.covariates[i]
        if covariate.kind == "numeric":
            return ((i, None),)
        return tuple((i, level) for level in range(len(covariate.levels)) if level != covariate.reference)

    def _label(self, part: Part) -> str:
        name = self.covariates[part[0]].name
        return name if part[1] is None else f"{name}={self._level(part)}"

    def _level(self, part: Part) -> str:
        return self.covariates[part[0]].levels[part[1] or 0]

    def _reference(self, part: Part) -> str:
        covariate = self.covariates[part[0]]
        return covariate.levels[covariate.reference]

    def _check_codes(self, codes: Codes) -> None:
        used = {part[0] for column in self.columns for part in column.parts}
        problems = []
        for i in sorted(used):
            covariate = self.covariates[i]
            outside = int(np.count_nonzero((codes[:, i] < 0) | (codes[:, i] >= _size(covariate))))
            if outside:
                problems.append(_uncoded(covariate, outside))
        if problems:
            raise InputError(problems)


def _size(covariate: Covariate) -> int:
    return len(covariate.values) if covariate.kind == "numeric" else len(covariate.levels)


def _uncoded(covariate: Covariate, count: int) -> Problem:
    return Problem(
        what=f"Cells without a level of the covariate: {count}.",
        where=f"covariate {covariate.name}",
        remedy="Name every value in its recode, or give the covariate a missing level.",
        count=count,
    )


def _check_terms(terms: Sequence[str], known: set[str]) -> None:
    problems = [problem for term in terms for problem in _term_problems(term, terms, known)]
    if problems:
        raise InputError(problems)


def _term_problems(term: str, terms: Sequence[str], known: set[str]) -> Iterable[Problem]:
    names = term.split(":")
    unknown = tuple(name for name in names if name not in known)
    same = [other for other in terms if sorted(other.split(":")) == sorted(names)]
    if unknown:
        yield _term_problem(term, "It names no declared covariate.", "Declare it, or drop the term.", unknown)
    if len(set(names)) < len(names):
        yield _term_problem(term, "It names a covariate twice.", "Name each covariate once.")
    if len(same) > 1 and same[0] == term:
        yield _term_problem(term, "It is given more than once.", "Keep one of them.", tuple(same))
    absent = tuple(name for name in names if name not in terms and name in known)
    if len(names) > 1 and absent:
        remedy = "Add the main effects to model.terms: an interaction alone has no stable meaning."
        yield _term_problem(term, "It is an interaction without its main effects.", remedy, absent)


def _term_problem(term: str, what: str, remedy: str, items: tuple[str, ...] = ()) -> Problem:
    return Problem(what=what, where=f'model.terms "{term}"', remedy=remedy, items=items)
