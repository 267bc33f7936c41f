"""Sentences that must read the same wherever a number is shown: page, file, PDF."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.places.models import Level
from almenara.risk.models import Release, in_language
from almenara.risk.queries import Figures

COEFFICIENTS, BOOTSTRAP = "coefficients", "bootstrap"


def interval_holds(kind: str) -> str:
    """What the intervals of a kind hold, and what they leave out."""
    if kind == COEFFICIENTS:
        return _(
            "The interval (95%) holds the sampling error of the model's coefficients only. It does not yet include the "
            "territory's own departure from the model, so the true uncertainty is larger."
        )
    if kind == BOOTSTRAP:
        return _(
            "The interval (95%) holds the sampling error of the model's coefficients, variances and adjustment to the "
            "survey, and the territory's own departure from the model."
        )
    return _("No interval has been computed for these values.")


def unreliable() -> str:
    return _(
        "This value is unreliable: its coefficient of variation is above the limit set for reliable values."
    )


def withheld() -> str:
    return _("The value of this territory is withheld: its uncertainty is too large to inform a decision.")


def without_value() -> str:
    return _(
        "This territory is not in the census that the model uses, most often because it was created later, "
        "so it has no value."
    )


def children_basis(estimate: Figures) -> str:
    """Where the number of children comes from and the year it refers to."""
    year = estimate.children_year
    if estimate.children_source == "projection":
        return _("Population projection for {year}").format(year=year)
    return _("Population census of {year}").format(year=year)


def ages(release: Release) -> str:
    return _("children aged {first} to {last}").format(first=release.age_from, last=release.age_to)


def territories(count: int) -> str:
    return ngettext("{count} territory", "{count} territories", count).format(count=numbers.count(count))


def children(count: float) -> str:
    rounded = round(count)
    return ngettext("{count} child", "{count} children", rounded).format(count=numbers.count(rounded))


def working_children(count: float) -> str:
    rounded = round(count)
    return ngettext("{count} working child expected", "{count} working children expected", rounded).format(
        count=numbers.count(rounded)
    )


def level_name(level: str) -> str:
    return {
        Level.COUNTRY.value: _("Country"),
        Level.DEPARTMENT.value: _("Department"),
        Level.MUNICIPALITY.value: _("Municipality"),
    }[level]


def class_method(method: str) -> str:
    return {
        "natural_breaks": _("Classes are cut at natural breaks of the risk, for the whole country."),
        "quantiles": _("Classes are cut at quantiles of the risk, for the whole country."),
        "equal_width": _(
            "Classes are of equal width between the lowest and the highest risk of the country."
        ),
        "fixed": _("Classes are cut at values fixed in advance."),
    }.get(method, "")


def method_in_three_sentences(release: Release) -> tuple[str, str, str]:
    return (
        _(
            "A logistic model fitted to the survey of {survey_year}, with its sampling design and weights, relates the "
            "outcome to characteristics of children and their households."
        ).format(survey_year=release.survey_year),
        _(
            "Its coefficients are applied to every child of the census of {census_year}, so that territories without a "
            "sample have a value too."
        ).format(census_year=release.census_year),
        _(
            "The risk of a territory is the average probability of its children; it ranks places for prevention and "
            "says nothing about any particular child."
        ),
    )


def country_name(release: Release) -> str:
    """The country's name in the reader's language, as the release gives it."""
    return in_language(release.manifest.get("country_name", {})) or release.country.name
