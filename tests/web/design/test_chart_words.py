"""What is said of a chart, in four languages, and its table: the same numbers as those it is given."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from babel.numbers import parse_decimal
from django.template import Context, Template
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from almenara.design.charts import data
from almenara.design.charts.data import BarChart, Chart, Estimate, Series
from almenara.design.charts.drawn import KINDS, table_of, told
from almenara.design.charts.measures import (
    COUNT,
    RATE,
    Measure,
    Missing,
    Unit,
    difference,
    in_words,
    of_tick,
    written,
)
from tests.web.design.chart_examples import (
    ALL,
    BARS,
    DOTS,
    HIDDEN,
    LINES,
    LONG,
    MULTIPLES,
    PYRAMID,
    SAID,
    SLOPES,
    WATERFALL,
    estimate,
)

LANGUAGES = ("es", "pt", "en", "fr")
TAGS = {
    data.BarChart: "bar_chart",
    data.LineChart: "line_chart",
    data.SmallMultiples: "small_multiples",
    data.PopulationPyramid: "population_pyramid",
    data.DotChart: "dot_chart",
    data.SlopeChart: "slope_chart",
    data.Waterfall: "waterfall",
}


def drawn(chart: Chart, tag: str = "", more: str = "") -> str:
    tag = tag or TAGS[type(chart)]
    return Template(f"{{% load design %}}{{% {tag} chart {more} %}}").render(Context({"chart": chart}))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "es",
            "El valor de «High Valley» es 11,2 %, es decir, 2,2 puntos porcentuales por encima de «Country» (9,0 %). "
            "Lo que más suma es «Rural»: 3,0 puntos porcentuales. "
            f"Lo que más resta es «{LONG}»: 1,0 puntos porcentuales.",
        ),
        (
            "pt",
            "O valor de “High Valley” é 11,2%, ou seja, 2,2 pontos percentuais acima de “Country” (9,0%). "
            "O que mais soma é “Rural”: 3,0 pontos percentuais. "
            f"O que mais subtrai é “{LONG}”: 1,0 pontos percentuais.",
        ),
        (
            "en",
            "The value of “High Valley” is 11.2%, which is 2.2 percentage points above “Country” (9.0%). "
            f"Most is added by “Rural”: 3.0 percentage points. Most is taken away by “{LONG}”: 1.0 percentage points.",
        ),
        (
            "fr",
            "La valeur de « High Valley » est 11,2 %, soit 2,2 points de pourcentage au-dessus de « Country » (9,0 %). "
            "Ce qui ajoute le plus est « Rural » : 3,0 points de pourcentage. "
            f"Ce qui retranche le plus est « {LONG} » : 1,0 points de pourcentage.",
        ),
    ],
)
def test_a_waterfall_says_how_far_and_by_what(language: str, expected: str) -> None:
    with translation.override(language):
        assert plain(told(WATERFALL)) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_every_chart_speaks_every_language_in_whole_sentences(chart: Chart, language: str) -> None:
    with translation.override(language):
        said = told(chart)
    with translation.override("en"):
        english = told(chart)
    assert said.endswith(".")
    assert "{" not in said
    assert (said == english) == (language == "en")
    digits = [sorted(re.findall(r"\d", text)) for text in (said, english)]
    assert digits[0] == digits[1]


def test_bars_name_the_highest_and_the_lowest_of_each_series() -> None:
    with translation.override("en"):
        assert told(BARS) == (
            "In each of 3 groups, these are compared: Girls, Boys. "
            f"Of “Girls” the highest value is 10.0% (North) and the lowest 5.0% ({LONG}). "
            f"Of “Boys” the highest value is 20.0% (North) and the lowest 0.0% ({LONG}). "
            "1 value is withheld by its source."
        )


def test_what_has_the_same_value_is_counted_and_not_chosen_among() -> None:
    def of(*values: float | Missing) -> str:
        names = tuple("abcd"[: len(values)])
        with translation.override("en"):
            return told(BarChart(**SAID, categories=names, series=(Series("s", values),)))

    assert (
        of(0.2, 0.2, 0.1, 0.1)
        == "The highest value is 20.0% (a and 1 other) and the lowest 10.0% (c and 1 other)."
    )
    assert of(0.2, 0.20001) == "All values are 20.0%."
    assert of(0.2, Missing.UNKNOWN) == "The only value is 20.0% (a). 1 value is not known."
    assert of(Missing.UNKNOWN, Missing.WITHHELD) == (
        "No value is known. 1 value is not known. 1 value is withheld by its source."
    )


def test_lines_say_where_they_went_and_whether_that_may_be_error() -> None:
    with translation.override("en"):
        said = told(LINES)
        assert (
            "“Survey” fell from 20.0% (2018) to 10.0% (2024). Of “Survey”" in said
        )  # their intervals are apart
        assert f"“{LONG}” rose from 5.0% (2018) to 10.0% (2024)." in said
        assert said.endswith("1 value is not known. 1 value is withheld by its source.")
        line = replace(LINES.lines[0], points=(estimate(0.1), *LINES.lines[0].points[1:5], estimate(0.13)))
        unsure = told(replace(LINES, lines=(line,)))
        assert "rose from 10.0% (2018) to 13.0% (2024). The two intervals overlap" in unsure


def test_slopes_and_multiples_count_what_rose_and_fell() -> None:
    with translation.override("en"):
        assert plain(told(SLOPES)) == (
            "The change is that from 2018 to 2024. Of 3 compared, 1 rose, 2 fell and 0 did not change. "
            "The largest rise is that of “North”: 6.0 percentage points. "
            "The largest fall is that of “South”: 9.2 percentage points. "
            "The two intervals of 1 of them overlap: its change may be error alone. "
            "1 value is withheld by its source."
        )
        assert "Of 3 compared, 1 rose, 1 fell and 1 did not change." in told(MULTIPLES)


def test_estimates_are_compared_with_the_reference_by_their_intervals() -> None:
    with translation.override("en"):
        said = told(DOTS)
    assert f"The value of “{LONG}” is 10.0%, with an interval of 8.0% to 12.0%." in said
    assert (
        "Of 3 that are known, the number whose whole interval lies above “The country” (9.1%) is 1 and below it 1; "
        "the number whose interval holds it is 1."
    ) in said


def test_shares_of_the_sexes_leave_out_ages_that_are_known_of_one_only() -> None:
    with translation.override("en"):
        assert told(PYRAMID).startswith(
            "Of 1,360 in the age groups that are known for both, 660 (48.5%) are girls and women and 700 (51.5%) are "
            "boys and men."
        )
        full = told(replace(PYRAMID, men=(400.0, 300.0, 240.0)))
        assert full.startswith("Of 1,800 in all, 860 (47.8%) are girls and women and 940 (52.2%)")


def test_no_age_group_is_the_largest_where_all_are_alike() -> None:
    with translation.override("en"):
        assert told(replace(PYRAMID, men=(0.0,) * 3, women=(0.0,) * 3)) == "Nobody is counted."
        projected = replace(PYRAMID, men=(99.8, 100.1, 100.3), women=(100.2, 99.9, 100.1))
        assert "largest age group" not in told(projected)  # a reader sees 200 three times


def test_a_pyramids_table_adds_up_and_gives_nothing_away() -> None:
    with translation.override("en"):
        made = table_of(PYRAMID)
        assert made.head == ("Age", "Boys and men", "Girls and women", "Together")
        assert made.rows == (
            ("10–14", "withheld", "200", "withheld"),
            ("5–9", "300", "310", "610"),
            ("0–4", "400", "350", "750"),
            ("All that is known", "700", "860", "1,560"),
        )
        complete = table_of(replace(PYRAMID, men=(400.0, 300.0, 240.0)))
        assert complete.rows[-1] == ("All ages", "940", "860", "1,800")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_holds_the_numbers_of_its_chart(language: str) -> None:
    locale = {"es": "es", "pt": "pt_BR", "en": "en", "fr": "fr"}[language]
    with translation.override(language):
        bars, dots, slopes = (table_of(chart).rows for chart in (BARS, DOTS, SLOPES))
        withheld = written(Missing.WITHHELD, RATE)

    def read(cell: str) -> float | str:
        return (
            cell
            if cell == withheld
            else float(parse_decimal(cell.rstrip("%\u00a0\u202f"), locale=locale)) / 100
        )

    for at, row in enumerate(bars):
        given = [series.values[at] for series in BARS.series]
        assert [read(cell) for cell in row[1:]] == pytest.approx(
            [withheld if isinstance(value, Missing) else value for value in given]
        )
    assert [row[0] for row in dots] == [*(dot.label for dot in DOTS.dots), "The country"]
    assert [row[2] == "" for row in dots] == [False, False, True, False, True]
    assert [len(row) for row in slopes] == [6] * 4
    assert slopes[3][3:] == (withheld, "", "")


@settings(deadline=None)
@given(st.floats(-0.999, 0.999), st.integers(0, 3))
def test_a_rate_that_is_written_is_the_rate_that_is_meant(value: float, digits: int) -> None:
    measure = Measure(Unit.RATE, digits)
    with translation.override("en"):
        text = written(value, measure).replace("\u2212", "-").rstrip("%")
    assert float(text) == pytest.approx(value * 100, abs=0.5 * 10**-digits + 1e-9)
    assert not re.fullmatch(r"-0(\.0*)?", text)


def test_differences_have_their_sign_and_their_unit() -> None:
    with translation.override("es"):
        assert difference(0.0314, RATE) == "+3,1"
        assert difference(-0.0314, RATE) == "\u22123,1"
        assert difference(-0.0001, RATE) == "0,0"
        assert difference(-1204.0, COUNT) == "\u22121.204"
        assert plain(in_words(-0.0314, RATE)) == "3,1 puntos porcentuales"
        assert plain(in_words(3.0, COUNT)) == "3"
        assert plain(written(7.25, Measure(Unit.NUMBER, 2, "años"))) == "7,25 años"
        assert written(0.423, Measure(Unit.SCORE)) == "42,3"


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [(0.1, 0.05, "10%"), (0.125, 0.005, "12.5%"), (0.0, 0.2, "0%"), (-0.05, 0.05, "−5%")],
)
def test_a_tick_has_the_decimals_of_its_step(value: float, step: float, expected: str) -> None:
    with translation.override("en"):
        assert of_tick(value, step, RATE) == expected


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_a_figure_holds_title_picture_sentences_source_and_table(chart: Chart) -> None:
    with translation.override("en"):
        made, table, said = drawn(chart), table_of(chart), told(chart)
    assert 'role="img" aria-label="Title &amp; &lt;more&gt;"' in made
    assert '<figcaption class="chart__title">Title &amp; &lt;more&gt;</figcaption>' in made
    assert f"<p>{said.replace('&', '&amp;')}</p>" in made
    assert " id=" not in made  # the same chart may stand on a page twice
    assert "Source: a simulation." in made
    assert ("Sampling error alone." in made) == isinstance(chart, data.ChartOfEstimates)
    assert made.count('<th scope="row">') == len(table.rows)
    assert made.count('<td class="num">') == sum(len(row) - 1 for row in table.rows)
    assert "style=" not in made


def test_a_page_with_a_fuller_table_leaves_that_of_the_chart_out() -> None:
    assert "<table" in drawn(WATERFALL)
    without = drawn(WATERFALL, more="with_table=False")
    assert "<table" not in without
    assert "<details" not in without
    assert "Source: a simulation." in without


def test_every_chart_has_a_tag_and_the_tag_draws_no_other() -> None:
    assert set(TAGS) == set(KINDS)
    for kind, tag in TAGS.items():
        other = next(chart for chart in ALL if type(chart) is not kind)
        with pytest.raises(TypeError, match=kind.__name__):
            drawn(other, tag)


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_no_chart_lets_markup_through(chart: Chart) -> None:
    hostile = "<script>alert(1)</script>"
    made = drawn(replace(chart, title=hostile, of=hostile, source=hostile, note=hostile))
    named = drawn(
        replace(BARS, categories=(hostile,) * 3, series=tuple(replace(s, name=hostile) for s in BARS.series))
    )
    slopes = drawn(replace(SLOPES, before=hostile, after=hostile))
    assert hostile not in made + named + slopes
    assert "&lt;script&gt;" in made


def test_missing_ends_have_no_change() -> None:
    assert Estimate(Missing.UNKNOWN).ends is None
    with translation.override("en"):
        rows = table_of(replace(SLOPES, changes=(replace(SLOPES.changes[0], after=HIDDEN),))).rows
    assert rows == (("North", "12.0%", "10.0% to 14.0%", "withheld", "", ""),)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
