"""What the documents of a release say of the spec it was made by."""

from __future__ import annotations

import tomllib
from types import SimpleNamespace

import numpy as np
import pytest

from mirti.declarations import SpecDeclaration
from mirti.documents import BenchmarkRecord
from mirti.io.territories import Territories
from mirti.pipeline.inference import benchmark_warnings
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


def test_the_manifest_does_not_tell_of_which_departments_the_sample_has_no_working_child() -> None:
    shifts = (
        BenchmarkRecord(code="A", shift=0.2, own=True),
        BenchmarkRecord(code="B", shift=0.1, own=False, reason="no_sample"),
        BenchmarkRecord(code="C", shift=0.1, own=False, reason="zero_or_one"),
    )
    territories = Territories(("A1", "X1"), ("A1", "X1"), np.array([0, -1]), ("A", "B", "C"), ("A", "B", "C"))
    mixed = SimpleNamespace(setting=SimpleNamespace(benchmark="departments"))
    said = benchmark_warnings(shifts, mixed, territories)  # type: ignore[arg-type]
    assert len(said) == 2
    assert said[0].endswith("take the nation's shift in the benchmark: B, C.")
    assert said[1].endswith("X1.")
