"""What a leaver answers for is handed over before they go; who sees an agreement or a system is told to who sees it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from almenara.accounts.models import User
from almenara.agreements.models import Agreement, Status, System
from tests.support.acting import acting, signed_in
from tests.support.agreements import World, agreement, world
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


@pytest.fixture
def answered(laid: World) -> dict[str, Agreement | System]:
    """The supervisor answers for one side of two agreements, one of them ended, and for two systems, one closed."""
    people = laid.people
    leaver = people["supervisor"]
    made: dict[str, Agreement | System] = {
        "given": agreement(people, "ministry", "police", name="Given", provider_person=leaver),
        "received": agreement(people, "police", "ministry", name="Received", status=Status.IN_FORCE,
                              receiver_person=leaver, provider_person=people["officer"]),
        "ended": agreement(people, "ministry", "town", name="Ended", status=Status.ENDED, provider_person=leaver),
    }  # fmt: skip
    with owner_rights():
        for name, closed in (("open", None), ("closed", "2026-01-01")):
            made[name] = System.objects.create(
                owner=people.institutions["ministry"],
                name=f"System {name}",
                responsible=leaver,
                closed_on=closed,
            )
    return made


def page(client_of: User, name: str, *arguments: object) -> str:
    answer = signed_in(client_of).get(reverse(name, args=arguments))
    assert answer.status_code == 200, name
    return answer.content.decode()


def test_a_leaver_s_agreements_and_systems_are_listed_and_handed_over(
    laid: World, answered: dict[str, Agreement | System]
) -> None:
    by, leaver, successor = (laid.people[name] for name in ("administrator", "supervisor", "colleague"))
    leave = page(by, "accounts:leave", leaver.pk)
    assert all(name in leave for name in ("Given", "Received", "System open"))
    assert "Ended" not in leave
    assert "System closed" not in leave
    sent = {f"agreements-{answered[name].pk}": successor.pk for name in ("given", "received")}
    sent[f"systems-{answered['open'].pk}"] = successor.pk
    answer = signed_in(by).post(reverse("accounts:hand-over", args=[leaver.pk]), sent)
    assert answer.status_code == 302
    with acting(by):
        given, received = (Agreement.objects.get(pk=answered[name].pk) for name in ("given", "received"))
        assert (given.provider_person, given.receiver_person) == (successor, None)
        assert (received.provider_person, received.receiver_person) == (laid.people["officer"], successor)
        assert System.objects.get(pk=answered["open"].pk).responsible == successor
    assert "Given" not in page(by, "accounts:leave", leaver.pk)


@pytest.mark.parametrize("work", ["agreements-given", "systems-open"])
def test_who_works_elsewhere_does_not_take_it_over(
    laid: World, answered: dict[str, Agreement | System], work: str
) -> None:
    by, leaver, officer = (laid.people[name] for name in ("administrator", "supervisor", "officer"))
    code, name = work.split("-")
    with translation.override("en"):
        address = reverse("accounts:hand-over", args=[leaver.pk])
    answer = signed_in(by).post(address, {f"{code}-{answered[name].pk}": officer.pk})
    assert f"{officer.name} does not work at Ministry" in answer.content.decode()
    with acting(by):
        assert Agreement.objects.get(pk=answered["given"].pk).provider_person == leaver
        assert System.objects.get(pk=answered["open"].pk).responsible == leaver


def test_who_sees_an_agreement_or_a_system_agrees_with_what_each_person_reaches() -> None:
    """Its page names exactly those who get the agreement's or the system's own page."""
    made = world()
    people = made.people
    asked = people["administrator"]
    for kind, route, found in (
        ("agreement", "agreements:detail", made.agreements["ministry", "police"]),
        ("system", "agreements:system", made.systems["ministry"]),
    ):
        told = page(asked, "accounts:who-sees", kind, found.pk)
        told = told[told.index("<h2") :].split("</section>")[0]  # who sees it, before who keeps it
        for name, person in people.people.items():
            reached = signed_in(person).get(reverse(route, args=[found.pk])).status_code == 200
            if not person.is_active or name in ("foreigner", "foreign_administrator"):
                reached = False
            assert (f">{person.name}<" in told or f" {person.name}" in told) == reached, (kind, name)


@pytest.mark.parametrize("kind", ["agreement", "system"])
def test_of_what_lies_beyond_reach_nothing_is_told(kind: str) -> None:
    made = world()
    found = made.agreements["foreign", "agency"] if kind == "agreement" else made.systems["foreign"]
    for key in (str(found.pk), "0", "x", "9" * 30):
        answer = signed_in(made.people["coordinator"]).get(reverse("accounts:who-sees", args=[kind, key]))
        assert answer.status_code == 404, key


def test_both_pages_lead_to_who_sees_them() -> None:
    made = world()
    for kind, route, found in (
        ("agreement", "agreements:detail", made.agreements["ministry", "police"]),
        ("system", "agreements:system", made.systems["ministry"]),
    ):
        link = reverse("accounts:who-sees", args=[kind, found.pk])
        assert link in page(made.people["administrator"], route, found.pk)
