"""Where a sheet comes from, what it must not be used for, and what the release does not have: in whole sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from almenara.observatory.presenters import wording
from almenara.observatory.presenters.words import words
from almenara.risk.facts import FactSheet
from almenara.risk.models import Release


@dataclass(frozen=True)
class Provenance:
    """address: of this sheet in this release, for good; without the site's name where the operator gave none.

    digest: SHA-256 of the release's manifest, which holds those of all its files.
    """

    title: str
    release: str
    digest: str
    address: str
    sources: str


def provenance(facts: FactSheet) -> Provenance:
    release, place = facts.release, facts.figures.place
    path = reverse("observatory:territory", args=[place.country, place.code])
    return Provenance(
        title=release.title,
        release=release.release_id,
        digest=release.content_hash,
        address=f"{settings.SITE_ORIGIN}{path}?release={release.release_id}",
        sources=wording.years(release),
    )


def limits(release: Release) -> tuple[str, ...]:
    """What the value says nothing of, ending in what introduces the rest: what it is not for."""
    said = words(release)
    not_for = _("It must not be used for any of these:")
    return f"{said.describes} {not_for}", *said.uses


def absent(
    facts: FactSheet, *, has_map: bool, has_split: bool, split_is_protected: bool, hidden: bool
) -> tuple[str, ...]:
    """A sentence for each part of a sheet that this one lacks, and why. hidden: the value is withheld."""
    own, year = facts.figures, facts.figures.children_year
    found = [
        "" if has_map else _("No map is shown: this release has no boundaries."),
        "" if hidden else _of_the_value(facts),
        "" if facts.profile else _("No register has been joined to this release."),
    ]
    if split_is_protected:
        found.append(
            _(
                "Children are not shown by sex and age: a group of fewer than six people would show, here or in a "
                "neighbouring territory."
            )
        )
    elif not has_split:
        found.append(
            _("Children are not shown by sex and age: the population of {year} is not known so.").format(
                year=year
            )
        )
    if not hidden and own.reliability is None and not own.is_index:
        found.append(_("The release has no letters of reliability: its intervals do not hold all errors."))
    return tuple(filter(None, found))


def _of_the_value(facts: FactSheet) -> str:
    own = facts.figures
    missing = [
        "" if facts.drivers else _("This release does not say what lies behind the value of this territory."),
        _("The release has no interval for this value.") if own.ci_low is None else "",
        _("How sure class and rank are is not known: nothing was drawn again and again for this release.")
        if own.risk_class is not None and not own.class_probabilities
        else "",
    ]
    return " ".join(filter(None, missing))
