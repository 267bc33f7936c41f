"""What several charts say of their values, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.design.charts.data import Estimate, known
from almenara.design.charts.measures import Measure, Missing, Value, in_words, written

Named = Sequence[tuple[str, Value]]


def extent(named: Named, measure: Measure, series: str = "") -> str:
    """Which is the highest and which the lowest. series: its name, where there are several."""
    pairs = [(name, value) for name, value in named if not isinstance(value, Missing)]
    if not pairs:
        return (
            _("Of “{series}” no value is known.").format(series=series) if series else _("No value is known.")
        )
    low, high = (choose(value for _name, value in pairs) for choose in (min, max))
    values = {"high": written(high, measure), "low": written(low, measure), "series": series}
    if len(pairs) == 1:
        sentence = (
            _("Of “{series}” the only value is {high} ({name}).")
            if series
            else _("The only value is {high} ({name}).")
        )
        return sentence.format(name=pairs[0][0], **values)
    if measure.same(low, high):
        sentence = _("Of “{series}” all values are {high}.") if series else _("All values are {high}.")
        return sentence.format(**values)
    sentence = (
        _("Of “{series}” the highest value is {high} ({highest}) and the lowest {low} ({lowest}).")
        if series
        else _("The highest value is {high} ({highest}) and the lowest {low} ({lowest}).")
    )
    return sentence.format(
        highest=_holders(pairs, high, measure), lowest=_holders(pairs, low, measure), **values
    )


def _holders(pairs: Sequence[tuple[str, float]], value: float, measure: Measure) -> str:
    """The first that has the value, and how many others have it too, as far as a reader sees."""
    first = next(name for name, own in pairs if own == value)
    others = sum(measure.same(own, value) for _name, own in pairs) - 1
    if not others:
        return first
    return ngettext("{name} and {count} other", "{name} and {count} others", others).format(
        name=first, count=numbers.count(others)
    )


def gaps(values: Iterable[Value]) -> str:
    """How many numbers are missing, and why; empty where none is."""
    all_values = list(values)
    hidden = sum(value is Missing.WITHHELD for value in all_values)
    unknown = len(all_values) - len(known(all_values)) - hidden
    said = []
    if unknown:
        said.append(
            ngettext("{count} value is not known.", "{count} values are not known.", unknown).format(
                count=numbers.count(unknown)
            )
        )
    if hidden:
        said.append(
            ngettext(
                "{count} value is withheld by its source.",
                "{count} values are withheld by their source.",
                hidden,
            ).format(count=numbers.count(hidden))
        )
    return " ".join(said)


@dataclass(frozen=True)
class Moved:
    """A value at the first and at the last time, neither of them missing."""

    name: str
    first: Estimate
    last: Estimate

    @property
    def by(self) -> float:
        return sum(known((self.last.value,))) - sum(known((self.first.value,)))


def moves(moved: Sequence[Moved], measure: Measure) -> str:
    """How many rose and fell, which the most, and how many of these changes may be error alone."""
    if not moved:
        return ""
    changes = [0.0 if measure.rounded(one.by) == 0 else one.by for one in moved]
    up, down = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    counted = _("Of {count} compared, {up} rose, {down} fell and {same} did not change.").format(
        count=numbers.count(len(moved)),
        up=numbers.count(up),
        down=numbers.count(down),
        same=numbers.count(len(moved) - up - down),
    )
    most, least = (choose(moved, key=lambda one: one.by) for choose in (max, min))
    said = [counted]
    if up:
        rise = _("The largest rise is that of “{name}”: {value}.")
        said.append(rise.format(name=most.name, value=in_words(most.by, measure)))
    if down:
        fall = _("The largest fall is that of “{name}”: {value}.")
        said.append(fall.format(name=least.name, value=in_words(least.by, measure)))
    return joined(*said, _unsure(moved, measure))


def _unsure(moved: Sequence[Moved], measure: Measure) -> str:
    """Of those whose value changed as far as a reader sees."""
    changed = (one for one in moved if measure.rounded(one.by) != 0)
    count = sum(overlap(one.first, one.last) for one in changed)
    if not count:
        return ""
    return ngettext(
        "The two intervals of {count} of them overlap: its change may be error alone.",
        "The two intervals of {count} of them overlap: their changes may be error alone.",
        count,
    ).format(count=numbers.count(count))


def joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def overlap(one: Estimate, other: Estimate) -> bool:
    """Whether both have an interval and these share a value."""
    if one.ends is None or other.ends is None:
        return False
    return one.ends[0] <= other.ends[1] and other.ends[0] <= one.ends[1]
