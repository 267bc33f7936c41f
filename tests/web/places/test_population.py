"""People by age, sex and year: sums over bands that fit, and a refusal where they would have to be guessed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almenara.common.errors import RefusedError
from almenara.places.ages import Band, finest, said, tiling
from almenara.places.models import Level, Population, Territory
from almenara.places.population import Asked, Bar, bars, counts_of, persons

bands = st.tuples(st.integers(0, 8), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def every_tiling(known: set[Band], youngest: int, oldest: int) -> Iterator[list[Band]]:
    if youngest > oldest:
        yield []
    for band in known:
        if band[0] == youngest and band[1] <= oldest:
            for rest in every_tiling(known, band[1] + 1, oldest):
                yield [band, *rest]


@given(st.sets(bands, max_size=12), bands)
def test_a_range_is_made_up_of_the_fewest_bands_that_fit(known: set[Band], wanted: Band) -> None:
    possible = list(every_tiling(known, *wanted))
    found = tiling(known, *wanted)
    assert (found is None) == (not possible)
    if found is not None:
        assert found in possible
        assert len(found) == min(map(len, possible))


def test_the_finest_bands_are_those_that_hold_no_other() -> None:
    assert finest([(0, 4), (5, 17), (5, 9), (10, 17), (0, 99)]) == [(0, 4), (5, 9), (10, 17)]
    assert said([(10, 17), (5, 9), (5, 5)]) == "5, 5–9, 10–17"


@pytest.fixture
def places(db: None) -> list[Territory]:
    country = Territory.objects.create(code="ZZ", country="ZZ", level=Level.COUNTRY, name="Isla")
    return [
        Territory.objects.create(code=code, country="ZZ", level=Level.MUNICIPALITY, name=code, parent=country)
        for code in ("01", "02")
    ]


def count(place: Territory, year: int, band: Band, sex: str, number: float, source: str = "census") -> None:
    Population.objects.create(
        territory=place, year=year, age_from=band[0], age_to=band[1], sex=sex, count=number, source=source
    )


def counted(place: Territory, year: int = 2022, source: str = "census") -> None:
    for sex, numbers in (("female", (10, 20, 40)), ("male", (11, 21, 41))):
        for band, number in zip([(0, 4), (5, 9), (10, 17)], numbers, strict=True):
            count(place, year, band, sex, number, source)


def test_bands_and_sexes_are_summed(places: list[Territory]) -> None:
    for place in places:
        counted(place)
    keys = [place.pk for place in places]
    assert persons(places, Asked(2022, 5, 17)) == dict.fromkeys(keys, 122)
    assert persons(places, Asked(2022, 5, 17, "female")) == dict.fromkeys(keys, 60)
    assert persons(places, Asked(2022, 0, 17)) == dict.fromkeys(keys, 143)
    assert persons([], Asked(2022, 0, 17)) == {}


def test_what_is_counted_together_goes_before_a_sum(places: list[Territory]) -> None:
    counted(places[0])
    count(places[0], 2022, (5, 17), "", 123)
    assert persons(places[:1], Asked(2022, 5, 17)) == {places[0].pk: 123}


def refusal(places: list[Territory], asked: Asked) -> str:
    with pytest.raises(RefusedError) as refused:
        persons(places, asked)
    return str(refused.value)


def test_a_year_between_two_others_is_refused_and_the_known_years_said(places: list[Territory]) -> None:
    for year in (2012, 2022):
        counted(places[0], year)
    text = refusal(places, Asked(2017, 5, 17))
    assert "no persons aged 5 to 17 in 2017" in text
    assert "nothing is interpolated between years" in text
    assert "2012, 2022" in text
    assert "(01, 02)" in text


def test_ages_that_the_bands_do_not_make_up_are_refused(places: list[Territory]) -> None:
    counted(places[0])
    text = refusal(places[:1], Asked(2022, 5, 14))
    assert "no band is cut" in text
    assert "0–4, 5–9, 10–17" in text
    count(places[1], 2022, (5, 17), "", 9)
    assert "by sex if that is asked for" in refusal(places, Asked(2022, 5, 17, "male"))


def test_of_several_sources_one_must_be_named(places: list[Territory]) -> None:
    counted(places[0])
    counted(places[0], source="projection")
    text = refusal(places[:1], Asked(2022, 5, 17))
    assert "Several sources" in text
    assert "(census, projection)" in text
    assert persons(places[:1], Asked(2022, 5, 17, source="projection")) == {places[0].pk: 122}


def test_a_pyramid_is_of_the_finest_bands_by_sex(places: list[Territory]) -> None:
    counted(places[0])
    count(places[0], 2022, (0, 17), "female", 70)
    count(places[0], 2022, (0, 17), "male", 73)
    found = bars(counts_of(places[0], 2022, "census"))
    assert found == [Bar(0, 4, 10, 11), Bar(5, 9, 20, 21), Bar(10, 17, 40, 41)]
    assert bars(counts_of(places[0], 2021, "census")) == []
