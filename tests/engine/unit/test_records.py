"""What the documents of a release say of the spec it was made by."""

from __future__ import annotations

import tomllib

import pytest

from mirti.declarations import SpecDeclaration
from mirti.pipeline.records import unused
from tests.support.specs import SPEC

SHARE = {"name": "boys", "census": "sex=male"}


def declared(**parts: object) -> SpecDeclaration:
    return SpecDeclaration.model_validate(tomllib.loads(SPEC) | parts)


@pytest.mark.parametrize("estimator", ["logistic", "firth"])
def test_what_an_estimator_makes_no_use_of_is_said(estimator: str) -> None:
    model = {"estimator": estimator, "area_covariates": [SHARE]}
    said = unused(declared(model=model, benchmark={"to": "departments"}, uncertainty={"replicates": 100}))
    assert f'estimator = "{estimator}" makes no use of area_covariates, [benchmark], [uncertainty]' in said[0]


def test_nothing_is_said_of_what_was_not_declared_or_is_used() -> None:
    assert unused(declared(model={"estimator": "logistic"})) == ()
    assert unused(declared(model={"estimator": "logistic"}, benchmark={"to": "none"})) == ()
    mixed = {"estimator": "mixed", "area_covariates": [SHARE]}
    assert unused(declared(model=mixed, benchmark={"to": "departments"}, uncertainty={})) == ()
