"""Whom the database acts for: set inside a transaction, gone with it. Without an identity no protected row is seen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

PERSON, SERVICE, SYSTEM, REASON, ORIGIN = (
    f"almenara.{name}" for name in ("person", "service", "system", "reason", "origin")
)


@dataclass(frozen=True)
class Identity:
    """person: key of the user, None for nobody. service: key of a service account's key, for an institution's system.

    system: name of a job that acts for nobody in particular (reminders, retention); a policy opens what it needs to it.
    reason: why, in the user's words or the command's. origin: id of the request or job, the same on all its traces.
    """

    person: int | None = None
    service: int | None = None
    system: str = ""
    reason: str = ""
    origin: str = ""


NOBODY = Identity()


def identify(identity: Identity) -> None:
    """Tell the database whom the rest of this transaction acts for. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("An identity is set inside a transaction: it must not outlive it.")
    values = {
        PERSON: "" if identity.person is None else str(identity.person),
        SERVICE: "" if identity.service is None else str(identity.service),
        SYSTEM: identity.system,
        REASON: identity.reason.replace("\0", ""),
        ORIGIN: identity.origin,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(values)),
            [text for pair in values.items() for text in pair],
        )


def identified() -> Identity:
    """Whom the database acts for now, as it says itself."""
    names = (PERSON, SERVICE, SYSTEM, REASON, ORIGIN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(["current_setting(%s, true)"] * len(names)), names)
        person, service, *texts = cursor.fetchone()
    system, reason, origin = (text or "" for text in texts)
    return Identity(
        int(person) if person else None, int(service) if service else None, system, reason, origin
    )


@contextmanager
def acting_as(identity: Identity) -> Iterator[None]:
    """A transaction in which the database acts for somebody; inside another, the former identity comes back."""
    with transaction.atomic():
        before = identified()
        identify(identity)
        yield
        identify(before)


def new_origin() -> str:
    return uuid.uuid4().hex
