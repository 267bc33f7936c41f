"""Acting as somebody of the cast: in their name in the database, or signed in at the site with a second factor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from almenara.accounts.models import User
from almenara.common.identity import Identity, acting_as

BACKEND = "django.contrib.auth.backends.ModelBackend"


@contextmanager
def acting(person: User | None) -> Iterator[None]:
    with acting_as(Identity(person=person.pk if person else None)):
        yield


def signed_in(person: User, client: Client | None = None, *, just_now: bool = True) -> Client:
    """A browser in which the person has passed every step. just_now: fresh enough for what asks for it again."""
    client = client or Client()
    Authenticator.objects.get_or_create(
        user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "for tests"}}
    )
    client.force_login(person, BACKEND)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() if just_now else 0}
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(person)
    session.save()
    UserSession.objects.update_or_create(
        session_key=session.session_key, defaults={"user": person, "ip": "127.0.0.1", "user_agent": "tests"}
    )
    return client
