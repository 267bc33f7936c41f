from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from almenara.accounts.models import User

pytestmark = pytest.mark.django_db

WORDS = "long enough for anyone"


def test_a_person_signs_in_by_address_whatever_its_capitals() -> None:
    person = User.objects.create_user("Ana@Example.org", WORDS)
    assert person.email == "ana@example.org"
    assert authenticate(username="ANA@example.ORG", password=WORDS) == person
    assert authenticate(username="ana@example.org", password="something else") is None


def test_an_address_is_one_person_s() -> None:
    User.objects.create_user("ana@example.org", WORDS)
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="ANA@example.org").save()
