"""How the site orders and narrows what it lists; a slow, obvious version is the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from almenara.places.models import Level
from almenara.places.names import folded, sort_key
from almenara.risk import lists
from almenara.risk.actions import publish
from almenara.risk.facts import profile
from almenara.risk.lists import Wanted
from almenara.risk.models import Estimate, Release, in_language
from almenara.risk.queries import Figures, current_release, estimates, figures, release
from tests.support.releases import COUNTRY, write_synthetic_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(tmp_path: Path) -> Release:
    write_synthetic_release(tmp_path / "release", boundaries=False)
    return publish(folder=tmp_path / "release", by=None, create_territories=True).release


def codes(rows: Sequence[Figures]) -> list[str]:
    return [row.place.code for row in rows]


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_names_are_in_the_languages_order(shown: Release, language: str) -> None:
    rows = estimates(shown, order="name", language=language)
    keys = [(sort_key(row.place.name, language).encode(), row.place.code) for row in rows]
    assert keys == sorted(keys)
    assert any("ñ" in row.place.name for row in rows)


@pytest.mark.parametrize("order", ["risk", "children", "expected"])
@pytest.mark.parametrize("descending", [False, True])
def test_figures_are_in_order_either_way(shown: Release, order: str, descending: bool) -> None:
    values = [getattr(row, order) for row in estimates(shown, order=order, descending=descending)]
    assert values == sorted(values, reverse=descending)
    assert len(values) == 240


def test_filters_narrow_together(shown: Release) -> None:
    wanted = [
        row
        for row in estimates(shown)
        if row.risk_class == 3
        and row.place.parent_code == "04"
        and any(word.startswith("ba") for word in folded(row.place.name).split())
    ]
    assert wanted
    assert lists.whole(shown, Wanted(risk_class=3, department="04", text="bá")) == wanted
    assert len(lists.whole(shown, Wanted(department="04"))) == len(estimates(shown, parent="04")) == 40
    assert codes(lists.whole(shown, Wanted(text="04007"))) == ["04007"]
    assert lists.whole(shown, Wanted(text="???")) == []


def withhold(shown: Release, wanted: Wanted, places: slice) -> set[str]:
    hidden = set(codes(lists.whole(shown, wanted)[places]))
    Estimate.objects.filter(release=shown, territory__code__in=hidden).update(reliability="withheld")
    return hidden


@pytest.mark.parametrize(
    "wanted",
    [Wanted(), Wanted(department="02"), Wanted(risk_class=3), Wanted(text="zz")],
    ids=["all", "department", "class", "nothing"],
)
def test_a_list_adds_up_to_what_its_rows_do_but_for_what_is_withheld(shown: Release, wanted: Wanted) -> None:
    withhold(shown, Wanted(), slice(0, 240, 7))
    rows = lists.whole(shown, wanted)
    seen = [row for row in rows if row.reliability != "withheld"]
    found = lists.totals(shown, wanted)
    assert found.areas == len(rows)
    assert found.children == pytest.approx(sum(row.children for row in seen))
    assert found.expected == pytest.approx(sum(row.expected or 0 for row in seen))


@pytest.mark.parametrize(("order", "descending"), [("rank", False), ("children", True), ("name", False)])
def test_the_parts_of_a_list_are_the_list_and_what_is_withheld_comes_last(
    shown: Release, order: str, descending: bool
) -> None:
    wanted = Wanted(order=order, descending=descending)
    plain = codes(lists.whole(shown, wanted))
    hidden = withhold(shown, wanted, slice(0, 3))
    rows = codes(lists.whole(shown, wanted))
    assert rows == [*plain[3:], *plain[:3]]
    found: list[str] = []
    while len(found) < len(rows):
        part = lists.part(shown, wanted, 100, after=found[-1] if found else None)
        assert part.start == len(found)
        found += codes(part.rows)
    assert found == rows
    assert codes(lists.part(shown, wanted, 100, before=rows[120]).rows) == rows[20:120]
    assert not hidden & set(codes(lists.whole(shown, Wanted(risk_class=3))))


def test_levels_are_apart(shown: Release) -> None:
    [national] = estimates(shown, level=Level.COUNTRY)
    departments = estimates(shown, level=Level.DEPARTMENT)
    assert [row.rank for row in departments] == [1, 2, 3, 4, 5, 6]
    assert national.children == pytest.approx(sum(row.children for row in departments))
    assert (national.place.parent_code, {row.place.parent_code for row in departments}) == (None, {COUNTRY})


def test_one_figure_and_one_release_are_found_by_name(shown: Release) -> None:
    found = release(shown.release_id)
    assert found == current_release() == current_release(COUNTRY) == shown
    assert release("nothing") is current_release("nowhere") is None
    row = figures(shown, shown.country)
    assert row is not None
    assert row.place.name == "Sintética"
    assert profile(shown, [row.place.key]) == {}


def test_texts_fall_back_to_spanish() -> None:
    assert in_language({"es": "a", "fr": "b"}, "fr") == "b"
    assert in_language({"es": "a", "fr": ""}, "fr") == "a"
