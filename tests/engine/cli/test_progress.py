"""A long run: whoever waits is told how far it is, and software replaced meanwhile does not break its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirti import pipeline
from mirti.pipeline.estimation import STAGES
from mirti.report import page
from mirti.report.catalogue import catalogue
from tests.support.odd import estimator
from tests.support.small_country import wide_country


def test_departments_left_out_are_counted_one_by_one(tmp_path: Path) -> None:
    country, seen = wide_country(), []
    estimator("logistic")(country)
    country.survey = [row for row in country.survey if not row["area"].startswith("02")]
    pipeline.run(country.write(tmp_path / "in"), tmp_path / "out", lambda *told: seen.append(told))
    place = STAGES.index("findings")
    assert [told for told in seen if told[0] == "findings"] == [
        ("findings", place, len(STAGES)),
        *(("findings", done, 3) for done in (1, 2, 3)),
        ("findings", place + 1, len(STAGES)),
    ]


def test_a_run_ends_with_the_templates_and_sentences_that_it_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kept in (page.environment, page.style, catalogue):
        kept.cache_clear()
    country = wide_country()
    estimator("logistic")(country)

    def replaced(stage: str, done: int, total: int) -> None:
        if stage == "survey":
            monkeypatch.setattr(page.environment().loader, "get_source", pytest.fail)
            monkeypatch.setattr("mirti.report.page.files", pytest.fail)
            monkeypatch.setattr("mirti.report.catalogue.files", pytest.fail)

    out = pipeline.run(country.write(tmp_path / "in"), tmp_path / "out", replaced)
    assert (out / "report.html").is_file()
