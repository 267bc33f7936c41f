"""Columns of survey and census are held against the spec, with how many rows are wrong and the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ibis.backends.duckdb import Backend

from mirti.declarations import Source, SpecDeclaration
from mirti.errors import InputError
from mirti.io.checks import check_sources
from mirti.io.readers import Opened, connect, open_source
from tests.support.specs import declared

SURVEY = "area,home,kin,age,sex,years,weight,stratum,psu,works\n"
PERSON = "0101,1,1,12,1,5,10.5,A,7,0\n"
CENSUS = "area,home,kin,age,sex,lag\n0101,1,1,12,H,0\n"
COUNTS = ("[census]\n", '[census]\nkind = "counts"\ncount = "n"\n')

Refusal = Callable[..., str]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str, str], Opened]]:
    con: Backend = connect(temp=tmp_path / "temp", threads=1)

    def write_and_open(role: str, text: str) -> Opened:
        (tmp_path / f"{role}.csv").write_text(text)
        return open_source(con, Source(file=f"{role}.csv"), tmp_path, role)

    yield write_and_open
    con.disconnect()


@pytest.fixture
def refusal(opened: Callable[[str, str], Opened], tmp_path: Path) -> Refusal:
    def check(
        survey: str = SURVEY + PERSON, census: str = CENSUS, spec: SpecDeclaration | None = None
    ) -> str:
        with pytest.raises(InputError) as caught:
            check_sources(spec or declared(), opened("survey", survey), opened("census", census))
        return str(caught.value).replace(f"{tmp_path}/", "")

    return check


def test_good_sources_pass(opened: Callable[[str, str], Opened]) -> None:
    check_sources(declared(), opened("survey", SURVEY + PERSON), opened("census", CENSUS))


def test_missing_columns_of_both_sides_are_told_together(refusal: Refusal) -> None:
    told = refusal(
        SURVEY.replace("weight", "peso").replace("years", "year") + PERSON, CENSUS.replace("lag", "rezago")
    )
    assert 'survey survey.csv: there is no column "weight" (named by survey.weight)' in told
    assert (
        'there is no column "years" (named by covariate lag, survey.derive)\n  → Did you mean year?' in told
    )
    assert 'census census.csv: there is no column "lag" (named by covariate lag, census.column)' in told
    assert "The columns are area, home, kin" in told


def test_text_among_numbers_is_counted_and_shown(refusal: Refusal) -> None:
    doce = PERSON.replace(",12,", ",doce,")
    told = refusal(SURVEY + PERSON + doce + PERSON + doce)
    assert 'column "age" (' in told
    assert "should hold numbers; in 2 rows it does not (row 2: 'doce', row 4: 'doce')" in told
    assert "Correct them, or list the texts that mean missing in na" in told


def test_texts_listed_as_missing_are_no_fault(opened: Callable[[str, str], Opened]) -> None:
    spec = declared(("na = [99]", 'na = ["ns"]'))
    survey = SURVEY + PERSON.replace(",5,", ",ns,") + PERSON
    check_sources(spec, opened("survey", survey), opened("census", CENSUS))


def test_decimal_commas_are_told(refusal: Refusal) -> None:
    told = refusal(SURVEY + PERSON.replace("10.5", '"10,5"'))
    assert "(survey.weight) should hold numbers; in 1 row it does not (row 1: '10,5')" in told
    assert "decimals are written with a point" in told


@pytest.mark.parametrize(("weight", "shown"), [("0", "'0'"), ("-1", "'-1'"), ("", "missing")])
def test_unusable_weights_are_counted_with_the_first_rows(refusal: Refusal, weight: str, shown: str) -> None:
    told = refusal(SURVEY + PERSON * 20 + PERSON.replace("10.5", weight) * 12)
    assert 'the weight "weight" is missing, zero or negative in 12 rows' in told
    assert f"(row 21: {shown}, row 22: {shown}" in told
    assert "and 2 more)" in told
    assert "Name the column of the final weight" in told


def test_a_census_of_counts_may_not_repeat_a_key(refusal: Refusal) -> None:
    header, row = CENSUS.replace("\n", ",n\n", 1).split("\n")[:2]
    told = refusal(census=f"{header}\n{row},5\n{row},6\n{row.replace('H', 'M')},6\n", spec=declared(COUNTS))
    assert "2 rows share 1 key of area, home, kin, age, sex, lag (0101, 1, 1, 12, H, 0 × 2)" in told
    assert "remove the copies, add their counts, or restore a lost column" in told


@pytest.mark.parametrize(("count", "shown"), [("-5", "'-5'"), ("2.5", "'2.5'"), ("", "missing")])
def test_counts_of_persons_are_whole_numbers(refusal: Refusal, count: str, shown: str) -> None:
    header, row = CENSUS.replace("\n", ",n\n", 1).split("\n")[:2]
    told = refusal(census=f"{header}\n{row},{count}\n", spec=declared(COUNTS))
    assert f'the count "n" is missing, negative or no whole number in 1 row (row 1: {shown})' in told


HOURS = (
    ('kind = "column"\ncolumn = "works"', 'kind = "child_labour"\nworks = "works == 1"\nhours = "hours"'),
)


@pytest.mark.parametrize("hours", ["999", "-1"])
def test_hours_that_no_week_has_are_codes(refusal: Refusal, hours: str) -> None:
    survey = "hours," + SURVEY + f"20,{PERSON}{hours},{PERSON},{PERSON}"
    told = refusal(survey, spec=declared(*HOURS))
    assert 'column "hours" (outcome.hours) holds weekly hours below 0 or above 168 in 1 row' in told
    assert f"(row 2: '{hours}')" in told
    assert "outcome.na, e.g. na = [999]" in told


def test_codes_listed_as_missing_are_no_hours(opened: Callable[[str, str], Opened]) -> None:
    spec = declared(*HOURS, ('hours = "hours"', 'hours = "hours"\nna = [999, "ns"]'))
    survey = "hours," + SURVEY + f"20,{PERSON}999,{PERSON}ns,{PERSON}"
    check_sources(spec, opened("survey", survey), opened("census", CENSUS))
