from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from almenara.accounts.models import User
from tests.support.agreements import World
from tests.support.cast import cast

SignIn = Callable[[User], Client]


@pytest.fixture
def laid() -> World:
    """The cast, without any agreement yet."""
    return World(cast())


@pytest.fixture
def sign_in() -> SignIn:
    """A client that is signed in as a person who has set up their second factor."""

    def signed_in(person: User) -> Client:
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
        client = Client()
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
