"""The map of who feeds whom, the same as a table, and the same in a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from almenara.accounts.models import Institution
from almenara.agreements.presenters.agreements import KINDS
from almenara.agreements.presenters.drawing import Bond, Node, Pen, draw
from almenara.agreements.presenters.layout import ordered
from almenara.agreements.queries.feeds import DRAWN, Edge
from almenara.agreements.standing import Standing
from almenara.common.numbers import count
from almenara.places.queries import in_alphabet

Way = Standing | None  # None: a system, without an agreement of its own
WAYS: tuple[Way, ...] = (*DRAWN, None)
PENS: dict[Way, Pen] = {
    Standing.IN_FORCE: Pen("#2f78a8", "", 2.5),
    Standing.EXPIRING: Pen("#b4541a", "9 4", 2.5),
    Standing.EXPIRED: Pen("#8a5a8f", "2 5", 2.0),
    None: Pen("#7b8692", "7 3 1 3", 1.5),
}
MEANINGS: dict[Way, Promise] = {
    Standing.IN_FORCE: gettext_lazy("Agreement in force"),
    Standing.EXPIRING: gettext_lazy("Agreement that expires within 90 days"),
    Standing.EXPIRED: gettext_lazy("Agreement that has expired"),
    None: gettext_lazy("System whose data are given today"),
}


@dataclass(frozen=True)
class Row:
    """kind: of the way, as a tag has one."""

    giver: Institution
    receiver: Institution
    way: str
    kind: str
    name: str
    address: str


@dataclass(frozen=True)
class FeedMap:
    """svg: empty where there is nothing to draw. sentences: what the drawing shows, without it."""

    svg: SafeString
    rows: list[Row]
    sentences: list[str]


def feed_map(edges: Sequence[Edge]) -> FeedMap:
    return FeedMap(_svg(edges), _rows(edges), _sentences(edges))


def _svg(edges: Sequence[Edge]) -> SafeString:
    if not edges:
        return SafeString("")
    givers, receivers = _nodes(e.provider for e in edges), _nodes(e.receiver for e in edges)
    pairs = {(edge.provider.pk, edge.receiver.pk) for edge in edges}
    left, right = ordered(list(givers), list(receivers), sorted(pairs))
    counted = Counter((edge.provider.pk, edge.receiver.pk, edge.standing) for edge in edges)
    bonds = [
        Bond(giver, receiver, PENS[way], number)
        for way in WAYS
        for (giver, receiver, found), number in sorted(counted.items(), key=lambda item: item[0][:2])
        if found == way
    ]
    drawn = draw(
        [givers[key] for key in left],
        [receivers[key] for key in right],
        bonds,
        legend=[(PENS[way], str(MEANINGS[way])) for way in WAYS if way in {e.standing for e in edges}],
        heads=(_("Gives"), _("Receives")),
        title=_("Who feeds whom"),
        description=" ".join(_sentences(edges)),
    )
    return mark_safe(drawn)  # noqa: S308  # every text in it was escaped where it was drawn


def _nodes(institutions: Iterable[Institution]) -> dict[int, Node]:
    """In the order of their names."""
    named = {found.pk: found.short_name or found.name for found in institutions}
    in_order = sorted(named.items(), key=lambda item: (in_alphabet(item[1]), item[0]))
    return {key: Node(key, name) for key, name in in_order}


def _rows(edges: Sequence[Edge]) -> list[Row]:
    return [
        Row(
            edge.provider,
            edge.receiver,
            str(MEANINGS[edge.standing]),
            KINDS.get(edge.standing, "") if edge.standing else "",
            edge.name,
            reverse("agreements:detail" if edge.standing else "agreements:system", args=[edge.key]),
        )
        for edge in sorted(edges, key=_place)
    ]


def _place(edge: Edge) -> tuple[str, str, int, str, int]:
    giver, receiver, name = map(in_alphabet, (edge.provider.name, edge.receiver.name, edge.name))
    return giver, receiver, WAYS.index(edge.standing), name, edge.key


def _sentences(edges: Sequence[Edge]) -> list[str]:
    givers, receivers = {e.provider.pk for e in edges}, {e.receiver.pk for e in edges}
    gives = ngettext(
        "%(givers)s institution gives data", "%(givers)s institutions give data", len(givers)
    ) % {"givers": count(len(givers))}
    receives = ngettext("to %(receivers)s institution.", "to %(receivers)s institutions.", len(receivers)) % {
        "receivers": count(len(receivers))
    }
    found = Counter(edge.standing for edge in edges)
    counted = "; ".join(f"{MEANINGS[way]}: {count(found[way])}" for way in WAYS if found[way])
    bare = _without_agreement(edges)
    sentences = [f"{gives} {receives}", f"{counted}."] if edges else []
    if bare:
        sentences.append(
            ngettext(
                "%(bare)s pair of institutions exchanges data without an agreement in force.",
                "%(bare)s pairs of institutions exchange data without an agreement in force.",
                bare,
            )
            % {"bare": count(bare)}
        )
    return sentences


def _without_agreement(edges: Sequence[Edge]) -> int:
    """Pairs that a system joins and no agreement in force covers, among what is shown."""
    covered = {
        (e.provider.pk, e.receiver.pk) for e in edges if e.standing in (Standing.IN_FORCE, Standing.EXPIRING)
    }
    return len({(e.provider.pk, e.receiver.pk) for e in edges if e.standing is None} - covered)
