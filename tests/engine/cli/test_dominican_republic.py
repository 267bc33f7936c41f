"""The example of the Dominican Republic, run whole on the real files where they are: 2021's survey on 2010's census."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mirti.pipeline import run, verify
from mirti.spec import load

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "dominican-republic" / "model.toml"
DATA = ROOT.parent / "shared" / "data" / "dominican-republic"
SINCE_2010 = {"0905", "1703", "2510"}
FILES = pytest.mark.skipif(
    not DATA.is_dir(), reason="shared/data is not beside this checkout: the real run is skipped"
)
pytestmark = pytest.mark.xdist_group("dominican-republic")  # its run is worth doing once
R_NAMES = {"(Intercept)": "(Intercept)", "sex=female": "sexfemale", "zone=rural": "zonerural"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's run in a quarter of its worlds: what is held here does not hang on their number."""
    fewer = "[uncertainty]\nreplicates = 50\n\n[boundaries]"
    spec = changed(tmp_path_factory.mktemp("run"), "[boundaries]", fewer)
    return run(spec, spec.parent / "release")


def changed(folder: Path, old: str, new: str) -> Path:
    """A copy of the example's spec with a change."""
    text = EXAMPLE.read_text().replace("../../../shared/data", str(DATA.parent)).replace(old, new)
    spec = folder / "model.toml"
    spec.write_text(text)
    return spec


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((ROOT / "tests/reference/dominican_republic.json").read_text())
    return kept


def table(release: Path, name: str) -> pd.DataFrame:
    return pq.read_table(release / f"{name}.parquet").to_pandas()


def in_r(term: str) -> str:
    return R_NAMES.get(term) or term.replace("schooling_lag=", "lag").replace("age=", "age")


def test_the_spec_is_valid_without_the_data() -> None:
    declaration = load(EXAMPLE).declaration
    assert [covariate.name for covariate in declaration.covariates] == ["sex", "age", "zone", "schooling_lag"]
    assert len(declaration.areas.parent_names) == 32


@FILES
def test_the_release_is_sound(release: Path) -> None:
    verify(release)


@pytest.fixture(scope="module")
def without_effects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run by the design-based regression alone, from a copy of the example's spec."""
    spec = changed(tmp_path_factory.mktemp("logistic"), 'estimator = "mixed"', 'estimator = "logistic"')
    assert load(spec).declaration.model.estimator == "logistic"
    return run(spec, spec.parent / "release")


@FILES
def test_coefficients_and_standard_errors_are_rs(without_effects: Path, reference: dict[str, Any]) -> None:
    fit, ours = reference["fit"], table(without_effects, "coefficients")
    assert [in_r(term) for term in ours["term"]] == fit["names"]
    np.testing.assert_allclose(ours["estimate"], fit["beta"], rtol=1e-6)
    np.testing.assert_allclose(ours["se"], np.sqrt(np.diag(fit["cov"])), rtol=1e-6)
    np.testing.assert_allclose(ours["p_value"], fit["p_values"], rtol=1e-5)
    assert set(ours["df"]) == {fit["df"]}


@FILES
def test_the_mixed_model_says_that_its_areas_variance_is_at_the_boundary(release: Path) -> None:
    found = verify(release)
    mixed, manifest = found.diagnostics.mixed, found.manifest
    assert mixed is not None
    assert mixed.boundary
    assert mixed.penalised
    assert mixed.sigma_u_interval[0] == 0
    assert mixed.sigma_u > 0.1  # the map is not falsely sharp
    assert any("penalty" in warning for warning in manifest.warnings)
    areas = table(release, "areas")
    unsampled = areas[areas["sample_n"] == 0]
    assert (np.log(unsampled["ci_high"] / unsampled["ci_low"]) > 2 * mixed.sigma_u).all()


@FILES
def test_drivers_scenarios_and_chances_of_classes_are_in_the_release(release: Path) -> None:
    areas, drivers, scenarios = (table(release, name) for name in ("areas", "drivers", "scenarios"))
    chances = areas.filter(regex=r"^p_\d+$")
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert {"area_effect", "benchmark", "remainder", "age"} <= set(drivers["factor"])
    assert set(scenarios["scenario"]) == {"less_lag", "on_time"}
    national = scenarios[scenarios["code"] == "DOM"].set_index("scenario")
    assert (national["ci_low"] <= national["difference"]).all()
    assert (national["difference"] < 0).all()


@FILES
def test_the_countrys_direct_rate_is_rs(release: Path, reference: dict[str, Any]) -> None:
    country = table(release, "domains").set_index("code").loc["DOM"]
    assert country["direct"] == pytest.approx(reference["rate"]["estimate"], rel=1e-6)
    assert country["direct_se"] == pytest.approx(reference["rate"]["se"], rel=1e-6)


@FILES
def test_every_municipality_of_the_census_is_there_sampled_or_not(release: Path) -> None:
    areas = table(release, "areas")
    assert len(areas) == 155
    assert (areas["sample_n"] == 0).sum() == 13
    assert areas["risk"].between(0, 1).all()
    assert areas["children"].sum() == 1_567_644  # aged 10 to 17, those of unknown schooling included
    assert not SINCE_2010 & set(areas["code"])


@FILES
def test_the_country_is_the_sum_of_its_parts(release: Path) -> None:
    areas, domains = table(release, "areas"), table(release, "domains").set_index("code")
    assert domains.loc["DOM", "risk"] == pytest.approx(
        np.average(areas["risk"], weights=areas["children"]), rel=1e-9
    )
    by_province = areas.groupby("parent")["children"].sum()
    pd.testing.assert_series_equal(by_province, domains["children"].drop("DOM"), check_names=False)


@FILES
def test_provinces_are_those_of_the_surveys_own_labels(release: Path) -> None:
    dictionary = pd.read_csv(DATA / "survey_dictionary.csv").set_index("var")["vallabels"]
    labels = dict(pair.split("=") for pair in dictionary["dam_ee"].split("; "))
    named = table(release, "domains").set_index("code")["name"].drop("DOM")
    renamed = {"03": "BAHORUCO", "19": "SALCEDO"}  # older spelling; the province's name until 2007
    for code, name in named.items():
        assert plain(renamed.get(str(code), name)) == plain(labels[str(int(str(code)))])


def plain(name: str) -> str:
    return name.upper().translate(str.maketrans("ÁÉÍÓÚ", "AEIOU"))


@FILES
def test_all_polygons_are_drawn_and_the_three_since_2010_say_why_they_are_empty(release: Path) -> None:
    drawn = [
        feature["properties"] for feature in json.loads((release / "areas.geojson").read_text())["features"]
    ]
    assert len(drawn) == 158
    assert {shown["code"] for shown in drawn if shown["status"] == "no_census"} == SINCE_2010
    warnings = json.loads((release / "manifest.json").read_text())["warnings"]
    assert any(all(code in warning for code in SINCE_2010) for warning in warnings)


@FILES
def test_the_accepted_differences_are_printed_with_their_reason(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text())
    reason = "census of 2010, survey of 2021"
    assert manifest["accepted"] == [
        {"covariate": "zone", "reason": reason},
        {"covariate": "schooling_lag", "reason": reason},
    ]
    assert reason in (release / "report.html").read_text()
