"""Who can see what: of a person, and of a record."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from almenara.accounts import records
from almenara.accounts.presenters.grants import Line, line, powers
from almenara.accounts.queries.seers import emergencies_of, grants_reaching
from almenara.accounts.views.people import shown_to
from almenara.accounts.views.shared import reader
from almenara.places.queries import in_alphabet


@dataclass(frozen=True)
class Seen:
    """What a permission lets do with the record, and by which grants somebody may."""

    name: str | Promise
    lines: list[Line]


@require_safe
def of_person(request: HttpRequest, key: int) -> HttpResponse:
    person = shown_to(reader(request), key)
    return render(request, "accounts/powers.html", {"person": person, "powers": powers(person)})


@require_safe
def of_record(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    subject = records.subject(kind, reader(request), key)
    if subject is None:
        raise Http404
    seen = []
    for permission, name in subject.permissions.items():
        found = {
            grant.pk: grant
            for place in subject.places
            for grant in grants_reaching(permission, office=place.office, institution=place.institution)
        }
        ordered = sorted(found.values(), key=lambda grant: (in_alphabet(grant.person.name), grant.pk))
        seen.append(Seen(name, [line(grant) for grant in ordered]))
    context = {"subject": subject, "seen": seen, "emergencies": emergencies_of(subject.table, subject.key)}
    return render(request, "accounts/who_sees.html", context)
