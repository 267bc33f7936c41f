"""The rule that says when a survey cannot carry a model: its figures, its borders, its words."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter

import numpy as np
import pytest

from mirti.documents import PrevalenceRecord
from mirti.models.prevalence import effective_events, judge_prevalence, prevalence_warnings
from mirti.report.catalogue import Language, catalogue
from mirti.report.prevalence import PAGE, prevalence_sentences
from mirti.survey.design import build_design
from mirti.tables import SurveyCells

LANGUAGES = ("es", "pt", "en", "fr")


def cells(events: int, psus: int, areas: int, weights: Sequence[float] = (1.0,)) -> SurveyCells:
    """Two cells in each of 50 PSUs, one child without the outcome each; `events` children lie in `psus` and `areas`."""
    places = 50
    design = build_design(None, [f"{i:02d}" for i in range(places)])
    rows = np.arange(2 * places)
    ny = np.zeros(2 * places, dtype=np.int64)
    w = np.ones(2 * places)
    swy, sw2y = np.zeros(2 * places), np.zeros(2 * places)
    for event in range(events):
        at, weight = event % psus, weights[event % len(weights)]
        ny[at], swy[at], sw2y[at] = ny[at] + 1, swy[at] + weight, sw2y[at] + weight**2
    return SurveyCells(
        covariates=(),
        sample=design.sample,
        area_codes=tuple(f"{i:02d}" for i in range(places)),
        psu=(rows % places).astype(np.int32),
        ssu=None,
        area=(rows % places % areas).astype(np.int32),
        codes=np.zeros((2 * places, 0), dtype=np.int16),
        n=ny + 1,
        ny=ny,
        sw=w + swy,
        swy=swy,
        sw2=w + sw2y,
        sw2y=sw2y,
    )


def test_events_of_equal_weight_are_worth_themselves_and_unequal_ones_fewer() -> None:
    assert effective_events(swy=6.0 * 7, sw2y=36.0 * 7) == pytest.approx(7)
    weights = np.array([1.0, 1, 1, 20])
    assert effective_events(weights.sum(), (weights**2).sum()) == pytest.approx(529 / 403)
    assert effective_events(0.0, 0.0) == 0


def test_the_figures_are_those_of_the_sample() -> None:
    record = judge_prevalence(cells(events=90, psus=40, areas=25, weights=(1.0, 3.0)), columns=4)
    assert (record.events, record.psus_with_event, record.areas_with_event) == (90, 40, 25)
    assert record.effective_events == pytest.approx((45 * 1 + 45 * 3) ** 2 / (45 * 1 + 45 * 9))
    assert record.events_per_column == pytest.approx(record.effective_events / 4)


@pytest.mark.parametrize(
    ("events", "columns", "psus", "areas", "advice"),
    [
        (100, 10, 30, 20, "mixed"),
        (99, 10, 30, 20, "index"),  # 9.9 a column
        (100, 10, 29, 20, "index"),  # 29 PSUs
        (100, 10, 30, 19, "firth"),
        (199, 10, 30, 19, "firth"),
        (200, 10, 30, 19, "logistic"),
        (500, 10, 30, 20, "mixed"),
        (40, 0, 40, 10, "logistic"),  # a rate alone has no column
    ],
)
def test_the_borders_of_the_rule(events: int, columns: int, psus: int, areas: int, advice: str) -> None:
    record = judge_prevalence(cells(events, psus, areas), columns)
    assert record.advice == advice
    warned = prevalence_warnings(record, "logistic")
    assert ("cannot carry" in " ".join(warned)) == (advice == "index")


def test_unequal_weights_alone_can_make_the_events_too_few() -> None:
    equal, unequal = cells(110, 40, 25), cells(110, 40, 25, weights=(1.0, 5.0))
    assert judge_prevalence(equal, 10).advice == "mixed"
    assert judge_prevalence(unequal, 10).advice == "index"


def record(advice: str, per_column: float = 15.0, psus: int = 40) -> PrevalenceRecord:
    return PrevalenceRecord.model_validate(
        {
            "events": 1234,
            "effective_events": 1000.4,
            "columns": 67,
            "events_per_column": per_column,
            "psus_with_event": psus,
            "areas_with_event": 12,
            "advice": advice,
        }
    )


@pytest.mark.parametrize(
    ("advice", "estimator", "said"),
    [
        ("index", "firth", "The survey cannot carry this model"),
        ("firth", "mixed", 'estimator = "firth" claims less'),
        ("logistic", "mixed", 'estimator = "logistic" claims less'),
        ("firth", "logistic", 'estimator = "firth" takes the bias away'),
        ("firth", "firth", None),
        ("mixed", "logistic", None),
        ("mixed", "firth", None),
        ("mixed", "mixed", None),
    ],
)
def test_an_estimator_that_asks_too_much_is_warned_of(advice: str, estimator: str, said: str | None) -> None:
    warned = prevalence_warnings(record(advice), estimator)
    assert len(warned) == (said is not None)
    assert said is None or said in warned[0]


def test_what_is_too_little_is_told_with_what_is_needed() -> None:
    [both] = prevalence_warnings(record("index", per_column=3.2, psus=7), "mixed")
    assert "1000 effective events for 67 columns, 3.2 a column where 10 are needed" in both
    assert "an event in 7 PSUs where 30 are needed" in both
    [psus] = prevalence_warnings(record("index", psus=7), "mixed")
    assert "a column where" not in psus


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("advice", ["index", "mixed", "firth", "logistic"])
def test_the_report_says_it_in_every_language(language: str, advice: str) -> None:
    said = Language(language, PAGE)
    few = advice == "index"
    sentences = prevalence_sentences(record(advice, 3.2 if few else 15.0, 7 if few else 40), said)
    assert len(sentences) == (4 if few else 2)
    assert said.count(1234) in sentences[0]
    assert said.number(3.2 if few else 15.0, 1) in sentences[0]
    assert not [sentence for sentence in sentences if "{" in sentence]


def test_every_sentence_is_there_in_every_language_with_the_same_values() -> None:
    for key, sentences in catalogue(PAGE).items():
        assert set(sentences) == set(LANGUAGES), key
        values = {
            frozenset(name for _, name, _, _ in Formatter().parse(t) if name) for t in sentences.values()
        }
        assert len(values) == 1, key
