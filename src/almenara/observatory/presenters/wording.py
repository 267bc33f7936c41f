"""Sentences that must read the same wherever a number is shown: page, file, PDF."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.places import queries as places
from almenara.places.models import FURTHER, Level, Territory
from almenara.risk.models import Release, in_language
from almenara.risk.queries import Figures

COEFFICIENTS, BOOTSTRAP, CHOICES = "coefficients", "bootstrap", "choices"


def interval_holds(kind: str) -> str:
    """What the intervals of a kind hold, and what they leave out."""
    if kind == COEFFICIENTS:
        return _(
            "The interval (95%) holds the sampling error of the model's coefficients only. It does not yet include the "
            "territory's own departure from the model, so the true uncertainty is larger."
        )
    if kind == BOOTSTRAP:
        return _(
            "The interval (95%) holds four sources of error: the sampling error of the model's coefficients, that of "
            "its variances, that of the adjustment to the survey's rates, and the territory's own departure from the "
            "model."
        )
    if kind == CHOICES:
        return _(
            "The interval (95%) holds the choices of method, drawn again and again. It holds no sampling error and no "
            "error of the registers, so the true uncertainty is larger."
        )
    return _("No interval has been computed for these values.")


def unreliable() -> str:
    return _(
        "This value is unreliable: its coefficient of variation is above the limit set for reliable values."
    )


def withheld() -> str:
    return _("The value of this territory is withheld: its uncertainty is too large to inform a decision.")


def without_value(release: Release) -> str:
    if release.is_index:
        return _("This territory is not in the sources of the index, so it has no value.")
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
        FURTHER: _("Further level"),
    }[level]


def level_of(place: Territory) -> str:
    """What its country calls a territory of this level, else what its class is called."""
    return places.tier_name(place) or level_name(place.level)


def class_method(method: str, *, is_index: bool = False) -> str:
    if is_index:
        return {
            "natural_breaks": _("Classes are cut at natural breaks of the score, for the whole country."),
            "quantiles": _("Classes are cut at quantiles of the score, for the whole country."),
            "equal_width": _(
                "Classes are of equal width between the lowest and the highest score of the country."
            ),
            "fixed": _("Classes are cut at values fixed in advance."),
        }.get(method, "")
    return {
        "natural_breaks": _("Classes are cut at natural breaks of the risk, for the whole country."),
        "quantiles": _("Classes are cut at quantiles of the risk, for the whole country."),
        "equal_width": _(
            "Classes are of equal width between the lowest and the highest risk of the country."
        ),
        "fixed": _("Classes are cut at values fixed in advance."),
    }.get(method, "")


def years(release: Release) -> str:
    """Which years the release's sources are of; empty where none is known."""
    if release.is_index:
        return _indicator_years(release)
    survey, census = release.survey_year, release.census_year
    if survey and census:
        sentence = _("Survey of {survey_year}, census of {census_year}")
    elif survey:
        sentence = _("Survey of {survey_year}")
    else:
        sentence = _("Census of {census_year}") if census else ""
    return sentence.format(survey_year=survey, census_year=census)


def _indicator_years(release: Release) -> str:
    dimensions = release.manifest.get("spec", {}).get("dimensions", [])
    found = {item.get("year") for dimension in dimensions for item in dimension.get("indicators", [])} - {
        None
    }
    if not found:
        return _("Index of indicators")
    if len(found) == 1:
        return _("Indicators of {year}").format(year=min(found))
    return _("Indicators of {first} to {last}").format(first=min(found), last=max(found))


def measure_name(release: Release) -> str:
    """What kind of value a release shows, for lists in which both kinds stand."""
    if release.is_index:
        return _("Index in points: no share of children")
    return _("Rate: share of the children")


def chances(probability: float) -> str:
    """A probability as a number of chances in a hundred, never 0 or 100 of them: draws make nothing certain."""
    hundredths = round(probability * 100)
    if hundredths == 0:
        return _("less than 1 of 100")
    if hundredths == 100:
        return _("more than 99 of 100")
    return _("{count} of 100").format(count=numbers.count(hundredths))


def country_name(release: Release) -> str:
    """The country's name in the reader's language, as the release gives it."""
    return in_language(release.manifest.get("country_name", {})) or release.country.name
