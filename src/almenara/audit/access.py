"""The auditors' pages, for whoever may read the log; legal holds, for whoever may hold a record back."""

from __future__ import annotations

from almenara.accounts.access import Access, costly, permitted
from almenara.accounts.permissions import HOLDS_PLACE, LOG_READ

ROUTES: dict[str, Access] = costly(
    {
        "audit:entries": permitted(LOG_READ),
        "audit:seals": permitted(LOG_READ),
        "audit:export": permitted(LOG_READ, step_up=True),
        "audit:download": permitted(LOG_READ),
        "audit:holds": permitted(HOLDS_PLACE),
        "audit:hold-place": permitted(HOLDS_PLACE, step_up=True),
        "audit:hold-lift": permitted(HOLDS_PLACE, step_up=True),
    },
    "audit:entries",
    "audit:export",
    "audit:download",
)
