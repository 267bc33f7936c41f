"""Why somebody opens a sensitive record: asked once, kept for that record for a quarter of an hour, in the session."""

from __future__ import annotations

import time

from django.http import HttpRequest

LASTS = 15 * 60
KEPT = "almenara_purposes"


def state(request: HttpRequest, table: str, key: str | int, purpose: str) -> None:
    now = time.time()
    kept = {name: entry for name, entry in request.session.get(KEPT, {}).items() if now - entry["at"] < LASTS}
    request.session[KEPT] = {**kept, _name(table, key): {"purpose": purpose, "at": now}}


def stated(request: HttpRequest, table: str, key: str | int) -> str:
    """The purpose that holds for the record now; empty if it must be asked."""
    entry = request.session.get(KEPT, {}).get(_name(table, key))
    if entry is None or time.time() - entry["at"] >= LASTS:
        return ""
    return str(entry["purpose"])


def _name(table: str, key: str | int) -> str:
    return f"{table}:{key}"
