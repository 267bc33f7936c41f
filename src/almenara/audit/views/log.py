"""The log and its seals, for auditors. Whoever looks into the log leaves an entry in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from almenara.accounts.models import User
from almenara.accounts.presenters.filters import chips
from almenara.audit import queries
from almenara.audit.presenters import entries as presented
from almenara.audit.presenters.kinds import KINDS
from almenara.audit.presenters.seals import seals as present_seals
from almenara.audit.views.asking import ask_form, filters_of
from almenara.design.addresses import from_the_start
from almenara.witness.actions import record

LOG = "witness_entry"
OLDEST_FIRST = "at"  # as an address asks for the order
# Ready-made questions; their labels stand in the template.
SHORT_CUTS = ("refusal", "signin_failed", "glass_broken", "export", "search")


def entries(request: HttpRequest) -> HttpResponse:
    """A page of the entries in the auditor's reach that the filters leave, the latest first or the oldest."""
    auditor = cast(User, request.user)
    sight = queries.sight(auditor)
    form = ask_form(request, auditor, sight)
    short_cuts = [(kind, KINDS[kind].label) for kind in SHORT_CUTS]
    context: dict[str, Any] = {"form": form, "chips": chips(form), "short_cuts": short_cuts}
    if form.is_valid():
        context |= _found(request, auditor, sight, form.cleaned_data)
    return render(request, "audit/entries.html", context)


@dataclass(frozen=True)
class Turned:
    """before, after: the places at which the neighbouring pages are asked for."""

    before: queries.Place | None
    after: queries.Place | None


def _found(
    request: HttpRequest, auditor: User, sight: queries.Sight, asked: dict[str, Any]
) -> dict[str, Any]:
    who = asked.pop("who")
    people = queries.people_named(auditor, who) if who else []
    if who:  # whatever person was asked for before
        if len(people) != 1:
            return {
                "people": [(person, _address(request, person=str(person.pk), who="")) for person in people],
                "who": who,
            }
        asked["person"] = people[0].pk
    filters = filters_of(asked)
    sides = [queries.place_of(request.GET.get(name, "")) for name in ("before", "after")]
    oldest_first = request.GET.get("sort") == OLDEST_FIRST
    # The address says what comes after in the list, which is before in time unless the oldest come first.
    before, after = sides if oldest_first else sides[::-1]
    found = queries.page(sight, filters, before=before, after=after, oldest_first=oldest_first)
    _say(sight, filters, before or after)
    return {
        "rows": presented.rows(found.entries),
        "export": f"{reverse('audit:export')}?{urlencode(filters.texts())}",
        "page": Turned(found.older, found.newer) if oldest_first else Turned(found.newer, found.older),
        "oldest_first": oldest_first,
        "other_way": from_the_start(request.GET, sort=None if oldest_first else OLDEST_FIRST),
    }


def _say(sight: queries.Sight, filters: queries.Filters, place: queries.Place | None) -> None:
    """The auditor's own look, in the log of the country whose log it is."""
    detail: dict[str, Any] = {"filters": filters.named()}
    if place:
        detail["beside"] = place.at
    one = sight.countries[0] if len(sight.countries) == 1 else None
    record(kind="search", object_type=LOG, country=one, detail=detail)


def _address(request: HttpRequest, **changed: str) -> str:
    """This page with something else asked for; where it stood in the log is forgotten."""
    query = request.GET.copy()
    for name in ("before", "after", *changed):
        query.pop(name, None)
    for name, value in changed.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def seals(request: HttpRequest) -> HttpResponse:
    """Up to where the log is sealed and shipped, and what its last verification said."""
    return render(request, "audit/seals.html", {"seals": present_seals(queries.seals())})
