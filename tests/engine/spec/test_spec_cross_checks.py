"""What the keys of a spec must be to each other."""

from __future__ import annotations

import pytest

from tests.support.specs import declared, refusal

SEX = 'survey = { column = "sex", recode = { 1 = "male", 2 = "female" } }'
LAG = 'survey = { derive = "age - 6 - years", cuts = [1, 3], na = [99] }'
HOME = 'household = { summary = "head", of = "sex" } }'
CENSUS_SEX = 'census = { column = "sex", recode = { H = "male", M = "female" } }'
HOURS = 'kind = "child_labour"\nworks = "job == 1"\nhours = "hours"'
READY = 'kind = "column"\ncolumn = "works"'
ACCEPT = '[[accept]]\ncovariate = "lags"\nreason = "long enough a reason"\n\n[[covariates]]\nname = "lag"'


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            (SEX, 'survey = { recode = { 1 = "male" } }'),
            "exactly one of column, derive, household; there is none",
        ),
        (
            (SEX, 'survey = { column = "a", derive = "b" }'),
            "there is column and derive",
        ),
        ((LAG, 'survey = { column = "a", cuts = [1, 3], recode = { 1 = "x" } }'), "recode or cuts, not both"),
        ((LAG, LAG.replace("[1, 3]", "[3, 1]")), "the cuts do not increase: [3.0, 1.0]"),
        ((LAG, LAG.replace("[1, 3]", "[1, 3, 5]")), "the survey has 3 cuts, the census 2"),
        (('name = "lag"', 'name = "lag"\nlevels = ["a", "b"]'), "2 cuts make 3 levels, 2 are declared"),
        (('2 = "female"', '2 = "femal"'), 'value "2" is recoded to "femal", which is no level of sex'),
        (('2 = "female"', '2 = "femal"'), "Did you mean female? The levels are male, female."),
        (('name = "sex"', 'name = "sex"\nreference = "m"'), 'reference "m" is no level of sex'),
        (('["male", "female"]', '["male", "female", "male"]'), "a level of sex stands there twice"),
        (('["male", "female"]', '["male"]'), "sex has one level"),
        (('name = "lag"', 'name = "sex"'), 'covariate "sex" is declared 2 times'),
        (('1 = "male", 2 = "female" }', '1 = "male", 2 = "female" }, na = [1]'), "both in recode and in na"),
        (('name = "lag"', 'name = "lag"\nkind = "numeric"'), "lag is numeric, cuts make levels"),
        (('name = "sex"', 'name = "sex"\nkind = "numeric"'), 'recoded to "male", which is no number'),
        (("age - 6 - years", "age - 6 -"), '"age - 6 -" cannot be read'),
        (("age - 6 - years", "exec(age)"), "exec( ) is not allowed"),
        (('[[covariates]]\nname = "lag"', ACCEPT), 'accept names "lags", which is no covariate'),
        (('[[covariates]]\nname = "lag"', ACCEPT), "Did you mean lag? The covariates are sex, lag."),
        (("[census]", '[model]\nterms = ["sex", "sex:lga"]\n\n[census]'), 'term "sex:lga" names "lga"'),
        (("[census]", '[model]\nterms = ["sex:lag", "lag:sex"]\n\n[census]'), "a term stands there twice"),
        (
            ("[census]", '[classes]\nmethod = "fixed"\nbreaks = [0.2, 0.1]\n\n[census]'),
            "the breaks do not increase",
        ),
        (
            ("[census]", '[classes]\nmethod = "fixed"\nbreaks = [0.2]\n\n[census]'),
            "3 classes need 2 breaks, there are 1",
        ),
        (
            ("[census]", "[classes]\nbreaks = [0.2]\n\n[census]"),
            'breaks do not go with method "natural_breaks"',
        ),
        (
            ("[census]\n", '[census]\nkind = "counts"\n'),
            "a census of counts needs the column with the number",
        ),
        (("[census]\n", '[census]\ncount = "n"\n'), "the census is one of persons"),
        (("ages = [5, 17]", "ages = [17, 5]"), "the ages run backwards: [17, 5]"),
        (
            ("ages = [5, 17]", "ages = [5, 17]\npositive = [1, 0]"),
            "0 counts both as 1 (positive) and as 0 (negative)",
        ),
        (('psu = "psu"', 'psu = "psu"\nssu = "home"'), "survey.ssu needs survey.psu_population"),
        (
            ('psu = "psu"', 'psu = "psu"\nstages = [{ unit = "kin", population = "members" }]'),
            "survey.stages needs survey.psu_population",
        ),
        (
            ('psu = "psu"', 'psu = "psu"\nreplicates = { kind = "Fay", columns = ["w*"] }'),
            "replicate weights of kind Fay need their rho",
        ),
        (
            ('psu = "psu"', 'psu = "psu"\nreplicates = { kind = "BRR", columns = ["w*"], rho = 0.5 }'),
            "rho belongs to kind Fay, and the kind is BRR",
        ),
        (
            ('psu = "psu"', 'replicates = { kind = "JKn", columns = ["w*"] }'),
            "kind JKn need rscales where no PSU is declared",
        ),
        (('strata = "stratum"', "merge_strata = { 1 = 2 }"), "survey.merge_strata needs survey.strata"),
        (
            ('psu = "psu"', 'psu = "psu"\nmerge_strata = { 1 = 2, 2 = 3 }'),
            "which is itself merged into another",
        ),
        (("[census]", '[areas]\nname = "n"\n\n[census]'), "areas.name needs areas.source"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(change: tuple[str, str], told: str) -> None:
    assert told in refusal(change)


def test_the_level_of_missing_values_need_not_be_among_the_levels() -> None:
    sex = declared(('name = "sex"', 'name = "sex"\nmissing = "unknown"\nreference = "unknown"')).covariates[0]
    assert sex.missing not in sex.levels


def test_household_features_need_household_and_head_columns() -> None:
    bare = ('household = ["home"], head = "kin == 1"', 'sex = "sex"')
    told = refusal(bare, (SEX, f"survey = {{ {HOME}"))
    assert "sex is a feature of the household, the survey names none" in told
    assert "sex is a value of the head, the survey does not say who that is" in told
    assert 'Add household = ["…"] to survey.persons' in told


def test_household_features_with_their_columns_are_accepted() -> None:
    assert declared((SEX, f"survey = {{ {HOME}")).covariates[0].survey.household is not None


def test_a_census_of_counts_has_no_households() -> None:
    counts = ("[census]\n", '[census]\nkind = "counts"\ncount = "n"\n')
    told = refusal(counts, (CENSUS_SEX, f"census = {{ {HOME}"))
    assert "the census is one of counts" in told


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("minimum_age = 14", "a minimum age of 14 has no legal source"),
        (
            "economic = [{ ages = [5, 17], hours = 1 }]",
            "the hours of economic are overridden without a legal source",
        ),
        (
            'source = "Act 1"\neconomic = [{ ages = [5, 12], hours = 1 }, { ages = [12, 17], hours = 14 }]',
            "the ages [5, 12] and [12, 17] of economic overlap",
        ),
        ('chores = [{ ages = [5, 14], hours = 20, source = "Act 1" }]', "no column holds them"),
        ('branch = "b"\nhazardous_branches = ["05"]', "hazardous_branches have no legal source"),
        ('hazardous_branches = ["05"]\nsource = "Act 1"', "no column holds the branch"),
        ('branch = "b"', "no hazardous_branches are listed"),
    ],
)
def test_a_rule_that_departs_from_the_standard_names_its_law(keys: str, told: str) -> None:
    assert told in refusal((READY, f"{HOURS}\n{keys}"))


def test_a_rule_with_its_law_is_accepted() -> None:
    declared((READY, f'{HOURS}\nminimum_age = 14\nsource = "Labour Code, art. 245"'))
