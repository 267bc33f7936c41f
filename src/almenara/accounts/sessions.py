"""When a session ends: twelve hours after the sign-in, or when nothing was asked of it for a while."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.accounts.models import User
from almenara.accounts.second_factor import needs_second_factor
from almenara.common.identity import Identity, identify
from almenara.witness.actions import record

HOUR = 3600
LONGEST = 12 * HOUR
IDLE = 8 * HOUR
IDLE_NEAR_CASES = HOUR // 2  # of who can see a case or administer
NOTED_EVERY = 60  # seconds: an hour's work writes sixty times, not once a request
SINCE, SEEN = "almenara_since", "almenara_seen"


class Ended(StrEnum):
    LONGEST = "longest"
    IDLE = "idle"
    ELSEWHERE = "elsewhere"  # by the person, from another session
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Clock:
    """since, seen: seconds of the sign-in and of the last request that was noted."""

    since: float
    seen: float

    @classmethod
    def of(cls, session: SessionBase, now: float) -> Clock:
        """A session without marks begins now."""
        return cls(float(session.get(SINCE, now)), float(session.get(SEEN, now)))

    def over(self, now: float, idle: int) -> Ended | None:
        if now - self.since >= LONGEST:
            return Ended.LONGEST
        return Ended.IDLE if now - self.seen >= idle else None


def begin(session: SessionBase) -> None:
    session[SINCE] = session[SEEN] = time.time()


def end_if_over(request: HttpRequest, person: User) -> bool:
    """Sign the person out if the session is over; inside the request's transaction, which acts for the person."""
    now = time.time()
    clock = Clock.of(request.session, now)
    over = clock.over(now, IDLE_NEAR_CASES)
    if over == Ended.IDLE and not needs_second_factor(person):
        over = clock.over(now, IDLE)
    if over is None:
        _note(request, now)
        return False
    record(kind="session_ended", object_type="accounts_user", object_id=person.pk, detail={"why": over})
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session_over = True  # type: ignore[attr-defined]
    logout(request, show_message=False)
    messages.info(request, _("Your session has ended. Sign in again."))
    identify(Identity(origin=request.origin))  # type: ignore[attr-defined]
    return True


def _note(request: HttpRequest, now: float) -> None:
    request.session.setdefault(SINCE, now)
    if now - request.session.get(SEEN, 0) < NOTED_EVERY:
        return
    request.session[SEEN] = now
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


def end_sessions_of(person: User, *, why: Ended, but: str | None = None) -> int:
    """End the person's sessions, all but that with the key `but`. How many there were."""
    sessions = list(UserSession.objects.filter(user=person).exclude(session_key=but or ""))
    for session in sessions:
        session.end()
    if sessions:
        record(
            kind="session_ended",
            object_type="accounts_user",
            object_id=person.pk,
            detail={"why": why, "count": len(sessions)},
        )
    return len(sessions)


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    def end_sessions(self, sessions: Any) -> None:
        """From the list that a person sees of their own."""
        ended = list(sessions)
        super().end_sessions(ended)
        for person in {session.user for session in ended}:
            record(
                kind="session_ended",
                object_type="accounts_user",
                object_id=person.pk,
                detail={"why": Ended.ELSEWHERE, "count": len(ended)},
            )
