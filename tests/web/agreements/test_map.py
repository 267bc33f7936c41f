"""The map of who feeds whom: what is drawn, where, and the same in a table and in words."""

from __future__ import annotations

import datetime as dt
import re
from itertools import permutations

import pytest
from defusedxml import ElementTree
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from almenara.accounts.models import Institution
from almenara.agreements.models import Feed, Status, System
from almenara.agreements.presenters.drawing import COLUMN, GAP, LETTERS, LINE, LINES, WIDTH, Node, place
from almenara.agreements.presenters.feeds import feed_map
from almenara.agreements.presenters.layout import crossings, ordered
from almenara.agreements.queries.agreements import Filters
from almenara.agreements.queries.feeds import Edge, edges
from almenara.agreements.standing import Standing
from tests.support.acting import signed_in
from tests.support.agreements import TODAY, World, acting, agreement
from tests.support.database import owner_rights

SVG = "{http://www.w3.org/2000/svg}"
DAY = dt.timedelta(days=1)
GRAPHS = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda sizes: st.tuples(
        st.just(sizes),
        st.sets(st.tuples(st.integers(0, sizes[0] - 1), st.integers(0, sizes[1] - 1)), max_size=15),
    )
)


def slow_crossings(left: list[int], right: list[int], pairs: set[tuple[int, int]]) -> int:
    """Every two lines, looked at in turn."""
    drawn = [(left.index(a), right.index(b)) for a, b in pairs]
    return sum((a1 - a2) * (b1 - b2) < 0 for i, (a1, b1) in enumerate(drawn) for a2, b2 in drawn[i + 1 :])


@given(GRAPHS)
@settings(max_examples=150, deadline=None)
def test_the_order_crosses_no_more_than_the_alphabets_and_counts_as_the_eye_does(
    graph: tuple[tuple[int, int], set[tuple[int, int]]],
) -> None:
    (lefts, rights), pairs = graph
    left, right = list(range(lefts)), list(range(rights))
    new_left, new_right = ordered(left, right, pairs)
    assert (sorted(new_left), sorted(new_right)) == (left, right)
    assert crossings(new_left, new_right, pairs) == slow_crossings(new_left, new_right, pairs)
    assert crossings(new_left, new_right, pairs) <= slow_crossings(left, right, pairs)


def test_crossed_pairs_are_uncrossed() -> None:
    pairs = {(a, 9 - a) for a in range(10)}
    assert crossings(*ordered(list(range(10)), list(range(10)), pairs), pairs) == 0
    best = min(
        slow_crossings(list(range(4)), list(order), {(0, 2), (1, 0), (2, 3), (3, 1)})
        for order in permutations(range(4))
    )
    star = {(0, 2), (1, 0), (2, 3), (3, 1)}
    assert crossings(*ordered(list(range(4)), list(range(4)), star), star) == best == 0


@given(st.lists(st.text(max_size=300), max_size=12))
@settings(deadline=None)
def test_no_name_is_wider_than_its_column_or_runs_into_the_next(names: list[str]) -> None:
    placed = place([Node(key, name) for key, name in enumerate(names)], 10.0)
    bottoms = 10.0 - GAP
    for node in placed.values():
        assert node.top == bottoms + GAP
        assert node.height == LINE * len(node.lines)
        assert len(node.lines) <= LINES
        assert all(len(line) <= LETTERS for line in node.lines)
        bottoms = node.top + node.height


def laid_edges(laid: World) -> None:
    people = laid.people
    agreement(people, "police", "ministry", name="Force", status=Status.IN_FORCE)
    agreement(people, "police", "ministry", name="Soon", status=Status.IN_FORCE, until=TODAY + 9 * DAY)
    agreement(people, "town", "ministry", name="Past", status=Status.IN_FORCE, until=TODAY - DAY)
    agreement(people, "town", "police", name="Draft")
    agreement(people, "foreign", "agency", name="Elsewhere", status=Status.IN_FORCE)
    with owner_rights():
        system = System.objects.create(owner=people.institutions["town"], name="Files <b>")
        Feed.objects.create(system=system, receiver=people.institutions["ministry"])
        Feed.objects.create(system=system, receiver=people.institutions["police"])


