"""Classes of risk: where to cut, which class each area falls in, and what each class holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.compiled import compiled
from mirti.declarations import ClassesDeclaration
from mirti.tables import Floats, Index, Ints


@dataclass(frozen=True)
class ClassSummary:
    """One class: risk in (low, high], the lowest closed at both ends; how many areas, children, expected children."""

    number: int
    low: float
    high: float
    areas: int
    children: float
    expected: float


@dataclass(frozen=True)
class Classes:
    """breaks: upper ends of every class but the last; number: (A,) class of each area from 1, the lowest risk."""

    breaks: tuple[float, ...]
    number: Index
    summary: tuple[ClassSummary, ...]


def classify(risk: Floats, children: Floats, declaration: ClassesDeclaration) -> Classes:
    """Cut risks (A,) into classes as declared. Equal risks are never parted.

    Fewer distinct risks than classes give as many classes as there are risks (natural breaks, quantiles); equal width
    and fixed cuts keep their classes, empty ones included.
    """
    breaks = cut_breaks(risk, declaration)
    number = class_of(risk, breaks)
    summary = tuple(_summary(k + 1, risk, children, number, breaks) for k in range(len(breaks) + 1))
    return Classes(tuple(float(b) for b in breaks), number, summary)


def class_of(risk: Floats, breaks: Floats) -> Index:
    """Class from 1: a risk that equals a break is in the class below it."""
    return (np.searchsorted(breaks, risk, side="left") + 1).astype(np.int32)


def cut_breaks(risk: Floats, declaration: ClassesDeclaration) -> Floats:
    """Upper ends of every class but the last, as declared, for risks (A,)."""
    if declaration.method == "fixed":
        return np.array(declaration.breaks, dtype=np.float64)
    if declaration.method == "equal_width":
        return _equal_width(risk, declaration.number)
    if declaration.method == "quantiles":
        return _quantiles(risk, declaration.number)
    return natural_breaks(risk, declaration.number)


def natural_breaks(risk: Floats, number: int) -> Floats:
    """Upper ends, but the last, of the `number` classes with the least sum of squares within (Fisher 1958; Jenks 1977).

    The exact optimum by dynamic programming over the distinct risks, in double precision about their mean: the usual
    single-precision sums lose the differences between small rates.
    """
    values, times = np.unique(risk, return_counts=True)
    if len(values) <= number:
        return np.asarray(values[:-1])
    moments = _cumulative_moments(values, times.astype(np.float64))
    starts = [np.zeros(len(values), dtype=np.int64)]
    best = np.array([_within(moments, 0, j) for j in range(len(values))])
    for k in range(1, number):
        best, start = _add_class(moments, best, k)
        starts.append(start)
    return _trace(values, starts)


def _cumulative_moments(values: Floats, times: Floats) -> Floats:
    """(3, n + 1) of sorted distinct values about their mean: how many, their sum, their sum of squares."""
    centred = values - np.average(values, weights=times)
    return np.concatenate([np.zeros((3, 1)), np.cumsum([times, times * centred, times * centred**2], 1)], 1)


@compiled
def _within(moments: Floats, i: int, j: int) -> float:
    """Sum of squares of the values i … j about their mean."""
    n, s1, s2 = moments[:, j + 1] - moments[:, i]
    return float(s2 - s1 * s1 / n)


@compiled
def _add_class(moments: Floats, best: Floats, k: int) -> tuple[Floats, Ints]:
    """Least sums of squares of the first j + 1 values in k + 1 classes, and where the last of them begins, (n,) each.

    best: the same in k classes. The last class of more values never begins earlier, so the beginnings of the middle j
    bound those on either side of it: n log n sums in place of n².
    """
    least, start = np.full(len(best), np.inf), np.zeros(len(best), dtype=np.int64)
    todo = [(k, len(best) - 1, k, len(best) - 1)]
    while len(todo):
        low, high, first, last = todo.pop()
        if low > high:
            continue
        j = (low + high) // 2
        for i in range(first, min(last, j) + 1):
            total = best[i - 1] + _within(moments, i, j)
            if total < least[j]:
                least[j], start[j] = total, i
        todo.append((low, j - 1, first, start[j]))
        todo.append((j + 1, high, start[j], last))
    return least, start


def _trace(values: Floats, starts: list[Ints]) -> Floats:
    last, upper = len(values) - 1, []
    for start in reversed(starts[1:]):
        last = int(start[last]) - 1
        upper.append(values[last])
    return np.array(upper[::-1])


def _quantiles(risk: Floats, number: int) -> Floats:
    """Observed risks at or above each quantile; ties and the largest risk make no class of their own."""
    cuts = np.unique(np.quantile(risk, np.arange(1, number) / number, method="inverted_cdf"))
    return np.asarray(cuts[cuts < risk.max()])


def _equal_width(risk: Floats, number: int) -> Floats:
    low, high = risk.min(), risk.max()
    if low == high:
        return np.zeros(0)
    return np.asarray(low + (high - low) * np.arange(1, number) / number)


def _summary(number: int, risk: Floats, children: Floats, classes: Index, breaks: Floats) -> ClassSummary:
    inside = classes == number
    ends = [min([risk.min(), *breaks[:1]]), *breaks, max([risk.max(), *breaks[-1:]])]
    return ClassSummary(
        number=number,
        low=float(ends[number - 1]),
        high=float(ends[number]),
        areas=int(inside.sum()),
        children=float(children[inside].sum()),
        expected=float((risk * children)[inside].sum()),
    )
