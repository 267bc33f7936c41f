"""Where an agreement stands on a day: what people decided (its status) and what the calendar makes of it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from almenara.agreements.models import Agreement, Status

EXPIRING_DAYS = 90
# Which status may follow which: the trigger of migration 0002 repeats it.
TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.DRAFT: (Status.SENT, Status.ENDED),
    Status.SENT: (Status.IN_FORCE, Status.DRAFT, Status.ENDED),
    Status.IN_FORCE: (Status.SUSPENDED, Status.ENDED),
    Status.SUSPENDED: (Status.IN_FORCE, Status.ENDED),
    Status.ENDED: (),
}
NEED_A_REASON = frozenset(
    {(Status.SENT, Status.DRAFT), (Status.IN_FORCE, Status.SUSPENDED)}
    | {(former, Status.ENDED) for former in TRANSITIONS}
)


class Standing(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    UPCOMING = "upcoming"  # signed, and its first day is still to come
    IN_FORCE = "in_force"
    EXPIRING = "expiring"  # in force for at most EXPIRING_DAYS more
    EXPIRED = "expired"  # signed, and its last day is past
    SUSPENDED = "suspended"
    ENDED = "ended"


STANDING_NAMES: dict[Standing, Promise] = {
    Standing.DRAFT: _("Draft"),
    Standing.SENT: _("Sent for signature"),
    Standing.UPCOMING: _("Signed, not begun"),
    Standing.IN_FORCE: _("In force"),
    Standing.EXPIRING: _("Expiring"),
    Standing.EXPIRED: _("Expired"),
    Standing.SUSPENDED: _("Suspended"),
    Standing.ENDED: _("Ended"),
}


def standing(agreement: Agreement, day: dt.date) -> Standing:
    if agreement.status != Status.IN_FORCE:
        lapsed = agreement.status == Status.SUSPENDED and _is_past(agreement, day)
        return Standing.EXPIRED if lapsed else Standing(agreement.status)
    if _is_past(agreement, day):
        return Standing.EXPIRED
    if agreement.since > day:
        return Standing.UPCOMING
    left = days_left(agreement, day)
    return Standing.EXPIRING if left is not None and left <= EXPIRING_DAYS else Standing.IN_FORCE


def days_left(agreement: Agreement, day: dt.date) -> int | None:
    """Days after this one until the last day; None where no end was agreed."""
    return None if agreement.until is None else (agreement.until - day).days


def of_standing(wanted: Standing, day: dt.date) -> Q:
    """The agreements that stand so on the day: the same rule as standing(), for the database."""
    last = day + dt.timedelta(days=EXPIRING_DAYS)
    begun = Q(status=Status.IN_FORCE, since__lte=day)
    match wanted:
        case Standing.EXPIRED:
            return Q(status__in=(Status.IN_FORCE, Status.SUSPENDED), until__lt=day)
        case Standing.UPCOMING:
            return Q(status=Status.IN_FORCE, since__gt=day)
        case Standing.EXPIRING:
            return begun & Q(until__gte=day, until__lte=last)
        case Standing.IN_FORCE:
            return begun & (Q(until=None) | Q(until__gt=last))
        case Standing.SUSPENDED:
            return Q(status=Status.SUSPENDED) & (Q(until=None) | Q(until__gte=day))
    return Q(status=Status(wanted.value))


def _is_past(agreement: Agreement, day: dt.date) -> bool:
    return agreement.until is not None and agreement.until < day
