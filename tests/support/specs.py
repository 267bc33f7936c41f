"""A small spec, and how to spoil it one key at a time."""

from __future__ import annotations

from pathlib import Path

from mirti.declarations import SpecDeclaration
from mirti.errors import InputError
from mirti.spec import parse

LABEL = '{ es = "a", pt = "b", en = "c", fr = "d" }'
SPEC = f"""[run]
name = "trial"
country = "XX"
title = {LABEL}
country_name = {LABEL}

[outcome]
kind = "column"
column = "works"
ages = [5, 17]

[outcome_label]
es = "a"
pt = "b"
en = "c"
fr = "d"

[survey]
year = 2020
weight = "weight"
strata = "stratum"
psu = "psu"
source = {{ file = "survey.csv" }}
persons = {{ age = "age", household = ["home"], head = "kin == 1" }}
area = {{ column = "area" }}

[census]
year = 2018
source = {{ file = "census.csv" }}
persons = {{ age = "age", household = ["home"], head = "kin == 1" }}
area = {{ column = "area" }}

[[covariates]]
name = "sex"
levels = ["male", "female"]
survey = {{ column = "sex", recode = {{ 1 = "male", 2 = "female" }} }}
census = {{ column = "sex", recode = {{ H = "male", M = "female" }} }}

[[covariates]]
name = "lag"
survey = {{ derive = "age - 6 - years", cuts = [1, 3], na = [99] }}
census = {{ column = "lag", cuts = [1, 3] }}
"""


def spoilt(*changes: tuple[str, str]) -> str:
    """The spec's text with each (old, new) replaced once."""
    text = SPEC
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def declared(*changes: tuple[str, str]) -> SpecDeclaration:
    return parse(spoilt(*changes), Path("trial.toml"))


def refusal(*changes: tuple[str, str]) -> str:
    """What the person reads when the spec is spoilt so."""
    try:
        declared(*changes)
    except InputError as error:
        return str(error)
    raise AssertionError("the spec was accepted")
