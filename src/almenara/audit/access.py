"""The auditors' pages: for whoever may read the log."""

from __future__ import annotations

from almenara.accounts.access import Access, costly, permitted
from almenara.accounts.permissions import LOG_READ

ROUTES: dict[str, Access] = costly(
    {
        "audit:entries": permitted(LOG_READ),
        "audit:seals": permitted(LOG_READ),
        "audit:export": permitted(LOG_READ, step_up=True),
        "audit:download": permitted(LOG_READ),
    },
    "audit:entries",
    "audit:export",
    "audit:download",
)
