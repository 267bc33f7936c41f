from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.accounts.models import FocalPoint, Institution, Office, User
from almenara.accounts.policies.institutions import (
    check_can_add,
    check_can_close,
    check_can_close_office,
    check_can_end_focal_point,
    check_can_keep,
    check_can_name,
)
from almenara.accounts.rows import held
from almenara.places.models import Territory
from almenara.witness.actions import record


@transaction.atomic
def save_institution(*, by: User, institution: Institution) -> Institution:
    """A new one, or a known one with other words. Raises PermissionDenied, ValidationError (a name taken, too)."""
    if institution.pk is not None:
        check_can_keep(by, institution)
    check_can_add(by, institution.seat)
    institution.full_clean(exclude=["closed_on"])
    institution.save()
    _say("institution_kept", institution, institution)
    return institution


@transaction.atomic
def save_office(*, by: User, office: Office) -> Office:
    """Raises PermissionDenied, ValidationError (also if the institution has one of this name)."""
    check_can_keep(by, office.institution)
    office.full_clean(exclude=["closed_on"])
    office.save()
    _say("office_kept", office, office.institution)
    return office


@transaction.atomic
def close_institution(*, by: User, institution: Institution, on: dt.date | None = None) -> None:
    """Raises PermissionDenied; ValidationError while people or grants are left, and its offices are closed with it."""
    institution = held(institution)
    check_can_close(by, institution)
    institution.closed_on = on or timezone.now().date()
    institution.save(update_fields=["closed_on"])
    institution.offices.filter(closed_on=None).update(closed_on=institution.closed_on)
    _say("institution_closed", institution, institution)


@transaction.atomic
def close_office(*, by: User, office: Office, on: dt.date | None = None) -> None:
    """Raises PermissionDenied; ValidationError while people or grants are left."""
    office = held(office, "institution")
    check_can_close_office(by, office)
    office.closed_on = on or timezone.now().date()
    office.save(update_fields=["closed_on"])
    _say("office_closed", office, office.institution)


@transaction.atomic
def name_focal_point(
    *, by: User, country: Territory, constituency: str, person: User, since: dt.date
) -> FocalPoint:
    """Who was it before ends on the day before. Raises PermissionDenied, ValidationError."""
    check_can_name(by, country, person)
    former = (
        FocalPoint.objects.select_for_update()
        .filter(country=country, constituency=constituency, until=None)
        .first()
    )
    if former is not None:
        if former.person_id == person.pk:
            raise ValidationError(_("This person is the focal point already."), "same")
        if former.since >= since:
            raise ValidationError(
                _("The one before began on %(day)s: the new one begins later."), "days", {"day": former.since}
            )
        former.until = since - dt.timedelta(days=1)
        former.save(update_fields=["until"])
    point = FocalPoint.objects.create(country=country, constituency=constituency, person=person, since=since)
    _say_point("focal_point_named", point)
    return point


@transaction.atomic
def end_focal_point(*, by: User, point: FocalPoint, until: dt.date | None = None) -> None:
    """Raises PermissionDenied, ValidationError."""
    point = held(point, "country")
    check_can_end_focal_point(by, point)
    point.until = max(until or timezone.now().date(), point.since)
    point.save(update_fields=["until"])
    _say_point("focal_point_ended", point)


def _say(kind: str, row: Institution | Office, institution: Institution) -> None:
    detail: dict[str, Any] = {"name": row.name}
    record(
        kind=kind,
        object_type=row._meta.db_table,
        object_id=row.pk,
        institution=institution.pk,
        country=institution.seat.country if institution.seat else None,
        detail=detail,
    )


def _say_point(kind: str, point: FocalPoint) -> None:
    record(
        kind=kind,
        object_type=FocalPoint._meta.db_table,
        object_id=point.pk,
        country=point.country.country,
        detail={"constituency": point.constituency, "person": point.person_id},
    )
