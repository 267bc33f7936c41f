"""What the views of this app share: who asks, whose object it is, and what a refusal looks like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from almenara.accounts.models import Kind, User
from almenara.agreements.forms.filters import AgreementFilter
from almenara.agreements.models import Agreement
from almenara.agreements.policies import NotNowError
from almenara.agreements.queries import scope
from almenara.agreements.queries.agreements import Filters, institutions_of, key_of, whole
from almenara.witness.actions import record

M = TypeVar("M", bound=Model)


def asking(request: HttpRequest) -> User:
    """The person who asks: the doorkeeper lets nobody else through."""
    if not isinstance(request.user, User):
        raise TypeError("A route of this app was declared for strangers.")
    return request.user


def today() -> dt.date:
    return timezone.now().date()


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: an empty POST is one too."""
    return request.POST if request.method == "POST" else None


def own(found: M | None, request: HttpRequest, model: type[Model], key: object) -> M:
    """What was found within the person's reach. What lies beyond does not exist for them; that they asked is logged."""
    if found is None:
        record(
            kind="refusal",
            object_type=model._meta.db_table,
            object_id=str(key),
            detail={"path": request.path, "method": request.method},
        )
        request.refusal_noted = True  # type: ignore[attr-defined]  # with its object: the doorkeeper knows no more
        raise Http404
    return found


def kept(request: HttpRequest, key: int) -> Agreement:
    """An agreement that the person may keep, with what its pages show."""
    return own(whole(scope.managed(asking(request)), key), request, Agreement, key)


def one(rows: QuerySet[M], request: HttpRequest, **named: object) -> M:
    return own(rows.filter(**named).first(), request, rows.model, next(iter(named.values())))


def around(query: Mapping[str, str]) -> dict[str, Any]:
    """Which page of a list the address asks for, and in which order."""
    sides = {name: key_of(query.get(name, "")) for name in ("after", "before")}
    return {**sides, "sort": query.get("sort", "")}


def filter_form(
    person: User, filters: Filters, standings: Iterable[tuple[str, str | Promise]]
) -> AgreementFilter:
    institutions = [(str(found.pk), found.name) for found in institutions_of(person)]
    return AgreementFilter(filters.query, status=standings, kind=Kind.choices, institution=institutions)


def done(request: HttpRequest, agreement: Agreement, said: str) -> HttpResponse:
    messages.success(request, said)
    return to_agreement(agreement)


def to_agreement(agreement: Agreement) -> HttpResponse:
    return HttpResponseRedirect(reverse("agreements:detail", args=[agreement.pk]))


def unless_refused(request: HttpRequest, agreement: Agreement, act: Callable[[], object]) -> bool:
    """Whether the act was done. If the agreement's state does not allow it, the person is told why."""
    try:
        act()
    except NotNowError as refusal:
        tell(request, refusal)
        return False
    return True


def tell(request: HttpRequest, refusal: NotNowError) -> None:
    for fault in refusal.faults:
        messages.error(request, f"{fault.what} {fault.remedy}")
