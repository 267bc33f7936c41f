"""The explanation of one territory: complete in four languages, true to the release, silent on what is private."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from string import Formatter

import pyarrow as pa
import pytest

from mirti.characterise.drivers import OWN_ROWS
from mirti.declarations import LANGUAGES
from mirti.documents import AcceptedException
from mirti.errors import InputError
from mirti.report.catalogue import Language, catalogue
from mirti.report.explanation import PAGE, explanation
from mirti.report.standing import Contribution, find_area, standing
from tests.support.releases import LONG_NAME, synthetic_release

KINDS = ("coefficients", "bootstrap", "index")
WITHHELD = 6  # position of the municipality whose estimate the synthetic bootstrap withholds


@pytest.fixture(scope="module")
def releases():
    return {kind: synthetic_release(kind=kind) for kind in KINDS}


@pytest.fixture
def drawn(releases):
    return releases["bootstrap"]


def rows_of(release, table, code):
    return [row for row in release.tables[table].to_pylist() if row["code"] == code]


def with_column(release, table, column, values):
    found = release.tables[table]
    at = found.column_names.index(column)
    changed = found.set_column(at, found.schema.field(at), pa.array(values, found.schema.field(at).type))
    return replace(release, tables=release.tables | {table: changed})


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_sentence_is_there_in_every_language_with_the_same_values():
    for key, sentences in catalogue(PAGE).items():
        assert set(sentences) == set(LANGUAGES), key
        assert all(text.strip() for text in sentences.values()), key
        assert len({frozenset(fields(text)) for text in sentences.values()}) == 1, key


def test_no_sentence_lies_idle():
    source = files("mirti.report").joinpath("explanation.py").read_text(encoding="utf-8")
    asked = set(re.findall(r"""["'](explain_\w+)["']""", source))
    stems = set(re.findall(r'f"(explain_)\{', source)) | set(re.findall(r'f"(explain_\w+_)\{', source))
    built = {
        "explain_census", "explain_projection", *(f"explain_letter_{letter}" for letter in "ABC"),
        *(f"explain_own_{row}" for row in OWN_ROWS),
        *(f"explain_{way}{end}" for way in ("above", "below", "same") for end in ("", "_index")),
    }  # fmt: skip
    assert {"explain_", "explain_letter_", "explain_own_"} <= stems
    assert asked | built == set(catalogue(PAGE))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_area_is_explained_in_every_language(releases, kind, language):
    release, said = releases[kind], Language(language, PAGE)
    for row in release.areas.select(["code", "name"]).to_pylist()[::17]:
        text = explanation(release, row["code"], language)
        assert text.startswith(f"{row['name']} ({row['code']})")
        assert said.say("explain_why") in text
        assert "None" not in text
        assert "{" not in text


def test_the_figures_are_the_releases_own(drawn):
    said = Language("en", PAGE)
    for area in drawn.areas.to_pylist()[:40]:
        if area["reliability"] == "withheld":
            continue
        text = explanation(drawn, area["code"], "en")
        assert f"estimated {said.rate(area['risk'])} of its {said.count(area['children'])} children" in text
        assert f"95% interval: {said.rate(area['ci_low'])} to {said.rate(area['ci_high'])}." in text
        assert said.say("holds_bootstrap") in text
        assert (
            f"Reliability {area['reliability']}: its coefficient of variation is {said.rate(area['cv'], 0)}"
            in text
        )
        assert f"in class {area['class']} of 3" in text
        assert f"ranks {area['rank']} of 240" in text
        assert f"goes from {area['rank_low']} to {area['rank_high']}" in text


def test_the_strongest_factors_are_named_by_their_labels_and_the_rows_add_up(drawn):
    for code in drawn.areas["code"].to_pylist()[::13]:
        rows = {row["factor"]: row["contribution"] for row in rows_of(drawn, "drivers.parquet", code)}
        found = standing(drawn, code)
        factors = {name: value for name, value in rows.items() if name not in OWN_ROWS}
        assert [row.factor for row in found.raising] == sorted(
            (n for n, v in factors.items() if v >= 0.00005), key=lambda n: -factors[n]
        )[:3]
        assert [row.factor for row in found.lowering] == sorted(
            (n for n, v in factors.items() if v <= -0.00005), key=lambda n: factors[n]
        )[:3]
        shown = [row.value for row in (*found.raising, *found.lowering, *found.own)]
        assert sum(shown) + (found.others or 0.0) == pytest.approx(found.distance, abs=1e-9)


def test_factors_beyond_the_three_strongest_are_summed(drawn):
    code = drawn.areas["code"][0].as_py()
    rows = rows_of(drawn, "drivers.parquet", code)
    more = [
        row | {"factor": f"more{i}", "contribution": 0.001 * (i + 1)} for i in range(5) for row in rows[:1]
    ]
    table = pa.Table.from_pylist(rows + more, schema=drawn.drivers.schema)
    release = replace(drawn, tables=drawn.tables | {"drivers.parquet": table})
    found = standing(release, code)
    assert len(found.raising) == 3
    ours = {row.factor for row in (*found.raising, *found.lowering, *found.own)}
    left = sum(row["contribution"] for row in rows + more if row["factor"] not in ours)
    assert found.others == pytest.approx(left)
    points = Language("en").number(100 * left, 2)
    assert f"{points}  All other factors together" in explanation(release, code, "en")


def test_what_a_service_reaches_and_what_is_not_decided_are_marked(drawn):
    covariates = [{"name": "schooling", "service": True}, {"name": "sex"}]
    manifest = drawn.manifest.model_copy(update={"spec": drawn.manifest.spec | {"covariates": covariates}})
    ends = {"sex": (-1.0, 1.0), "schooling": (0.01, 0.02)}
    drivers = [dict(row) for row in drawn.drivers.to_pylist()]
    for row in drivers:
        row["ci_low"], row["ci_high"] = ends.get(row["factor"], (row["ci_low"], row["ci_high"]))
    table = pa.Table.from_pylist(drivers, schema=drawn.drivers.schema)
    release = replace(drawn, manifest=manifest, tables=drawn.tables | {"drivers.parquet": table})
    code = drawn.areas["code"][3].as_py()
    lines = {
        line.split()[1]: line
        for line in explanation(release, code, "en").splitlines()
        if line.startswith("  ")
    }
    assert "within the reach of a public service" in lines["schooling"]
    assert "within the reach" not in lines["sex"]
    assert "the interval holds 0" in lines["sex"]
    assert "the interval holds 0" not in lines["schooling"]


def test_a_direction_is_not_decided_where_the_interval_holds_0():
    assert Contribution("a:b", 0.1, 0.0, 0.2, True).undecided
    assert not Contribution("a:b", 0.1, 0.01, 0.2, True).undecided
    assert not Contribution("a:b", 0.1, None, None, True).undecided


def test_the_areas_own_sample_never_shows(drawn):
    code = drawn.areas["code"][0].as_py()
    before = explanation(drawn, code, "es")
    rows = drawn.areas.num_rows
    for column, value in (
        ("sample_n", 987654),
        ("direct", 0.98765),
        ("direct_se", 0.98764),
        ("sample_share", 0.98763),
    ):
        changed = with_column(drawn, "areas.parquet", column, [value] * rows)
        assert explanation(changed, code, "es") == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withheld_estimate_shows_no_figure_of_its_own(drawn, language):
    area = drawn.areas.to_pylist()[WITHHELD]
    assert area["reliability"] == "withheld"
    said, text = Language(language, PAGE), explanation(drawn, area["code"], language)
    assert said.say("explain_withheld", cv=said.rate(area["cv"], 0)) in text
    for figure in ("risk", "ci_low", "ci_high"):
        assert said.rate(area[figure]) not in text
    assert said.say("explain_why") not in text
    assert said.say("explain_what_if") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_scenarios_say_that_they_are_no_policys_effect(drawn, releases, language):
    said, code = Language(language, PAGE), drawn.areas["code"][0].as_py()
    text = explanation(drawn, code, language)
    declared = {each["name"]: each["label"] for each in drawn.manifest.spec["scenarios"]}
    for row in rows_of(drawn, "scenarios.parquet", code):
        assert declared[row["scenario"]][language] in text
        assert said.rate(row["risk"]) in text
    assert said.say("explain_not_a_policy") in text
    assert said.say("explain_not_a_policy") not in explanation(releases["coefficients"], code, language)


def test_a_chance_from_draws_is_never_certain(drawn):
    rows = drawn.areas.num_rows
    sure = with_column(drawn, "areas.parquet", "p_top", [1.0] * rows)
    assert "highest is >\u00a099%." in explanation(sure, drawn.areas["code"][0].as_py(), "en")
    never = with_column(drawn, "areas.parquet", "p_top", [0.0] * rows)
    assert "highest is <\u00a01%." in explanation(never, drawn.areas["code"][0].as_py(), "en")


def test_without_draws_it_says_what_cannot_be_said(releases):
    code = releases["coefficients"].areas["code"][0].as_py()
    text = explanation(releases["coefficients"], code, "en")
    assert "cannot be said how sure its class and its rank are" in text
    assert Language("en").say("holds_coefficients") in text
    assert "These parts carry no interval." in text
    assert "Reliability" not in text


def test_an_index_is_no_rate(releases):
    release = releases["index"]
    text = explanation(release, release.areas["code"][0].as_py(), "en")
    assert "on a scale from 0 to 100" in text
    assert "it is no rate of child labour" in text
    assert "choices of method" in text
    assert "points above the national index" in text or "points below the national index" in text
    assert "estimated" not in text


def test_warnings_and_exceptions_of_the_release_are_told(drawn):
    accepted = (AcceptedException(covariate="schooling", reason="The survey asked it otherwise."),)
    manifest = drawn.manifest.model_copy(update={"accepted": accepted, "warnings": ("Mind the gap.",)})
    text = explanation(replace(drawn, manifest=manifest), drawn.areas["code"][0].as_py(), "en")
    assert "The survey asked it otherwise." in text
    assert text.endswith("  Mind the gap.")


def named(release, names):
    """The release with its first areas called so."""
    rest = release.areas["name"].to_pylist()[len(names) :]
    return with_column(release, "areas.parquet", "name", [*names, *rest])


def test_a_place_is_found_by_code_or_name_whatever_the_accents(drawn):
    release = named(drawn, ["San José de las Matas", "Ñuñoa"])
    codes = release.areas["code"].to_pylist()
    for text in ("San José de las Matas", "san jose de las matas", " SAN  JOSE DE LAS MATAS "):
        assert find_area(release, text, "here") == codes[0]
    assert find_area(release, "nunoa", "here") == codes[1]
    assert find_area(release, codes[5], "here") == codes[5]
    assert find_area(release, codes[5].lstrip("0"), "here") == codes[5]


def test_a_name_that_two_areas_have_needs_its_department(drawn):
    names = drawn.areas["name"].to_pylist()
    last = len(names) - 1
    release = with_column(drawn, "areas.parquet", "name", ["Santa Rosa", *names[1:last], "Santa Rosa"])
    codes = release.areas["code"].to_pylist()
    with pytest.raises(InputError, match=r'2 areas called "santa rosa"') as refused:
        find_area(release, "santa rosa", "here")
    assert [item.split()[0] for item in refused.value.problems[0].items] == [codes[0], codes[last]]
    assert refused.value.exit_code == 2
    parents = {row["code"]: row["name"] for row in release.domains.to_pylist()}
    parent = parents[release.areas["parent"][last].as_py()]
    assert find_area(release, f"Santa Rosa, {parent}", "here") == codes[last]


def test_an_unknown_name_gets_the_nearest(drawn):
    release = named(drawn, [LONG_NAME, "Santiago de los Caballeros"])
    for text in ("Santiago", "santiagho de los cabaleros", "caballeros", "Munciipality of the very"):
        with pytest.raises(InputError, match="the nearest are these") as refused:
            find_area(release, text, "here")
        first = refused.value.problems[0].items[0]
        assert ("Santiago" in first) == ("M" not in text)
    with pytest.raises(InputError, match=r'no area "\?\?"\.') as refused:
        find_area(release, "??", "here")
    assert refused.value.problems[0].items == ()
