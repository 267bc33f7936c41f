from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from almenara.accounts.models import User
from tests.support.cast import Cast, cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def signed_in(client: Client, person: User) -> Client:
    """With the second factor that the role asks for."""
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(person, BACKEND)
    return client


@pytest.fixture
def auditor(client: Client, people: Cast) -> Client:
    return signed_in(client, people["auditor"])
