"""What a scenario of the spec may say, and the line on which it says something it may not."""

from __future__ import annotations

import re
import tomllib

import pytest

from mirti.declarations import ScenarioDeclaration
from tests.support.repository import ROOT
from tests.support.specs import LABEL, SPEC, declared, refusal

SCENARIO = f"""
[[scenarios]]
name = "school"
label = {LABEL}
covariate = "sex"
levels = ["male"]
share = 0.98
direction = "up"

[[covariates]]
name = "lag\""""
LAG = '\n[[covariates]]\nname = "lag"'


def scenario(*changes: tuple[str, str]) -> tuple[str, str]:
    """A change of the spec that adds a scenario, its text spoilt so."""
    text = SCENARIO
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return (LAG, text)


def test_a_scenario_that_is_whole_is_accepted() -> None:
    found = declared(scenario()).scenarios[0]
    assert (found.covariate, found.levels, found.share) == ("sex", ("male",), 0.98)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('covariate = "sex"', 'covariate = "sx"'), 'scenario "school" changes "sx", which is no covariate'),
        (
            ('covariate = "sex"', 'covariate = "sx"'),
            "Did you mean sex? The covariates are sex, lag.",
        ),
        (('levels = ["male"]', 'levels = ["mal"]'), 'names "mal", which is no level of sex'),
        (
            ('levels = ["male"]', 'levels = ["mal"]'),
            "Did you mean male? The levels are male, female.",
        ),
        (('levels = ["male"]', 'levels = ["male", "female"]'), "names every level of sex"),
        (('levels = ["male"]', "levels = []"), "scenarios[1].levels"),
        (("share = 0.98", "share = 1.2"), "scenarios[1].share is 1.2: should be less than or equal to 1"),
        (("share = 0.98", "share = -0.1"), "should be greater than or equal to 0"),
        (("share = 0.98", "share = 98"), "scenarios[1].share is 98"),
        (("share = 0.98", "share = 0.98\nmultiply = 0.8"), "give one of share, multiply and difference"),
        (("share = 0.98\n", ""), "give one of share, multiply and difference"),
        (('direction = "up"\n', ""), "share needs direction"),
        (('direction = "up"', 'direction = "up"\nto = ["female"]'), "the share of its levels rises"),
        (('direction = "up"', 'direction = "down"\nto = ["male"]'), "has male both in levels and in to"),
        (('direction = "up"', 'direction = "down"\nto = ["femal"]'), 'names "femal", which is no level'),
        (
            ('share = 0.98\ndirection = "up"', 'multiply = 1.5\nto = ["female"]'),
            "the share of its levels rises",
        ),
        (('share = 0.98\ndirection = "up"', "difference = 1.5"), "should be less than or equal to 1"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(change: tuple[str, str], told: str) -> None:
    assert told in refusal(scenario(change))


def test_the_fault_is_on_the_line_of_its_key() -> None:
    spoilt = scenario(('levels = ["male"]', 'levels = ["mal"]'))
    line = SPEC.replace(*spoilt).split("\n").index('levels = ["mal"]') + 1
    assert f"line {line}:" in refusal(spoilt)


def test_two_scenarios_of_one_name_are_refused() -> None:
    twice = SCENARIO.replace(LAG, "") + SCENARIO
    assert 'scenario "school" is declared twice' in refusal((LAG, twice))


def test_a_covariate_that_no_term_holds_cannot_change_a_rate() -> None:
    terms = ("[census]\n", '[model]\nterms = ["lag"]\n\n[census]\n')
    assert "changes sex, which no term of the model holds" in refusal(scenario(), terms)
    of_areas = (
        '[model]\nterms = ["lag"]\narea_covariates = [{ name = "boys", census = "sex=male" }]\n\n[census]\n'
    )
    assert declared(scenario(), ("[census]\n", of_areas)).scenarios


def test_levels_that_are_the_surveys_own_values_are_left_to_the_run() -> None:
    raw = (
        'survey = { column = "sex", recode = { 1 = "male", 2 = "female" } }\n'
        'census = { column = "sex", recode = { H = "male", M = "female" } }'
    )
    assert declared(
        ('levels = ["male", "female"]\n', ""),
        (raw, 'survey = { column = "sex" }\ncensus = { column = "sex" }'),
        scenario(('levels = ["male"]', 'levels = ["whatever"]')),
    ).scenarios


def test_the_scenarios_that_the_page_shows_are_valid() -> None:
    page = (ROOT / "docs/how-to/ask-what-if.md").read_text(encoding="utf-8")
    shown = [tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)]
    scenarios = [each for text in shown for each in text.get("scenarios", ())]
    assert len(scenarios) == 2
    for scenario in scenarios:
        ScenarioDeclaration.model_validate(scenario)
