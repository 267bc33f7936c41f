"""Whoever waits for a run is told how far it is, inside its long stages too."""

from __future__ import annotations

from pathlib import Path

from mirti import pipeline
from mirti.pipeline.estimation import STAGES
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
