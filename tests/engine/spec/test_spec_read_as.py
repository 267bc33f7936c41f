"""A rule that is declared once, read as child labour and as hazardous work."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirti.declarations import RuleOutcome
from mirti.errors import InputError
from mirti.spec import Spec, parse, read_as
from tests.support.specs import spoilt

RULE = ('kind = "column"\ncolumn = "works"', 'kind = "child_labour"\nworks = "works == 1"\nhours = "hours"')


def spec(*changes: tuple[str, str]) -> Spec:
    text = spoilt(*changes)
    return Spec(parse(text, Path("trial.toml")), Path("trial.toml"), text, "0")


def test_the_rule_is_kept_and_the_run_says_what_it_was_read_as() -> None:
    before = spec(RULE)
    after = read_as(before, "hazardous_work")
    rule = after.declaration.outcome
    assert isinstance(rule, RuleOutcome)
    assert rule.kind == "hazardous_work"
    assert rule.model_dump(exclude={"kind"}) == before.declaration.outcome.model_dump(exclude={"kind"})
    assert after.declaration.run.name == "trial-hazardous-work"
    assert after.declaration.run.title.es == "a: trabajo peligroso"
    assert after.declaration.outcome_label.fr == "travaux dangereux"
    assert after.declaration.survey == before.declaration.survey
    assert parse(after.text, after.path) == before.declaration


def test_what_the_spec_declares_already_changes_nothing() -> None:
    before = spec(RULE)
    assert read_as(before, "child_labour") is before


def test_a_ready_column_has_no_rule_to_read() -> None:
    with pytest.raises(
        InputError, match=r"trial.toml, \[outcome\]: the outcome is a ready column.*\n.*by rule"
    ):
        read_as(spec(), "hazardous_work")
