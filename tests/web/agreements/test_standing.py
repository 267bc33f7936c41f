"""Where agreements stand on a day: the rule for one and the rule for the database agree on every day that matters."""

from __future__ import annotations

import datetime as dt
import re
from itertools import product
from pathlib import Path

import pytest

from almenara.agreements.models import Agreement, Status
from almenara.agreements.standing import (
    EXPIRING_DAYS,
    NEED_A_REASON,
    TRANSITIONS,
    Standing,
    of_standing,
    standing,
)
from tests.support.agreements import TODAY, World, agreement
from tests.support.database import owner_rights

DAY = dt.timedelta(days=1)
ENDS = (None, TODAY - DAY, TODAY, TODAY + EXPIRING_DAYS * DAY, TODAY + (EXPIRING_DAYS + 1) * DAY)
BEGINS = (TODAY - 400 * DAY, TODAY, TODAY + DAY)


@pytest.mark.django_db
def test_every_agreement_stands_in_exactly_one_place_and_both_rules_say_which(laid: World) -> None:
    for status, since, until in product(Status, BEGINS, ENDS):
        if until is None or until >= since:
            agreement(laid.people, "police", "ministry", status=status, since=since, until=until)
    with owner_rights():
        everyone = {made.pk: standing(made, TODAY) for made in Agreement.objects.all()}
        for wanted in Standing:
            found = set(Agreement.objects.filter(of_standing(wanted, TODAY)).values_list("pk", flat=True))
            assert found == {key for key, stands in everyone.items() if stands == wanted}, wanted
            assert found, wanted
    assert len(everyone) == 60


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (TODAY - DAY, Standing.EXPIRED),
        (TODAY, Standing.EXPIRING),
        (TODAY + 90 * DAY, Standing.EXPIRING),
        (TODAY + 91 * DAY, Standing.IN_FORCE),
        (None, Standing.IN_FORCE),
    ],
)
def test_the_last_day_is_in_force_and_ninety_days_before_it_expires(
    until: dt.date | None, expected: Standing
) -> None:
    made = Agreement(status=Status.IN_FORCE, since=dt.date(2020, 1, 1), until=until)
    assert standing(made, TODAY) == expected


def test_every_status_can_be_left_but_the_last_and_none_comes_back_from_it() -> None:
    assert {status for status, following in TRANSITIONS.items() if not following} == {Status.ENDED}
    reached = {Status.DRAFT}
    for _round in Status:
        reached |= {latter for former in reached for latter in TRANSITIONS[former]}
    assert reached == set(Status)
    assert {former for former, latter in NEED_A_REASON if latter == Status.ENDED} == set(Status)


def test_the_documentation_shows_the_transitions_that_there_are() -> None:
    names = {
        "draft": Status.DRAFT,
        "sent for signature": Status.SENT,
        "in force": Status.IN_FORCE,
        "suspended": Status.SUSPENDED,
        "ended": Status.ENDED,
    }
    page = Path("docs/explanation/agreements.md").read_text(encoding="utf-8")
    [states] = re.findall(r"## States\n(.*?)\n\n[^|]", page, re.DOTALL)
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in states.strip().splitlines()[2:]
    ]
    assert {(names[former], names[latter]) for former, latter, _ in lines} == {
        (former, latter) for former, following in TRANSITIONS.items() for latter in following
    }
    said = {(names[former], names[latter]) for former, latter, needs in lines if needs == "a reason"}
    assert said == {pair for pair in NEED_A_REASON if pair[1] in TRANSITIONS[pair[0]]}
