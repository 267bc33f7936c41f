"""How the site orders and narrows what it lists; a slow, obvious version is the oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from almenara.places.models import Level
from almenara.places.names import folded, sort_key
from almenara.risk.actions import publish
from almenara.risk.facts import profile
from almenara.risk.models import Release, in_language
from almenara.risk.queries import Figures, current_release, estimates, figures, release
from tests.support.releases import COUNTRY, write_synthetic_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(tmp_path: Path) -> Release:
    write_synthetic_release(tmp_path / "release", boundaries=False)
    return publish(folder=tmp_path / "release", by=None, create_territories=True).release


def codes(rows: tuple[Figures, ...]) -> list[str]:
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
    every = estimates(shown)
    wanted = [
        row
        for row in every
        if row.risk_class == 3
        and row.place.parent_code == "04"
        and any(word.startswith("ba") for word in folded(row.place.name).split())
    ]
    assert codes(estimates(shown, risk_class=3, parent="04", text="bá")) == codes(tuple(wanted))
    assert len(estimates(shown, parent="04")) == 40
    assert codes(estimates(shown, text="04007")) == ["04007"]
    assert estimates(shown, text="???") == ()


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
