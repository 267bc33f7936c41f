"""What the report's chapters say of a release, held against the release itself."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape

import numpy as np
import pyarrow as pa
import pytest

from mirti.declarations import LANGUAGES
from mirti.documents import CalibrationGroup
from mirti.models.prevalence import AREAS_WITH_EVENT
from mirti.report.catalogue import Language, catalogue
from mirti.report.certainty import certainty_of
from mirti.report.charts import SIDE, axis_of, calibration_chart
from mirti.report.facts import facts_of
from mirti.report.fit import fit_of, roc_path
from mirti.report.modelled import MEDIAN_DISTANCE, modelled_of
from mirti.report.page import render
from mirti.report.reasons import reasons_of
from tests.support.releases import synthetic_release
from tests.support.report_releases import mixed_record, prevalence_record, told_release

CHAPTERS = ("brief", "map", "classes", "ends", "departments", "why", "what-if", "spots", "types", "prevalence", "model",
            "fit", "candidates", "checks", "all", "sources")  # fmt: skip
WITHHELD = "01007"  # of the synthetic bootstrap


@pytest.fixture(scope="module")
def release():
    return told_release()


@pytest.fixture(scope="module")
def page(release):
    return render(release)


@pytest.fixture(scope="module")
def tree(page):
    return ET.fromstring(page.replace("<!doctype html>", ""))  # noqa: S314 - our own page


def chapter(tree, name, code="en"):
    """The text of a chapter, with single spaces."""
    found = tree.find(f".//section[@aria-labelledby='{code}-{name}']")
    return " ".join("".join(found.itertext()).split())


def said(code, key, page="catalogue", **values):
    return catalogue(page)[key][code].format(**values)


def with_diagnostics(release, **changed):
    return replace(release, diagnostics=release.diagnostics.model_copy(update=changed))


def with_column(release, name, values):
    areas = release.areas
    at = areas.schema.get_field_index(name)
    changed = areas.set_column(at, areas.schema.field(at), pa.array(values, areas.schema.field(at).type))
    return replace(release, tables=release.tables | {"areas.parquet": changed})


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_contents_name_every_chapter_in_its_order(tree, code):
    article = next(each for each in tree.findall(".//article") if each.get("lang") == code)
    listed = [link.get("href") for link in article.find(".//nav").iter("a")]
    sections = [section.get("aria-labelledby") for section in article.findall(".//section")]
    assert listed == [f"#{name}" for name in sections if name]
    assert {f"#{code}-{name}" for name in CHAPTERS} <= set(listed)


def test_a_withheld_value_is_shown_nowhere(release, page, tree):
    """Any other value of the withheld area gives the same page, so the page cannot tell it."""
    areas = release.areas.to_pylist()
    at = next(i for i, row in enumerate(areas) if row["reliability"] == "withheld")
    assert areas[at]["code"] == WITHHELD
    changed = release
    other = {
        "risk": 0.87,
        "ci_low": 0.77,
        "ci_high": 0.97,
        "expected": 98765.0,
        "se": 0.3,
        "cv": 0.6,
        "p_top": 0.98,
    }
    for name, value in (other | {"rank_low": 200, "rank_high": 239}).items():
        values = changed.areas[name].to_pylist()
        changed = with_column(changed, name, [*values[:at], value, *values[at + 1 :]])
    assert render(changed) == page
    shape = next(p for p in tree.find(".//g[@id='shapes']") if f"({WITHHELD})" in "".join(p.itertext()))
    assert shape.get("class") == "withheld"
    row = next(tr for tr in tree.iter("tr") if WITHHELD in "".join(tr.itertext()))
    assert re.findall(r"\d[\d.,]*", "".join(row.find("th").itertext())) == [WITHHELD]


def test_withheld_areas_stand_last_by_code_so_that_their_place_tells_nothing(release):
    facts = facts_of(release)
    assert [row["code"] for row in facts.areas[len(facts.shown) :]] == sorted(
        row["code"] for row in facts.areas if row["withheld"]
    )
    assert facts.withheld > 0
    ranks = [row["rank"] for row in facts.shown]
    assert ranks == sorted(ranks)


def test_letters_and_chances_of_class_are_counted_as_the_areas_have_them(release, tree):
    areas = release.areas.to_pylist()
    found = certainty_of(facts_of(release))
    for each in found.letters:
        held = [row for row in areas if row["reliability"] == each.letter]
        assert (each.areas, each.children) == (len(held), pytest.approx(sum(row["children"] for row in held)))
    shown = [row for row in areas if row["reliability"] != "withheld"]
    unsure = {row["code"] for row in shown if row[f"p_{row['class']}"] < 0.5}
    assert {row["code"] for row in found.unsure} == unsure
    assert sum(each.unsure for each in found.classes) == len(unsure) > 0
    text = chapter(tree, "classes")
    for code in unsure:
        assert code in text
    assert "81% of the territories would stay in their class" in text


def test_in_brief_stand_the_letters_the_worlds_drawn_again_and_the_highest_class_that_holds_an_area(
    release, tree
):
    text = chapter(tree, "brief")
    letters = [
        release.areas["reliability"].to_pylist().count(letter) for letter in ("A", "B", "C", "withheld")
    ]
    assert "A: {}; B: {}; C, which only gives an idea: {}".format(*letters[:3]) in text
    assert f"too large to show them: {letters[3]}." in text
    assert said("en", "brief_redrawn", "places", count=1) in text
    highest = release.classes.classes[-1]
    empty = highest.model_copy(update={"number": 4, "areas": 0, "children": 0.0, "expected": 0.0})
    spaced = release.classes.model_copy(update={"classes": (*release.classes.classes, empty)})
    assert f"The highest class holds {highest.areas} territories" in text
    assert f"The highest class holds {highest.areas} territories" in render(replace(release, classes=spaced))


def test_the_other_class_of_an_uncertain_area_is_the_likeliest_one(release):
    areas = {row["code"]: row for row in release.areas.to_pylist()}
    for row in certainty_of(facts_of(release)).unsure:
        chances = {k: areas[row["code"]][f"p_{k}"] for k in (1, 2, 3) if k != row["class"]}
        assert row["p_other"] == chances[row["other"]] == max(chances.values())


def test_the_median_odds_ratio_is_that_of_simulated_pairs():
    rng = np.random.default_rng(1)
    sigma = 0.7
    pairs = rng.normal(0, sigma, (400_000, 2))
    assert math.exp(MEDIAN_DISTANCE * sigma) == pytest.approx(
        np.median(np.exp(np.abs(pairs[:, 0] - pairs[:, 1]))), rel=0.01
    )


def test_the_model_chapter_says_what_the_record_says(release, tree):
    text = chapter(tree, "model")
    ratio = Language("en").number(math.exp(MEDIAN_DISTANCE * 0.4))
    assert f"more than {ratio} times those of the other" in text
    assert said("en", "spread_boundary", "modelled") in text
    assert said("en", "spread_penalised", "modelled") in text
    assert "F = 3.40, p 0.012" in text
    assert (
        said("en", "shift_borrowed", "modelled") in text
    )  # not why: a rate of 0 or 1 is the department's own secret
    assert modelled_of(release).borrowed == 2
    brief = chapter(tree, "brief")
    for key in ("keep_index", "keep_boundary", "keep_informative", "keep_association"):
        assert said("en", key, "places") in brief


def test_of_the_shares_of_own_samples_only_quantiles_within_are_told(tree):
    text = chapter(tree, "model")
    assert "34% in the median territory" in text
    assert "1.3%" not in text  # the lowest is one territory's
    assert "92%" not in text  # and so is the highest


@pytest.mark.parametrize(("declared", "key"), [(True, "spread_psu_untold"), (False, "spread_psu_left_out")])
def test_a_left_out_effect_of_the_cluster_is_said_with_its_reason(release, declared, key):
    spec = release.manifest.spec | {"model": {"psu_effect": declared}}
    manifest = release.manifest.model_copy(update={"spec": spec})
    without = with_diagnostics(release, mixed=mixed_record(sigma_v=None, sigma_v_interval=None))
    page = render(replace(without, manifest=manifest))
    assert said("fr", key, "modelled") in unescape(page)


@pytest.mark.parametrize("advice", ["mixed", "logistic", "firth", "index"])
def test_the_verdict_on_the_survey_is_said_in_every_language(release, advice):
    page = unescape(render(with_diagnostics(release, prevalence=prevalence_record(advice))))
    for code in LANGUAGES:
        assert (
            catalogue("prevalence")[f"prevalence_advice_{advice}"][code].format(least=AREAS_WITH_EVENT)
            in page
        )
        assert (catalogue("places")["keep_index"][code] in page) == (advice == "index")


def test_parts_of_every_territory_sum_to_its_distance(release):
    reasons = reasons_of(facts_of(release))
    assert len(reasons.areas) == 10
    assert len(reasons.departments) == 6
    assert reasons.own == ("area_effect", "benchmark", "remainder")
    for each in (*reasons.departments, *reasons.areas):
        assert sum(part.value for part in each.parts) == pytest.approx(each.distance, abs=1e-12)


@pytest.mark.parametrize("code", LANGUAGES)
def test_beside_every_table_of_a_scenario_stands_what_it_is_not(tree, code):
    section = tree.find(f".//section[@aria-labelledby='{code}-what-if']")
    captions = ["".join(caption.itertext()) for caption in section.iter("caption")]
    assert len(captions) == 1 + 2 * 2  # the country's, and departments and territories of two scenarios
    assert all(said(code, "what_if_not_a_policy", "reasons") in caption for caption in captions)


def test_scenarios_show_the_country_and_the_areas_where_most_changes(release, tree):
    rows = release.tables["scenarios.parquet"].to_pylist()
    withheld = {row["code"] for row in release.areas.to_pylist() if row["reliability"] == "withheld"}
    codes = set(release.areas["code"].to_pylist()) - withheld
    for scenario in reasons_of(facts_of(release)).scenarios:
        mine = [row for row in rows if row["scenario"] == scenario.name and row["code"] in codes]
        largest = sorted(abs(row["expected_difference"]) for row in mine)[-10:]
        assert sorted(abs(row["expected_difference"]) for row in scenario.areas) == pytest.approx(largest)
        text = chapter(tree, "what-if")
        assert scenario.label["en"] in text
        assert Language("en").points(scenario.country["difference"]) in text


def test_a_scenario_without_intervals_says_so(release):
    scenarios = release.tables["scenarios.parquet"]
    nothing = pa.nulls(scenarios.num_rows, pa.float64())
    for name in ("ci_low", "ci_high"):
        at = scenarios.schema.get_field_index(name)
        scenarios = scenarios.set_column(at, scenarios.schema.field(at), nothing)
    page = render(replace(release, tables=release.tables | {"scenarios.parquet": scenarios}))
    assert all(said(code, "what_if_no_intervals", "reasons") in unescape(page) for code in LANGUAGES)
    assert said("en", "what_if_no_intervals", "reasons") not in render(release)


@pytest.mark.parametrize("name", ["sample_n", "direct", "direct_se"])
def test_nothing_private_of_areas_and_departments_is_told(release, page, name):
    """A department may be one area."""
    tables = dict(release.tables)
    for table in ("areas.parquet", "domains.parquet"):
        field = tables[table].schema.field(name)
        other = pa.array(np.random.default_rng(5).integers(100, 999, tables[table].num_rows), type=field.type)
        at = tables[table].schema.get_field_index(name)
        tables[table] = tables[table].set_column(at, field, other)
    share = tables["areas.parquet"].schema.get_field_index("sample_share")
    field = tables["areas.parquet"].schema.field(share)
    tables["areas.parquet"] = tables["areas.parquet"].set_column(
        share, field, pa.array(np.full(release.areas.num_rows, 0.123))
    )
    assert render(replace(release, tables=tables)) == page


@pytest.mark.parametrize("estimator", ["logistic", "firth"])
def test_another_estimator_has_words_of_its_own_and_no_spread(release, estimator):
    spec = release.manifest.spec | {"model": {"estimator": estimator}}
    manifest = release.manifest.model_copy(update={"spec": spec})
    page = render(replace(with_diagnostics(release, mixed=None, benchmark=()), manifest=manifest))
    first = catalogue("modelled" if estimator == "firth" else "catalogue")[f"model_text_{estimator}"]["es"][
        :40
    ]
    assert first in page
    assert catalogue("modelled")["spread_heading"]["es"] not in page
    assert catalogue("modelled")["benchmark_heading"]["es"] not in page


@pytest.mark.parametrize("code", LANGUAGES)
def test_only_a_model_with_effects_is_said_to_use_a_territorys_own_interviews(release, code):
    without = with_diagnostics(release, mixed=None, benchmark=())
    for told, has_effects in ((release, True), (without, False)):
        page = unescape(render(told))
        article = page[page.index(f'<article lang="{code}"') :].split("</article>")[0]
        for name, mixed, other in (
            ("catalogue", "territories_sampled", "territories_predicted"),
            ("places", "brief_from", "brief_from_model"),
            ("fit", "fit_text", "fit_text_own"),
        ):
            endings = [catalogue(name)[key][code][-60:] for key in (mixed, other)]
            assert [ending in article for ending in endings] == [has_effects, not has_effects], endings


def test_the_fit_chapter_judges_as_the_tests_do(release, tree):
    text = chapter(tree, "fit")
    assert "76.0% of pairs" in text
    assert "74.1%" in text
    assert "finds groups of risk in which the model fails" in text
    better = with_diagnostics(
        release, fit_tests=release.diagnostics.fit_tests.model_copy(update={"archer_lemeshow_p_value": 0.4})
    )
    assert not fit_of(better).doubted
    assert "finds no groups of risk" in render(better)


def test_candidates_are_shown_with_their_distance_from_the_lowest_and_their_failures(tree):
    text = chapter(tree, "candidates")
    assert said("en", "candidates_other_best", "fit", name="crossed") in text
    assert "10.5" in text
    assert "Term 'sex' separates the outcome." in text


def test_the_roc_curve_and_the_calibration_stand_where_they_should(release):
    numbers = [float(n) for n in re.findall(r"[\d.]+", roc_path(release.diagnostics.fit_tests.roc))]
    assert numbers[:2] == [0, SIDE]
    assert numbers[-2:] == [SIDE, 0]
    assert numbers[::2] == sorted(numbers[::2])
    assert numbers[1::2] == sorted(numbers[1::2], reverse=True)
    chart = calibration_chart((CalibrationGroup(predicted=0.1, observed=0.1, se=0.02),))
    dot = chart.dots[0]
    assert dot.x == pytest.approx(SIDE - dot.y)
    assert dot.top < dot.y < dot.bottom


@pytest.mark.parametrize("values", [(0.03, 0.15), (-0.012, 0.004), (0.2, 0.2), (0.0, 0.0), (-0.5, -0.1)])
def test_an_axis_holds_its_values_and_ends_on_ticks(values):
    axis = axis_of(values, through=0.0)
    assert axis.low <= min(*values, 0)
    assert axis.high >= max(*values, 0)
    assert (axis.ticks[0][1], axis.ticks[-1][1]) == (0, 100)
    assert 2 <= len(axis.ticks) <= 7
    written = {f"{100 * value:.{axis.digits}f}" for value, _ in axis.ticks}
    assert len(written) == len(axis.ticks)  # digits are enough to tell ticks apart


def test_a_release_without_draws_says_so_and_has_no_empty_chapters():
    page = unescape(render(synthetic_release()))
    for code in LANGUAGES:
        assert catalogue("places")["brief_not_sure"][code] in page
    for name in ("what-if", "prevalence", "candidates", "fit"):
        assert f'id="en-{name}"' not in page
    assert catalogue("reasons")["why_no_intervals"]["en"] in page


def test_nothing_is_escaped_twice(page):
    """A sentence that takes another's words must take them as text, not as what a macro has escaped already."""
    assert "&amp;" not in page


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "<\u00a01%"),
        (0.005, "<\u00a01%"),
        (0.5, "50%"),
        (0.995, ">\u00a099%"),
        (1.0, ">\u00a099%"),
        (None, "–"),
    ],
)
def test_a_chance_from_draws_is_never_quite_nothing_or_certain(value, written):
    assert Language("en").chance(value) == written


def test_a_country_of_a_thousand_areas_is_a_file_of_a_few_megabytes():
    release = synthetic_release(kind="bootstrap", columns=14, rows=14)
    assert release.areas.num_rows > 1_100
    assert len(render(release).encode()) < 6_000_000