def found(laid: World, **filters: str) -> list[Edge]:
    coordinator = laid.people["coordinator"]
    with acting(coordinator):
        return edges(coordinator, Filters.read(filters), TODAY)


@pytest.mark.django_db
def test_what_is_in_force_expiring_or_expired_is_drawn_and_what_systems_give(laid: World) -> None:
    laid_edges(laid)
    assert {(edge.name, edge.standing) for edge in found(laid)} == {
        ("Force", Standing.IN_FORCE), ("Soon", Standing.EXPIRING), ("Past", Standing.EXPIRED), ("Files <b>", None),
    }  # fmt: skip
    assert {edge.name for edge in found(laid, status="expired")} == {"Past"}
    assert {edge.name for edge in found(laid, kind="police")} == {"Force", "Soon", "Files <b>"}


@pytest.mark.django_db
def test_the_drawing_has_a_line_a_bond_within_its_bounds_and_texts_that_are_text(laid: World) -> None:
    laid_edges(laid)
    shown = feed_map(found(laid))
    drawn = ElementTree.fromstring(shown.svg)
    _, _, width, height = map(float, drawn.attrib["viewBox"].split())
    assert width == WIDTH
    legend = 4
    assert len(drawn.findall(f"{SVG}path")) == legend + 5
    dashes = {path.get("stroke-dasharray") for path in drawn.findall(f"{SVG}path")}
    assert len(dashes) == 4
    for text in drawn.findall(f"{SVG}text"):
        assert 0 <= float(text.attrib["y"]) <= height
        assert float(text.attrib["x"]) in (54, COLUMN, WIDTH - COLUMN)
    assert "style" not in shown.svg
    assert len(shown.rows) == 5
    assert any(" 2 " in f" {sentence} " for sentence in shown.sentences)


@pytest.mark.django_db
def test_pairs_that_no_agreement_in_force_covers_are_counted(laid: World) -> None:
    laid_edges(laid)
    [*_, bare] = feed_map(found(laid)).sentences
    assert bare.startswith("2 ")
    agreement(laid.people, "town", "ministry", name="New", status=Status.IN_FORCE)
    [*_, bare] = feed_map(found(laid)).sentences
    assert bare.startswith("1 ")


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen_clock")
def test_the_page_shows_the_drawing_the_table_and_an_empty_state(laid: World) -> None:
    client = signed_in(laid.people["coordinator"])
    empty = client.get(reverse("agreements:map")).content.decode()
    assert 'role="img"' not in empty
    laid_edges(laid)
    page = client.get(reverse("agreements:map")).content.decode()
    assert 'role="img"' in page
    assert "Files &lt;b&gt;" in page
    assert "Elsewhere" not in page
    assert table_of(page) == {
        ("Police", "Ministry", "Force"), ("Police", "Ministry", "Soon"), ("Town", "Ministry", "Past"),
        ("Town", "Ministry", "Files &lt;b&gt;"), ("Town", "Police", "Files &lt;b&gt;"),
    }  # fmt: skip
    assert "Past" not in client.get(reverse("agreements:map"), {"status": "in_force"}).content.decode()


def table_of(page: str) -> set[tuple[str, str, str]]:
    """Who gives, who receives, by what: each row as it is read, and its head the last cell."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    told = [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row] for row in cells]
    return {(giver, receiver, name) for giver, receiver, _way, name in told}


def test_the_table_stands_in_the_reader_s_alphabet() -> None:
    receiver = Institution(pk=9, name="Registro")
    edges_ = [
        Edge(Institution(pk=key, name=name), receiver, "x", key, None)
        for key, name in enumerate(("Zona", "Árbol", "Ñandú", "Oca"), start=1)
    ]
    with translation.override("es"):
        rows = feed_map(edges_).rows
    assert [row.giver.name for row in rows] == ["Árbol", "Ñandú", "Oca", "Zona"]
