"""What a bootstrap brings to the pages: error sources, letters, chances, scenarios, hot spots, types."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from almenara.common import numbers
from almenara.common.caching import cache
from almenara.observatory.presenters import wording
from almenara.places.models import Territory
from almenara.risk import queries
from almenara.risk.facts import drivers
from almenara.risk.models import Estimate, Release, ScenarioEffect
from almenara.risk.queries import Figures
from tests.support.observatory import map_areas, published
from tests.support.releases import COUNTRY
from tests.web.observatory.reading import words_of

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "pt", "en", "fr")
SECRETS = ("sample_n", "direct_se", "direct", "sample_share")
UNRELIABLE, WITHHELD = "01006", "01007"
FOUR = {
    "es": "cuatro fuentes de error",
    "pt": "quatro fontes de erro",
    "en": "four sources of error",
    "fr": "quatre sources d’erreur",
}
CAUTION = {
    "es": "no el efecto de una política",
    "pt": "não o efeito de uma política",
    "en": "not the effect of a policy",
    "fr": "non l’effet d’une politique",
}


@pytest.fixture(scope="module")
def release(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    with published(tmp_path_factory.mktemp("release"), django_db_blocker, kind="bootstrap") as release:
        yield release


@pytest.fixture(autouse=True)
def _cold_cache() -> None:
    cache.clear()


def at(path: str, language: str = "en") -> str:
    return f"/{language}/countries/{COUNTRY}/{path}"


def page(client: Client, path: str, language: str = "en") -> str:
    response = client.get(at(path, language))
    assert response.status_code == 200, path
    return words_of(response.content.decode())


def figures(release: Release, code: str) -> Figures:
    own = queries.figures(release, Territory.objects.get(code=code))
    assert own is not None
    return own


def rows_of(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(at(path)).getvalue().decode())))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "map/", "ranking/", "territories/01001/", "method/", "data/"])
def test_an_interval_names_its_four_sources_of_error(
    client: Client, release: Release, path: str, language: str
) -> None:
    assert FOUR[language] in page(client, path, language)


def test_a_sheet_says_how_sure_class_rank_and_place_are(client: Client, release: Release) -> None:
    own = next(row for row in queries.estimates(release) if max(row.class_probabilities or (1,)) < 0.9)
    said = page(client, f"territories/{own.place.code}/")
    assert own.class_probabilities is not None
    name = ("Low", "Medium", "High")[own.class_probabilities.index(max(own.class_probabilities))]
    hundredths = round(100 * max(own.class_probabilities))
    assert f"Most probable class: {name}, with {hundredths} of 100 chances" in said
    assert f"Its rank lies between {own.rank_low} and {own.rank_high} (95%)." in said
    assert "It is among the 48 municipalities of highest risk with" in said


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.0, "less than 1 of 100"), (0.004, "less than 1 of 100"), (0.83, "83 of 100"), (0.996, "more than 99 of 100"),
     (1.0, "more than 99 of 100")],
)  # fmt: skip
def test_chances_are_never_certain(probability: float, text: str) -> None:
    with translation.override("en"):
        assert wording.chances(probability) == text


def test_a_withheld_value_is_on_no_page_and_in_no_file(client: Client, release: Release) -> None:
    own = figures(release, WITHHELD)
    assert own.reliability == "withheld"
    assert own.expected is not None
    said = page(client, f"territories/{WITHHELD}/")
    with translation.override("en"):
        hidden = (numbers.rate(own.risk), numbers.interval(own.ci_low or 0, own.ci_high or 0))
    for text in (*hidden, FOUR["en"], "Most probable class", "What if", "Associated factors"):
        assert text not in said
    assert "The value of this territory is withheld" in said
    row = next(row for row in rows_of(client, "data/municipalities.csv") if row["code"] == WITHHELD)
    shown = {name for name, value in row.items() if value}
    assert {"code", "name", "children", "reliability", "type"} <= shown
    assert shown.isdisjoint({"risk", "ci_low", "ci_high", "cv", "class", "rank", "rank_low", "rank_high", "expected",
                             "p_top", "p_1", "p_2", "p_3", "spot", "spot_share_hot"})  # fmt: skip
    for row in rows_of(client, "data/scenarios.csv"):
        if row["code"] == WITHHELD:
            assert (row["risk"], row["difference"], row["expected_difference"]) == ("", "", "")
    assert WITHHELD not in {row["code"] for row in rows_of(client, "data/municipalities.csv?spot=none")}


def test_unreliable_and_withheld_territories_are_hatched_and_said_so(
    client: Client, release: Release
) -> None:
    body = client.get(at("territories/01/")).content.decode()
    assert 'fill="url(#h' in body
    said = words_of(client.get(at("map/")).content.decode())
    assert "Hatched: the value is unreliable." in said
    assert "Hatched without a colour: the value is withheld" in said
    assert "its coefficient of variation is above the limit" in page(client, f"territories/{UNRELIABLE}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_drivers_is_a_sentence_with_an_interval(
    client: Client, release: Release, language: str
) -> None:
    place = Territory.objects.get(code="02003")
    response = client.get(at("territories/02003/", language)).content.decode()
    said = words_of(response)
    with translation.override(language):
        for part in drivers(release, [place.pk])[place.pk]:
            assert part.ci_low is not None
            assert part.ci_high is not None
            low, high = numbers.points(part.ci_low, 2), numbers.points(part.ci_high, 2)
            assert translation.gettext("{low} to {high} points").format(low=low, high=high) in said
    for machine in ("area_effect", "benchmark", "remainder"):
        assert machine not in response.replace("scaleY", "")


def test_the_method_page_says_worlds_benchmark_spots_and_types(client: Client, release: Release) -> None:
    said = page(client, "method/")
    for text in ("with an effect of each territory", "Everything was estimated again in 60 simulated worlds.",
                 "one for each department", "1 department has no rate of its own in the survey that could be used",
                 "99,999 maps", "at most 5% are expected", "1 municipality has no neighbour",
                 "type 1 has the lowest mean"):  # fmt: skip
        assert text in said


def test_the_file_has_the_public_columns_of_the_draws(client: Client, release: Release) -> None:
    rows = rows_of(client, "data/municipalities.csv")
    own = {
        row.territory.code: row
        for row in Estimate.objects.select_related("territory").filter(release=release)
    }
    names = ("cv", "p_top", "p_1", "p_3", "spot", "spot_share_hot", "spot_p_adjusted", "type")
    assert set(names) <= set(rows[0])
    for row in rows:
        estimate = own[row["code"]]
        if estimate.reliability == "withheld":
            continue
        assert float(row["cv"]) == pytest.approx(estimate.cv, abs=1e-6)
        assert float(row["p_top"]) == pytest.approx(estimate.p_top, abs=1e-4)
        assert float(row["p_3"]) == pytest.approx(estimate.class_probabilities[2], abs=1e-4)
        assert (row["spot"], row["type"]) == (estimate.spot, str(estimate.area_type))


@pytest.mark.parametrize(
    "path", ["data/municipalities.csv", "data/columns.csv", "data/scenarios.csv", "data/municipalities.geojson",
             "map/values.json", "map/", "method/", "scenarios/", "territories/01002/"],
)  # fmt: skip
def test_nothing_holds_a_column_of_the_survey(client: Client, release: Release, path: str) -> None:
    content = client.get(at(path)).getvalue().decode()
    for secret in SECRETS:
        assert f'"{secret}"' not in content
        assert f",{secret}," not in content


# Scenarios


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["scenarios/", "scenarios/?scenario=rural_half&page=2", "territories/01001/"]
)
def test_a_scenario_is_never_shown_without_saying_what_it_is_not(
    client: Client, release: Release, path: str, language: str
) -> None:
    said = page(client, path, language)
    assert CAUTION[language] in said
    declared = release.manifest["spec"]["scenarios"]
    assert all(item["label"][language] in said for item in declared)


def test_scenarios_are_ranked_by_the_children_they_concern(client: Client, release: Release) -> None:
    seen: list[str] = []
    known = set(Territory.objects.filter(level="municipality").values_list("code", flat=True))
    for number in range(1, 11):
        body = client.get(at(f"scenarios/?scenario=rural_half&page={number}")).content.decode()
        seen += [code for part in body.split("/territories/")[1:] if (code := part.split("/")[0]) in known]
    effects = ScenarioEffect.objects.filter(
        release=release, scenario="rural_half", territory__level="municipality"
    )
    sizes = {row.territory.code: abs(row.expected_difference) for row in effects.select_related("territory")}
    assert set(seen) == set(sizes)
    *shown, last = seen
    assert last == WITHHELD, "not where its size would show"
    assert [sizes[code] for code in shown] == sorted((sizes[code] for code in shown), reverse=True)


def test_the_country_s_difference_is_the_sum_of_the_file_s(client: Client, release: Release) -> None:
    rows = [row for row in rows_of(client, "data/scenarios.csv") if row["scenario"] == "schooling_98"]
    assert len(rows) == 240
    hidden = ScenarioEffect.objects.get(scenario="schooling_98", territory__code=WITHHELD).expected_difference
    total = sum(float(row["expected_difference"]) for row in rows if row["expected_difference"]) + hidden
    country = ScenarioEffect.objects.get(scenario="schooling_98", territory__code=COUNTRY)
    assert total == pytest.approx(country.expected_difference, abs=1e-3)
    with translation.override("en"):
        assert numbers.signed_count(country.expected_difference) in page(client, "scenarios/")


@pytest.mark.parametrize("path", ["scenarios/?scenario=other", "scenarios/?scenario=a%00b"])
def test_an_unknown_scenario_is_not_found(client: Client, release: Release, path: str) -> None:
    assert client.get(at(path)).status_code == 404


# Hot spots and types


@pytest.mark.parametrize("spot", ["hot", "cold", "none"])
def test_a_filter_lists_the_spots_of_one_kind_with_their_share_of_draws(
    client: Client, release: Release, spot: str
) -> None:
    wanted = Estimate.objects.filter(release=release, spot=spot).exclude(reliability="withheld")
    said = page(client, f"map/?layer=spots&spot={spot}")
    assert f"{wanted.count()} municipalit" in said
    codes = {row["code"] for row in rows_of(client, f"data/municipalities.csv?layer=spots&spot={spot}")}
    assert codes == set(wanted.values_list("territory__code", flat=True))
    word = {"hot": "Hot spot", "cold": "Cold spot", "none": "Neither"}[spot]
    first = wanted.filter(share_hot__isnull=False).order_by("rank")[0]
    with translation.override("en"):
        assert f"{word}; a hot spot in {numbers.rate(first.share_hot or 0, 0)} of the draws" in said


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_type_lists_its_municipalities_and_what_marks_it(
    client: Client, release: Release, number: int
) -> None:
    said = page(client, f"map/?layer=types&type={number}")
    rows = rows_of(client, f"data/municipalities.csv?layer=types&type={number}")
    record = release.diagnostics["types"][number - 1]
    assert len(rows) == record["areas"]
    assert {row["type"] for row in rows} == {str(number)}
    assert f"{len(rows)} municipalities" in said
    less, more = (
        "Raises the risk less than elsewhere: schooling.",
        "Raises the risk more than elsewhere: schooling; sex.",
    )
    for sentence in (less, more, "Nothing sets it apart"):
        assert sentence in said, "the whole legend stands beside the map"


@pytest.mark.parametrize("language", LANGUAGES)
def test_layers_are_links_that_keep_the_filters(client: Client, release: Release, language: str) -> None:
    body = client.get(at("map/?layer=spots&department=02&q=ba", language)).content.decode()
    for query in (
        "department=02&amp;q=ba",
        "layer=spots&amp;department=02&amp;q=ba",
        "layer=types&amp;department=02&amp;q=ba",
    ):
        assert f'href="{at("map/", language)}?{query}"' in body


def test_the_map_s_settings_have_the_layer_asked_for(client: Client, release: Release) -> None:
    for query, name, number in (
        ("", "classes", 3),
        ("?layer=spots", "spots", 3),
        ("?layer=types", "types", 3),
    ):
        body = client.get(at(f"map/{query}")).content.decode()
        settings = json.loads(body.split('id="map-config" type="application/json">')[1].split("</script>")[0])
        assert settings["layer"]["name"] == name
        assert len(settings["layer"]["items"]) == number


def test_the_map_s_features_carry_spot_and_type_but_nothing_withheld(
    client: Client, release: Release
) -> None:
    features = map_areas(client, at("map/values.json"))
    own = Estimate.objects.filter(release=release, level="municipality").exclude(reliability="withheld")
    counted = Counter(item.get("spot") for item in features if item["status"] == "estimate")
    assert counted == Counter(own.values_list("spot", flat=True))
    [hidden] = [item for item in features if item["status"] == "withheld"]
    assert set(hidden) == {"code", "name", "parent", "status", "type"}


@pytest.mark.parametrize(
    "query", ["?layer=other", "?layer=spots&spot=x", "?layer=types&type=99999", "?type=-1", "?spot=hot"]
)
def test_odd_layers_are_answered(client: Client, release: Release, query: str) -> None:
    assert client.get(at(f"map/{query}")).status_code == 200
    assert client.get(at(f"data/municipalities.csv{query}")).status_code == 200


@pytest.mark.parametrize(
    ("path", "most"), [("map/?layer=spots", 10), ("map/?layer=types", 9), ("scenarios/", 7), ("territories/01001/", 17),
                       ("method/", 4)]
)  # fmt: skip
def test_queries_do_not_grow_with_the_country(
    client: Client,
    release: Release,
    path: str,
    most: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get(at(path))  # boundaries are prepared once
    with django_assert_max_num_queries(most):
        client.get(at(path))


def test_scenarios_that_were_declared_but_not_worked_out_are_not_offered(
    client: Client, release: Release
) -> None:
    ScenarioEffect.objects.filter(release=release).delete()
    assert client.get(at("scenarios/")).status_code == 404
    assert client.get(at("data/scenarios.csv")).status_code == 404
    assert "scenarios" not in client.get(at("data/")).content.decode()
