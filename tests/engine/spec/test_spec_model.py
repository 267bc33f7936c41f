"""What a model's candidates and covariates of areas may be called and may name, told before any file is read."""

from __future__ import annotations

import pytest

from tests.support.specs import SPEC, declared, refusal

OWN = 'name = "boys"\ncensus = "sex=male"'


def of_areas(*tables: str) -> tuple[str, str]:
    """A change of the spec that declares covariates of areas."""
    return (
        "[census]\n",
        "".join(f"[[model.area_covariates]]\n{table}\n\n" for table in tables) + "[census]\n",
    )


def candidates(*tables: str) -> tuple[str, str]:
    return ("[census]\n", "".join(f"[[model.candidates]]\n{table}\n\n" for table in tables) + "[census]\n")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            of_areas('name = "sex"\ncensus = "sex=male"'),
            'covariate of areas "sex" has the name of a covariate',
        ),
        (of_areas(OWN, OWN), 'covariate of areas "boys" is declared 2 times'),
        (
            of_areas('name = "boys"\ncensus = "sexo=male"'),
            '"sexo=male" names "sexo", which is no covariate\n  → Did you mean sex? The covariates are sex, lag.',
        ),
        (
            of_areas('name = "boys"\ncensus = "sex=mal"'),
            '"sex=mal" names "mal", which is no level of sex\n  → Did you mean male? The levels are male, female.',
        ),
        (of_areas('name = "boys"\ncensus = "sex"'), '"sex" names no level\n  → Write "covariate=level".'),
        (
            of_areas('name = "benchmark"\ncensus = "sex=male"'),
            '"benchmark" is what a row of the drivers is called',
        ),
        (('name = "lag"', 'name = "remainder"'), '"remainder" is what a row of the drivers is called'),
        (
            candidates('name = "other"\nterms = ["sexo"]'),
            'term "sexo" names "sexo", which is no covariate\n  → Did you mean sex? The covariates are sex, lag.',
        ),
        (candidates('name = "other"\nterms = ["sex:sex"]'), 'term "sex:sex" names a covariate twice'),
        (candidates('name = "other"\nterms = ["sex:lag", "lag:sex"]'), "a term stands there twice"),
        (candidates('name = "other"\nterms = []'), 'candidate "other" has no terms'),
        (
            candidates('name = "other"\nterms = ["sex"]', 'name = "other"\nterms = ["lag"]'),
            'candidate "other" is declared 2 times',
        ),
    ],
)
def test_a_model_that_cannot_be_is_refused(change: tuple[str, str], told: str) -> None:
    assert told in refusal(change)


def test_the_fault_is_on_the_line_of_its_key() -> None:
    change = candidates('name = "a"\nterms = ["sex"]', 'name = "b"\nterms = ["sexo"]')
    line = SPEC.replace(*change).split("\n").index('terms = ["sexo"]') + 1
    assert f"trial.toml, line {line}:" in refusal(change)


def test_what_is_whole_is_accepted() -> None:
    both = (
        of_areas(OWN, 'name = "late"\ncensus = "lag=whatever the survey codes"'),
        candidates('name = "other"\nterms = ["sex", "sex:lag"]'),
    )
    model = declared(*both).model
    assert [each.name for each in model.area_covariates] == ["boys", "late"]
    assert model.candidates[0].terms == ("sex", "sex:lag")


def test_departments_cannot_be_a_benchmark_where_no_area_has_one() -> None:
    wanted = ("[census]\n", '[benchmark]\nto = "departments"\n\n[census]\n')
    said = refusal(wanted)
    assert "benchmark.to is departments, and the spec names none" in said
    assert "Add parent_from_code or parent to [areas]" in said
    assert (
        declared(wanted, ("[run]\n", "[areas]\nparent_from_code = 2\n\n[run]\n")).benchmark.to
        == "departments"
    )
