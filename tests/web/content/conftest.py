from __future__ import annotations

import pytest
from django.test import Client

from tests.support.acting import signed_in
from tests.support.cast import Cast, cast


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def editor(people: Cast) -> Client:
    return signed_in(people["editor"])
