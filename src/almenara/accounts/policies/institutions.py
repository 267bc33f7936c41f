"""Who keeps institutions, offices and focal points."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from almenara.accounts import permissions, reach
from almenara.accounts.models import FocalPoint, Grant, Institution, Office, User
from almenara.accounts.policies import answering
from almenara.places.models import Level, Territory

MANAGE = permissions.INSTITUTIONS_MANAGE


def check_can_add(by: User, seat: Territory | None) -> None:
    """seat: of the institution that would be added; without one it is regional, which is for the operator."""
    if seat is None or not reach.territories(by, MANAGE).filter(pk=seat.pk).exists():
        raise ValidationError(
            _("Your grant does not reach that territory: choose one within it."), "territory"
        )


def check_can_keep(by: User, institution: Institution) -> None:
    if not reach.institutions(by, MANAGE).filter(pk=institution.pk).exists():
        raise PermissionDenied("institution")


def check_can_close(by: User, institution: Institution) -> None:
    check_can_keep(by, institution)
    _check_open_and_empty(institution)


def check_can_close_office(by: User, office: Office) -> None:
    check_can_keep(by, office.institution)
    _check_open_and_empty(office)


def _check_open_and_empty(closing: Institution | Office) -> None:
    if closing.closed_on is not None:
        raise ValidationError(_("It is closed already."), "closed")
    of = {"office": closing} if isinstance(closing, Office) else {"institution": closing}
    people = User.objects.filter(left_at=None, **of).count()
    if people:
        raise ValidationError(
            _("%(count)s people still work there: move them or note that they leave first."),
            "people",
            {"count": people},
        )
    grants = Grant.objects.in_force().filter(**of).count()
    if grants:
        raise ValidationError(
            _("%(count)s grants still stand there: end them first."), "grants", {"count": grants}
        )


def check_can_name(by: User, country: Territory, person: User) -> None:
    """A focal point: of a country that `by` looks after, a person who may sign in."""
    check_can_keep_focal_points(by, country)
    if not person.is_active:
        raise ValidationError(
            _("%(name)s cannot sign in: choose somebody who can."), "person", {"name": person.name}
        )


def check_can_keep_focal_points(by: User, country: Territory) -> None:
    if country.level != Level.COUNTRY or not reach.territories(by, MANAGE).filter(pk=country.pk).exists():
        raise PermissionDenied("country")


def check_can_end_focal_point(by: User, point: FocalPoint) -> None:
    check_can_keep_focal_points(by, point.country)
    if point.until is not None:
        raise ValidationError(_("This person is no focal point any more."), "ended")


can_add = answering(check_can_add)
can_keep = answering(check_can_keep)
can_close = answering(check_can_close)
can_close_office = answering(check_can_close_office)
can_name = answering(check_can_name)
can_keep_focal_points = answering(check_can_keep_focal_points)
can_end_focal_point = answering(check_can_end_focal_point)
