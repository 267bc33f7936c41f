"""Whatever a run finds, what it writes of it can be read again."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from mirti.documents import FigureRecord, MixedRecord, TermRecord
from mirti.report.modelled import _spread


def test_an_interval_without_an_upper_end_is_written_and_read():
    record = MixedRecord(
        sigma_u=0.3,
        sigma_u_interval=(0.0, math.inf),
        sigma_v=None,
        sigma_v_interval=None,
        boundary=True,
        penalised=True,
        areas=12,
        psus=24,
        nodes=(7, 7),
    )
    assert record.sigma_u_interval == (0.0, None)
    assert MixedRecord.model_validate_json(record.model_dump_json()) == record
    assert _spread(record.sigma_u, record.sigma_u_interval).ratio[2] == math.inf


def test_a_test_that_cannot_be_made_is_written_and_read():
    """More columns than PSUs: the statistic does not exist."""
    record = TermRecord(factor="age", statistic=math.nan, df=9, residual_df=-2, p_value=math.nan)
    assert (record.statistic, record.p_value) == (None, None)
    assert TermRecord.model_validate_json(record.model_dump_json()) == record


def test_a_figure_is_a_number_or_nothing():
    assert FigureRecord(value=0.5, low=math.nan, high=None) == FigureRecord(value=0.5, low=None, high=None)
    with pytest.raises(ValidationError, match="value"):
        FigureRecord.model_validate_json('{"value": "half", "low": null, "high": null}')
