"""What a demonstration shows of the signed-in part, made up by each app."""

from __future__ import annotations

from django.conf import settings

from almenara.accounts import simulated as people
from almenara.accounts.models import User
from almenara.agreements import simulated as agreements
from almenara.common.errors import Fault, RefusedError
from almenara.config.database.base import as_owner


def simulate(country: str) -> int:
    """How many people were made up. Raises RefusedError where it is not a demonstration."""
    if not settings.DEMO:
        raise RefusedError(
            Fault(
                "Made-up people have no place on a site that is used.",
                "almenara simulate",
                "Set ALMENARA_DEMO=1.",
            )
        )
    with as_owner():
        _check_nobody_real()
        made = people.lay(country)
        agreements.lay(country)
        return len(made.people)


def _check_nobody_real() -> None:
    """Made-up administrators would count beside the real ones, and whoever clicks would see what is theirs."""
    real = User.objects.filter(simulated=False).count()
    if real:
        raise RefusedError(
            Fault(
                f"The database holds {real} people who were not made up.",
                "almenara simulate",
                "Let ALMENARA_DATA name another folder for the demonstration.",
            )
        )
