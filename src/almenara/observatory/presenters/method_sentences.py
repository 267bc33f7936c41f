"""How a release was made, in three sentences: on the method page, on every sheet and in the PDF."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.risk.models import Release


def method_in_three_sentences(release: Release) -> tuple[str, str, str]:
    return (
        _of_an_index(release) if release.is_index else (_fitted(release), _projected(release), _read(release))
    )


def _fitted(release: Release) -> str:
    mixed, year = bool(release.diagnostics.get("mixed")), release.survey_year
    if mixed and year:
        sentence = _(
            "A logistic model with an effect of each territory, fitted to the survey of {survey_year} with its "
            "sampling design and weights, relates the outcome to characteristics of children and their households."
        )
    elif mixed:
        sentence = _(
            "A logistic model with an effect of each territory, fitted to a survey with its sampling design and "
            "weights, relates the outcome to characteristics of children and their households."
        )
    elif year:
        sentence = _(
            "A logistic model fitted to the survey of {survey_year}, with its sampling design and weights, relates the "
            "outcome to characteristics of children and their households."
        )
    else:
        sentence = _(
            "A logistic model fitted to a survey, with its sampling design and weights, relates the outcome to "
            "characteristics of children and their households."
        )
    return sentence.format(survey_year=year)


def _projected(release: Release) -> str:
    if release.census_year is None:
        return _(
            "Its coefficients are applied to every child of the census, so that territories without a sample have a "
            "value too."
        )
    return _(
        "Its coefficients are applied to every child of the census of {census_year}, so that territories without a "
        "sample have a value too."
    ).format(census_year=release.census_year)


def _read(release: Release) -> str:
    return _(
        "The risk of a territory is the average probability of its children; it ranks places for prevention and "
        "says nothing about any particular child."
    )


def _of_an_index(release: Release) -> tuple[str, str, str]:
    record = release.diagnostics.get("index") or {}
    indicators, dimensions = record.get("indicators", 0), record.get("dimensions", 0)
    return (
        _(
            "The index brings together {indicators} in {dimensions}; none of them measures child labour itself."
        ).format(
            indicators=ngettext("{count} indicator", "{count} indicators", indicators).format(
                count=numbers.count(indicators)
            ),
            dimensions=ngettext("{count} dimension", "{count} dimensions", dimensions).format(
                count=numbers.count(dimensions)
            ),
        ),
        _(
            "Every indicator is turned so that more is worse, brought to one scale, weighted and put together into a "
            "score of 1 to 100 points."
        ),
        _(
            "The score orders territories for prevention; it is no share of children, and it says nothing about any "
            "particular child."
        ),
    )


def benchmark(release: Release) -> str:
    """How the rates were made to agree with the survey's own; empty where they were not."""
    records = release.diagnostics.get("benchmark") or []
    to = (release.manifest.get("spec", {}).get("benchmark") or {}).get("to", "country")
    if not records or to == "none":
        return ""
    if to == "country":
        return _(
            "The rates are adjusted by one shift on the scale of log odds, the same for the whole country, so that the "
            "national rate is the one that the survey gives."
        )
    borrowed = sum(not record["own"] for record in records)
    sentence = _(
        "The rates are adjusted by a shift on the scale of log odds, one for each department, so that the rate of a "
        "department is the one that the survey gives."
    )
    if not borrowed:
        return sentence
    without = ngettext(
        "{count} department has no rate of its own in the survey that could be used, and takes the country's shift.",
        "{count} departments have no rate of their own in the survey that could be used, and take the country's shift.",
        borrowed,
    )
    return f"{sentence} {without.format(count=numbers.count(borrowed))}"


def replicates(release: Release) -> str:
    """How many worlds or draws stand behind the intervals; empty where there are none."""
    count = release.manifest.get("replicates", 0)
    if not count:
        return ""
    if release.is_index:
        sentence = ngettext(
            "The index was made again by {count} draw of the choices of method.",
            "The index was made again by {count} draws of the choices of method.",
            count,
        )
    else:
        sentence = ngettext(
            "Everything was estimated again in {count} simulated world.",
            "Everything was estimated again in {count} simulated worlds.",
            count,
        )
    return sentence.format(count=numbers.count(count))
