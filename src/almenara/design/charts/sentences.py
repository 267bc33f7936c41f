"""What several charts say of their values, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.design.charts.data import Estimate, known
from almenara.design.charts.measures import Measure, Missing, Value, written

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
                "{count} value is withheld to protect those it is about.",
                "{count} values are withheld to protect those they are about.",
                hidden,
            ).format(count=numbers.count(hidden))
        )
    return " ".join(said)


def joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def overlap(one: Estimate, other: Estimate) -> bool:
    """Whether both have an interval and these share a value."""
    if one.ends is None or other.ends is None:
        return False
    return one.ends[0] <= other.ends[1] and other.ends[0] <= one.ends[1]
