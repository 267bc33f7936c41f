"""What an address asks the log for, the same for the page and for the export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from almenara.accounts import reach
from almenara.accounts.models import User
from almenara.accounts.permissions import LOG_READ
from almenara.audit import queries
from almenara.audit.forms import AskForm
from almenara.audit.presenters.kinds import KINDS
from almenara.audit.presenters.objects import TABLES
from almenara.places.countries import named
from almenara.places.models import Territory
from almenara.places.queries import alphabetical, in_alphabet


def ask_form(request: HttpRequest, auditor: User, sight: queries.Sight) -> AskForm:
    institutions = reach.institutions(auditor, LOG_READ).order_by(alphabetical(), "pk")
    return AskForm(
        request.GET,
        kinds=_in_order((name, kind.label) for name, kind in KINDS.items()),
        tables=_in_order((name, called.label) for name, called in TABLES.items()),
        countries=[
            (each.code, each.name) for each in named(Territory.objects.filter(code__in=sight.countries))
        ],
        institutions=[(str(key), name) for key, name in institutions.values_list("pk", "name")],
    )


def _in_order(choices: Iterable[tuple[str, str | Promise]]) -> list[tuple[str, str | Promise]]:
    return sorted(choices, key=lambda choice: in_alphabet(str(choice[1])))


def filters_of(asked: dict[str, Any]) -> queries.Filters:
    return queries.Filters(**{name: value for name, value in asked.items() if name != "who"})


def asked_filters(request: HttpRequest, auditor: User) -> queries.Filters | None:
    """None if something that is asked for is not right."""
    form = ask_form(request, auditor, queries.sight(auditor))
    return filters_of(form.cleaned_data) if form.is_valid() else None
