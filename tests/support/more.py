"""More of everything that a page can list, around the objects of `everything()`: to see what a page costs for many."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from django.utils import timezone

from almenara.accounts.models import (
    BrokenGlass,
    FocalPoint,
    Grant,
    GrantReview,
    Institution,
    Invitation,
    Office,
    PersonalFile,
    ReviewedGrant,
    ServiceAccount,
    ServiceKey,
)
from almenara.accounts.role_names import ADMINISTRATOR, CASE_WORKER, COORDINATOR
from almenara.agreements.models import Agreement, Concept, Feed, Item, Match, Status, System, Transition
from almenara.content.actions import add
from almenara.content.models import Entry
from almenara.places.models import Level
from almenara.privacy.models import Export
from tests.support.agreements import agreement
from tests.support.cast import LONG_AGO, territory
from tests.support.database import owner_rights
from tests.support.everything import Everything
from tests.support.log import say_many

FAR = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


def lay_more(made: Everything, numbers: range) -> None:
    """For each number one more of everything, beside what is there and below what is there."""
    for number in numbers:
        with owner_rights():
            body = _institution(made, number)
            _people(made, number)
            _keys_and_exports(made, number)
            _systems(made, number, body)
            _texts(number)
        _agreements(made, number, body)
    people = made.world.people.people
    say_many(20 * len(numbers), people=[person.pk for person in people.values()], countries=["ZZ", "YY"])


def _texts(number: int) -> None:
    entry = Entry(kind="term", slug=f"thing-{number}", language="es", public=True)
    add(entry=entry, words={"name": f"Cosa {number}", "meaning": "Algo."}, by=None)


def _institution(made: Everything, number: int) -> Institution:
    people = made.world.people
    top = people.territories["ZZ"]
    place = territory(people, "ZZ", f"ZZ9{number}", Level.DEPARTMENT, top)
    body: Institution = Institution.objects.create(name=f"Body {number}", kind="ngo", seat=top)
    Office.objects.create(name=f"Room {number}", institution=people.institutions["ministry"], territory=place)
    Office.objects.create(name=f"Room {number}", institution=body, territory=place)
    FocalPoint.objects.create(
        country=top, constituency="workers", person=people["editor"],
        since=LONG_AGO + dt.timedelta(2 * number), until=LONG_AGO + dt.timedelta(2 * number + 1),
    )  # fmt: skip
    return body


def _people(made: Everything, number: int) -> None:
    people = made.world.people
    giver = people["administrator"]
    name = f"more{number}"
    person = people.person(name, "ministry", "north")
    people.grant(name, CASE_WORKER, "ZZ1")
    people.grant(name, COORDINATOR, "ZZ", given_by=giver)
    people.grant(name, ADMINISTRATOR, "ZZ", given_by=giver)
    for of in ("colleague", "officer", "administrator"):
        people.grant(of, "statistician", "ZZ", given_by=people["second_administrator"])
    PersonalFile.objects.create(person=person, phone="555 0100")
    for of, at in (("case_worker", "supervisor"), ("supervisor", "case_worker"), ("administrator", "editor")):
        BrokenGlass.objects.create(
            person=people[of], object_type="accounts_personalfile", object_id=str(people[at].pk),
            reason="A trial", until=timezone.now() + dt.timedelta(hours=1), told=[giver.pk],
        )  # fmt: skip
    invited = people.person(f"invited{number}", "ministry", "north", is_active=False)
    Invitation.objects.create(person=invited, institution=people.institutions["ministry"], invited_by=giver,
                              nonce_digest=f"digest {number}", expires_at=FAR)  # fmt: skip


def _keys_and_exports(made: Everything, number: int) -> None:
    people = made.world.people
    giver = people["administrator"]
    for place, account in list(made.accounts.items()):
        ServiceKey.objects.create(account=account, prefix=f"{account.pk}-{number}", digest=f"{place} {number}",
                                  scopes=["agreements.view"], expires_at=FAR, created_by=giver)  # fmt: skip
        ServiceAccount.objects.create(
            institution=account.institution, name=f"System {number}", created_by=giver
        )
        GrantReview.objects.create(
            institution=account.institution, due_on=dt.date(2025, 1, 1), opened_by=giver, closed_by=giver,
            closed_at=timezone.now(),
        )  # fmt: skip
        held = Grant.objects.filter(institution=account.institution).exclude(
            reviews__review=made.reviews[place]
        )
        ReviewedGrant.objects.bulk_create(
            ReviewedGrant(review=made.reviews[place], grant=grant, dormant=bool(number % 2)) for grant in held
        )
    for of in ("auditor", "administrator"):
        Export.objects.create(person=people[of], purpose="A trial", exporter="audit.log", file_format="csv",
                              expires=FAR)  # fmt: skip


def _systems(made: Everything, number: int, body: Institution) -> None:
    people = made.world.people
    own = System.objects.create(owner=people.institutions["ministry"], name=f"Register {number}")
    others = System.objects.create(owner=body, name=f"Register {number}", responsible=people["link"])
    for system in (own, others):
        Match.objects.bulk_create(Match(system=system, concept=concept) for concept in Concept.objects.all())
    for system in (own, *made.world.systems.values()):
        Feed.objects.create(system=system, receiver=body)


def _agreements(made: Everything, number: int, body: Institution) -> None:
    people = made.world.people
    people.institutions[body.name] = body
    sides = {"provider_person": people["link"], "receiver_person": people["coordinator"]}
    agreement(people, body.name, "ministry", status=Status.IN_FORCE, **sides)
    agreement(people, "police", "ministry", name=f"Another {number}")
    with owner_rights():
        for one, status in zip(made.world.agreements.values(), cycle(Status), strict=False):
            Item.objects.create(agreement=one, name=f"Item {number}", form="figures", format="csv")
            Transition.objects.create(
                agreement=one, former=one.status, latter=status, by=people["coordinator"]
            )
            Agreement.objects.create(
                provider=one.provider, receiver=one.receiver, renews=one, name=f"Renewal {number}",
                legal_basis="Decree 1", frequency="monthly", since=LONG_AGO,
            )  # fmt: skip
