"""What the program warns of reaches every reader in their language: each sentence as it is really made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from string import Formatter
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from mirti.declarations import LANGUAGES
from mirti.index.coherence import warnings_of
from mirti.io.areas import join_codes
from mirti.models.comparison import compare_models
from mirti.models.diagnostics import few_degrees
from mirti.models.prevalence import prevalence_warnings
from mirti.outcome import judge_missing
from mirti.pipeline.inference import mixed_warnings
from mirti.pipeline.judged import _not_validated
from mirti.pipeline.space import NOT_MAPPED, NOT_TYPED
from mirti.report.catalogue import Language, catalogue
from mirti.report.told import PAGE, PARTS, told, warnings_in
from mirti.smallarea.bootstrap import Replicates
from mirti.survey.comparability import Comparability, CovariateComparison, LevelDifference
from mirti.survey.design import build_design
from tests.support.report_releases import mixed_record, prevalence_record
from tests.support.samples import cells_of, sample

OTHERS = [language for language in LANGUAGES if language != "en"]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def whole(text: str) -> str:
    """The sentence with a value of its own in each place."""
    return text.format(**{name: f"‹{name}›" for name in fields(text)})


def test_every_sentence_is_there_in_every_language_with_the_same_values() -> None:
    for key, sentences in catalogue(PAGE).items():
        assert set(sentences) == set(LANGUAGES), key
        assert all(text.strip() for text in sentences.values()), key
        assert len({frozenset(fields(text)) for text in sentences.values()}) == 1, key


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_recognised_as_itself_and_takes_its_values_along(code: str) -> None:
    for key, sentences in catalogue(PAGE).items():
        if key not in PARTS:
            assert told(whole(sentences["en"]), Language(code)).text == whole(sentences[code]), key


def written() -> Iterator[str]:
    """Warnings from the functions that make them."""
    for record in (prevalence_record(), prevalence_record().model_copy(update={"psus_with_event": 99}),
                   prevalence_record().model_copy(update={"events_per_column": 50.0})):  # fmt: skip
        yield from prevalence_warnings(record, "mixed")
    yield from prevalence_warnings(prevalence_record("logistic"), "mixed")
    yield from prevalence_warnings(prevalence_record("firth"), "logistic")
    yield from few_degrees(cast("Any", SimpleNamespace(df=-2, beta=np.zeros(9), psus=8, strata=3)))
    survey = SimpleNamespace(psu_weight=None)
    spec = SimpleNamespace(
        declaration=SimpleNamespace(survey=survey, model=SimpleNamespace(psu_effect=True, scaling="size"))
    )
    yield from mixed_warnings(mixed_record(sigma_v=None), cast("Any", spec))
    survey.psu_weight = "own"
    yield from mixed_warnings(mixed_record(sigma_v=None, informativeness_p_value=0.0001), cast("Any", spec))
    yield from Replicates(*np.zeros((3, 2, 1)), np.array([9, 9])).warnings
    for share, reason in ((0.05, None), (0.2, "the screener")):
        yield judge_missing(share, reason, "survey.csv") or ""
    for what in ("table of areas", "register health", "table schools"):
        yield from join_codes(["a", *(f"z{i}" for i in range(20))], ["a", "b"], what)
    yield from (*NOT_MAPPED.values(), *NOT_TYPED.values())
    levels = (LevelDifference("urban", 0.5, 0.41234, 0.151, 0.02, "warn"),)
    mean = (LevelDifference("mean", 5.0, 4.0, -0.151, 0.02, "accepted"),)
    yield from Comparability(
        (CovariateComparison("zone", levels), CovariateComparison("rooms", mean, "why not"))
    ).warnings
    design = SimpleNamespace(names=("a", "b", "c"), dimension=np.array([0, 0, 0]), dimensions=("d",))
    pearson = np.array([[1, -0.4, 0.99], [-0.4, 1, 0], [0.99, 0, 1]])
    yield from warnings_of(cast("Any", SimpleNamespace(design=design, pearson=pearson)), 2)
    for failure in failures():
        yield from (failure, _not_validated(failure))


def failures() -> Iterator[str]:
    """Reasons for which terms have no estimate: separated in the sample, and without one of its folds."""
    persons = sample(7, strata=3, psus=4)
    cells = cells_of(persons, build_design(persons.stratum, persons.psu))
    boys = cells.codes[:, 0] == 1
    first = boys & (cells.psu == cells.psu[boys & (cells.ny > 0)][0])
    for kept in (~boys, ~boys | first):
        parts = {name: getattr(cells, name) * kept for name in ("ny", "swy", "sw2y")}
        [compared] = compare_models(replace(cells, **parts), [("sex", ("sex",))])
        assert compared.failure
        yield compared.failure


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_program_writes_is_told_in_the_language(code: str) -> None:
    warnings = list(written())
    assert len(warnings) > 25
    for warning, found in zip(warnings, warnings_in(warnings, Language(code)), strict=True):
        assert found.translated, warning
        assert found.text != warning


def test_numbers_are_written_as_the_language_writes_them_and_codes_are_not() -> None:
    warning = "census: 'lag' is missing for 1.08% of the children; they are spread over its levels as the children of their area, age and sex whose value is known."  # noqa: E501
    assert "1,08\u00a0%" in told(warning, Language("es")).text
    assert (
        "12.345 "
        in told(
            "survey: the age of 12,345 sampled persons is unknown; none of them is counted as a child.",
            Language("pt"),
        ).text
    )
    assert told("Invalid polygons were mended: 01001 (1).", Language("fr")).text.endswith(": 01001 (1).")
    many = "Areas without a neighbour on the map take no part in hot spots: 01, 02 and 5 more."
    assert told(many, Language("pt")).text.endswith(": 01, 02 e mais 5.")


def test_english_stays_as_it_was_written_and_so_does_what_is_not_known() -> None:
    assert told("Something new.", Language("en")).text == "Something new."
    found = told("Something new.", Language("es"))
    assert (found.text, found.translated) == ("Something new.", False)
    inside = told("The model could not be cross-validated by PSU: Something new.", Language("es"))
    assert inside.text.endswith("Something new.")
    assert not inside.translated
