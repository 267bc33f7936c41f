"""Children by sex and age on a fact sheet: what is counted, and what is kept back."""

from __future__ import annotations

from pathlib import Path

import pytest

from almenara.common.caching import cache
from almenara.observatory.presenters.children import is_protected, split
from almenara.places.models import Population, Territory
from almenara.risk.facts import Country, FactSheet, fact_sheets
from almenara.risk.models import Release
from tests.support.database import owner_rights
from tests.support.observatory import publish_synthetic
from tests.support.releases import CHILDREN_YEAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(tmp_path: Path) -> Release:
    cache.clear()
    return publish_synthetic(tmp_path)


def count_people(small: dict[str, int], each: int = 20) -> None:
    """Of every municipality of the first department, by single years and sex; small: how many of those aged 12."""
    with owner_rights():
        Population.objects.bulk_create(
            Population(
                territory=place, year=CHILDREN_YEAR, age_from=age, age_to=age, sex=sex, source="P",
                count=small.get(place.code, each) if 12 <= age <= 14 and sex == "male" else each,
            )
            for place in Territory.objects.filter(listed_in__code="01")
            for age in range(5, 18)
            for sex in ("female", "male")
        )  # fmt: skip


def facts_of(release: Release) -> dict[str, FactSheet]:
    places = list(Territory.objects.filter(listed_in__code="01").select_related("listed_in__listed_in"))
    return {facts.figures.place.code: facts for facts in fact_sheets(Country(release), places)}


def test_stages_of_the_law_add_up_to_all_ages(release: Release) -> None:
    count_people({})
    found = split(facts_of(release)["01002"])
    assert found is not None
    assert [(row.girls, row.boys, row.both) for row in found.rows] == [
        ("140", "140", "280"), ("60", "60", "120"), ("60", "60", "120"), ("260", "260", "520"),
    ]  # fmt: skip


def test_a_small_group_hides_its_territory_and_the_one_that_would_give_it_away(release: Release) -> None:
    count_people({"01002": 1})
    facts = facts_of(release)
    hidden = {code for code, sheet in facts.items() if is_protected(sheet)}
    others = [row for row in facts.values() if row.figures.place.code != "01002"]
    smallest = min(others, key=lambda row: row.figures.children).figures.place.code
    assert hidden == {"01002", smallest}
    assert all((split(sheet) is None) == (code in hidden) for code, sheet in facts.items())


def test_two_small_ones_hide_each_other(release: Release) -> None:
    count_people({"01002": 1, "01005": 1})
    assert {code for code, sheet in facts_of(release).items() if is_protected(sheet)} == {"01002", "01005"}


def test_nobody_at_all_is_no_small_group(release: Release) -> None:
    count_people({"01002": 0})
    assert not any(map(is_protected, facts_of(release).values()))


def test_another_year_is_not_taken_for_the_release_s(release: Release) -> None:
    count_people({})
    with owner_rights():
        Population.objects.update(year=CHILDREN_YEAR - 1)
    assert split(facts_of(release)["01002"]) is None
