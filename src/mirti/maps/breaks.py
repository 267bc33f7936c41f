"""Classes of risk: where to cut, which class each area falls in, and what each class holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
        return values[:-1]
    within = _Within(values, times.astype(np.float64))
    starts = [np.zeros(len(values), dtype=np.int64)]
    best = within.up_to()
    for k in range(1, number):
        starts.append(np.zeros(len(values), dtype=np.int64))
        best = _add_class(within, best, k, starts[-1])
    return _trace(values, starts)


class _Within:
    """Sums of squares about the mean of runs of sorted distinct values, from cumulative sums."""

    def __init__(self, values: Floats, times: Floats) -> None:
        centred = values - np.average(values, weights=times)
        self._moments = np.concatenate(
            [np.zeros((3, 1)), np.cumsum([times, times * centred, times * centred**2], 1)], 1
        )

    def up_to(self) -> Floats:
        """Of the runs 0 … j, for every j."""
        n, s1, s2 = self._moments[:, 1:]
        return np.asarray(s2 - s1 * s1 / n)

    def ending_at(self, j: int, first: int) -> Floats:
        """Of the runs i … j, for i from first to j."""
        n, s1, s2 = self._moments[:, j + 1, None] - self._moments[:, first : j + 1]
        return np.asarray(s2 - s1 * s1 / n)


def _add_class(within: _Within, best: Floats, k: int, start: Ints) -> Floats:
    """Least sums of squares of the first j + 1 values in k + 1 classes; start[j]: where the last of them begins."""
    with_one_more = np.full(len(best), np.inf)
    for j in range(k, len(best)):
        total = best[k - 1 : j] + within.ending_at(j, k)
        at = int(np.argmin(total))
        start[j], with_one_more[j] = k + at, total[at]
    return with_one_more


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
