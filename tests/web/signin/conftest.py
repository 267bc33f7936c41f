from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from almenara.accounts.models import User
from almenara.config.provider import provider
from tests.support.cast import Cast, cast
from tests.support.oidc import CALLBACK, OpenIDProvider, running
from tests.support.sign_in import with_password


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def nobody(people: Cast) -> User:
    """Without a role: one factor is enough."""
    people["nobody"].language = "en"
    return with_password(people["nobody"])


@pytest.fixture
def supervisor(people: Cast) -> User:
    """Of those who need a second factor."""
    people["supervisor"].language = "en"
    return with_password(people["supervisor"])


@pytest.fixture(scope="module")
def openid() -> Iterator[OpenIDProvider]:
    with running(f"http://testserver{CALLBACK}") as made:
        yield made


@pytest.fixture
def at_the_provider(settings: Any, openid: OpenIDProvider) -> None:
    """The site sends whoever signs in to the provider."""
    said = provider(openid.environment())
    settings.SOCIALACCOUNT_PROVIDERS, settings.OIDC_PROVIDER = said.allauth, said.id
