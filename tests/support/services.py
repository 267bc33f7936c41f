"""A system's account with a key, as an administrator gives it."""

from __future__ import annotations

from almenara.accounts.actions import services
from almenara.accounts.models import ServiceKey
from tests.support.acting import acting
from tests.support.cast import Cast

SCOPE = "agreements.view"


def issued_key(people: Cast, institution: str = "police", *, days: int = 30) -> tuple[ServiceKey, str]:
    """The key of the institution's register, and its secret. institution: its name in the cast."""
    by = people["administrator"]
    with acting(by):
        account = services.add_service(
            by=by, institution=people.institutions[institution], name="Register", purpose="Sends counts"
        )
        return services.issue_key(by=by, account=account, scopes=[SCOPE], days=days)
