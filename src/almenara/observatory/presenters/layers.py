"""What the map shows: classes, hot spots, or types of territories; each a legend, a filter and words for a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.observatory import queries as own
from almenara.observatory.presenters import measure, palette, wording
from almenara.observatory.presenters.drivers import factor_labels, label_of
from almenara.observatory.presenters.figures import is_withheld
from almenara.risk.models import Release, Spot, in_language
from almenara.risk.queries import Figures

CLASSES, SPOTS, TYPES = "", "spots", "types"
NAMES = (CLASSES, SPOTS, TYPES)


@dataclass(frozen=True)
class Item:
    """A line of the legend. key: as a filter of the address takes it; marks: whole sentences."""

    key: str
    name: str
    colour: str
    summary: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layer:
    """parameter: the filter's name in the address; property: of the map's features."""

    name: str
    title: str
    parameter: str
    column: str
    all_label: str
    items: tuple[Item, ...]
    notes: tuple[str, ...]

    def find(self, key: object) -> Item | None:
        return next((item for item in self.items if item.key == str(key)), None)


def available(release: Release) -> tuple[str, ...]:
    """The layers that a release has, classes first."""
    found = [CLASSES]
    if release.diagnostics.get("moran"):
        found.append(SPOTS)
    if release.diagnostics.get("types"):
        found.append(TYPES)
    return tuple(found)


def title(name: str) -> str:
    return {CLASSES: _("Classes"), SPOTS: _("Hot spots"), TYPES: _("Types of territories")}[name]


def layer(release: Release, name: str) -> Layer | None:
    """None for the classes, which have a legend of their own, and for what the release has not."""
    if name not in available(release):
        return None
    return {SPOTS: _spots, TYPES: _types}[name](release) if name else None


def word(area: Figures, shown: Layer) -> str:
    """What the table says of an area."""
    if shown.name == TYPES:
        found = shown.find(area.area_type)
        return found.name if found else ""
    if is_withheld(area):
        return _("withheld")
    found = shown.find(area.spot)
    if found is None or area.share_hot is None:
        return found.name if found else ""
    return _("{name}; a hot spot in {share} of the draws").format(
        name=found.name, share=numbers.rate(area.share_hot, 0)
    )


def _spots(release: Release) -> Layer:
    held = own.spots(release)
    names = {Spot.HOT: _("Hot spot"), Spot.COLD: _("Cold spot"), Spot.NONE: _("Neither")}
    items = tuple(
        Item(
            spot.value,
            names[spot],
            palette.SPOTS[spot.value],
            _summary(*held.get(spot.value, (0, 0.0, None))),
        )
        for spot in Spot
    )
    return Layer(
        SPOTS, title(SPOTS), "spot", _("Hot spot"), _("All municipalities"), items, _about_spots(release)
    )


def _about_spots(release: Release) -> tuple[str, ...]:
    moran = release.diagnostics["moran"]
    what = (
        _(
            "A hot spot is a municipality of high score among neighbours of high score; a cold spot, of low score."
        )
        if release.is_index
        else _(
            "A hot spot is a municipality of high risk among neighbours of high risk; a cold spot, of low risk."
        )
    )
    how = _(
        "Each was compared with {permutations} maps on which the values of the others were shuffled; of those found, "
        "at most {share} are expected to be found by chance."
    ).format(
        permutations=numbers.count(moran["permutations"]), share=numbers.rate(moran["false_discovery"], 0)
    )
    draws = _("The share of draws says in how many of the replicates of all values it is a hot spot.")
    alone = len(moran.get("islands", ()))
    islands = ngettext(
        "{count} municipality has no neighbour on the map and can be neither.",
        "{count} municipalities have no neighbour on the map and can be neither.",
        alone,
    ).format(count=numbers.count(alone))
    has_draws = bool(release.manifest.get("replicates"))
    return (what, how, *((draws,) if has_draws else ()), *((islands,) if alone else ()))


def _types(release: Release) -> Layer:
    records = release.diagnostics["types"]
    colours = palette.types(len(records))
    labels = factor_labels(release)
    items = tuple(
        Item(
            str(record["number"]),
            _type_name(record),
            colour,
            _summary(record["areas"], record["children"], record["expected"]),
            (_mean(record, release), *_marks(record, labels, release)),
        )
        for record, colour in zip(records, colours, strict=True)
    )
    return Layer(TYPES, title(TYPES), "type", _("Type"), _("All types"), items, _about_types(release))


def _about_types(release: Release) -> tuple[str, ...]:
    what = (
        _(
            "Municipalities of one type depart from the national score for like reasons; type 1 has the lowest mean."
        )
        if release.is_index
        else _(
            "Municipalities of one type depart from the national rate for like reasons; type 1 has the lowest mean."
        )
    )
    if (release.diagnostics.get("typology") or {}).get("weak"):
        weak = _(
            "The types are not clearly apart: they divide a continuum into parts that are easier to speak of."
        )
        return (what, weak)
    return (what,)


def _type_name(record: dict[str, object]) -> str:
    label = record.get("label")
    name = _("Type {number}").format(number=record["number"])
    return f"{name}: {in_language(label)}" if isinstance(label, dict) else name


def _mean(record: dict[str, float], release: Release) -> str:
    if release.is_index:
        return _("Mean score: {value}.").format(value=measure.value(record["risk"], is_index=True))
    return _("Mean rate: {value}.").format(value=measure.value(record["risk"], is_index=False))


def _marks(record: dict[str, dict[str, float]], labels: dict[str, str], release: Release) -> tuple[str, ...]:
    # Strongest first: the database does not keep the order of a document's keys.
    markers = dict(sorted(record["markers"].items(), key=lambda marker: -abs(marker[1])))
    up = _listed([label_of(name, labels) for name, distance in markers.items() if distance > 0])
    down = _listed([label_of(name, labels) for name, distance in markers.items() if distance < 0])
    if not markers:
        return (_("Nothing sets it apart from the mean of all municipalities."),)
    if release.is_index:
        raising = _("Raises the score more than elsewhere: {factors}.")
        lowering = _("Raises the score less than elsewhere: {factors}.")
    else:
        raising = _("Raises the risk more than elsewhere: {factors}.")
        lowering = _("Raises the risk less than elsewhere: {factors}.")
    said = ((raising, up), (lowering, down))
    return tuple(sentence.format(factors=factors) for sentence, factors in said if factors)


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names)


def _summary(areas: int, children: float, expected: float | None) -> str:
    parts = [wording.territories(areas), wording.children(children)]
    if expected is not None:
        parts.append(wording.working_children(expected))
    return " · ".join(parts)
