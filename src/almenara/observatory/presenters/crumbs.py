"""The way to a page of a country: the country, and the department where a list is narrowed to one."""

from __future__ import annotations

from django.urls import reverse

from almenara.design.pieces import Link
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.ranking import Departments, Filters
from almenara.risk.models import Release


def crumbs(release: Release, filters: Filters, departments: Departments) -> list[Link]:
    kept = "" if release.is_current else f"?release={release.release_id}"
    country = release.country.code
    found = [Link(wording.country_name(release), reverse("observatory:country", args=[country]) + kept)]
    name = dict(departments).get(filters.department)
    if name:
        found.append(Link(name, reverse("observatory:territory", args=[country, filters.department]) + kept))
    return found
