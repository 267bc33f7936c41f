"""One object of each kind for every place it can stand: what the matrix of roles, routes and objects is tried on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from almenara.accounts.models import (
    FocalPoint,
    Grant,
    GrantReview,
    PersonalFile,
    ServiceAccount,
    ServiceKey,
    User,
)
from almenara.agreements.models import Status
from almenara.content.models import Entry, Text
from almenara.privacy.models import Export, LegalHold
from tests.support.agreements import World, document, put_into, world
from tests.support.cast import LONG_AGO
from tests.support.database import owner_rights

# Where an object stands, seen from the ministry's northern office of the country ZZ, whom it is laid for.
PEOPLE = {"office's": "colleague", "other office's": "outsider", "other institution's": "officer",
          "other country's": "foreigner"}  # fmt: skip
INSTITUTIONS = {"own": "ministry", "other institution's": "police", "other country's": "foreign"}
OFFICES = {"office's": "north", "other office's": "south", "other institution's": "patrol",
           "other country's": "abroad"}  # fmt: skip
AGREEMENTS = {"own": ("ministry", "police"), "other institution's": ("town", "police"),
              "other country's": ("foreign", "agency")}  # fmt: skip
# Those above are drafts; these are in force, with a signed document.
DOCUMENTS = {"own": ("police", "ministry"), "other institution's": ("police", "town"),
             "other country's": ("agency", "foreign")}  # fmt: skip
# Who placed the hold.
HOLDERS = {"own country's": "second_administrator", "other country's": "foreign_administrator"}
Arguments = Callable[["Everything", User], dict[str, Any]]


@dataclass
class Everything:
    world: World
    focal_points: dict[str, FocalPoint] = field(default_factory=dict)
    accounts: dict[str, ServiceAccount] = field(default_factory=dict)
    keys: dict[str, ServiceKey] = field(default_factory=dict)
    reviews: dict[str, GrantReview] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    holds: dict[str, LegalHold] = field(default_factory=dict)

    def person(self, name: str) -> User:
        return self.world.people[name]


def everything() -> Everything:
    made = Everything(world())
    people = made.world.people
    giver = people["administrator"]
    for pair in DOCUMENTS.values():
        with owner_rights():
            put_into(made.world.agreements[pair], Status.IN_FORCE)
    with owner_rights():
        for place, name in PEOPLE.items():
            PersonalFile.objects.create(person=people[name], phone="555 0100")
            made.grants[place] = Grant.objects.get(person=people[name])
            made.exports[place] = Export.objects.create(
                person=people[name], purpose="A trial", exporter="audit.log", file_format="csv",
                expires=dt.datetime(2099, 1, 1, tzinfo=dt.UTC),
            )  # fmt: skip
        for place, name in INSTITUTIONS.items():
            institution = people.institutions[name]
            made.accounts[place] = ServiceAccount.objects.create(
                institution=institution, name="Its system", created_by=giver
            )
            made.keys[place] = ServiceKey.objects.create(
                account=made.accounts[place], prefix=name[:8], digest=name, scopes=["agreements.view"],
                expires_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC), created_by=giver,
            )  # fmt: skip
            made.reviews[place] = GrantReview.objects.create(
                institution=institution, due_on=dt.date(2099, 1, 1), opened_by=giver
            )
        for place, name in HOLDERS.items():
            made.holds[place] = LegalHold.objects.create(
                record_type="accounts.PersonalFile", record_key=UUID(int=people[name].pk), reason="A trial",
                placed_by=people[name],
            )  # fmt: skip
        for place, country in (("own country's", "ZZ"), ("other country's", "YY")):
            made.focal_points[place] = FocalPoint.objects.create(
                country=people.territories[country], constituency="government", since=LONG_AGO, person=giver
            )
    return made


def _by_place(places: dict[str, str], key: Callable[[Everything, str, str], Any]) -> dict[str, Arguments]:
    def arguments(place: str, name: str) -> Arguments:
        return lambda made, reader: {"key": key(made, place, name)}

    return {place: arguments(place, name) for place, name in places.items()}


def _people(argument: str = "key") -> dict[str, Arguments]:
    def of(name: str) -> Arguments:
        return lambda made, reader: {argument: made.person(name).pk}

    return {
        "own": lambda made, reader: {argument: reader.pk},
        **{place: of(name) for place, name in PEOPLE.items()},
    }


def _agreements(**more: str) -> dict[str, Arguments]:
    def of(pair: tuple[str, str]) -> Arguments:
        return lambda made, reader: {"key": made.world.agreements[pair].pk, **more}

    return {place: of(pair) for place, pair in AGREEMENTS.items()}


def _items() -> dict[str, Arguments]:
    def of(pair: tuple[str, str]) -> Arguments:
        def arguments(made: Everything, reader: User) -> dict[str, Any]:
            agreement = made.world.agreements[pair]
            with owner_rights():
                return {"key": agreement.pk, "item": agreement.items.earliest("pk").pk}

        return arguments

    return {place: of(pair) for place, pair in AGREEMENTS.items()}


def _documents() -> dict[str, Arguments]:
    def of(pair: tuple[str, str]) -> Arguments:
        return lambda made, reader: {"public_id": document(made.world.agreements[pair]).public_id}

    return {place: of(pair) for place, pair in DOCUMENTS.items()}


def _sees(kind: str, keys: dict[str, Arguments]) -> dict[str, Arguments]:
    return {
        f"{kind} {place}": (
            lambda made, reader, given=given: {"kind": kind, "key": str(given(made, reader)["key"])}
        )
        for place, given in keys.items()
    }


def _text_entry() -> Entry:
    with owner_rights():
        return Entry.objects.earliest("pk")


def _translation() -> Text:
    with owner_rights():
        return Text.objects.exclude(original=None).earliest("pk")


_PERSON = ("person", "powers", "file", "emergency", "invite-again", "hand-over", "invite-revoke", "suspend",
           "bring-back", "leave", "grant-give")  # fmt: skip
_INSTITUTION = ("institution", "institution-edit", "institution-close", "office-add", "service-add")
_AGREEMENT = ("detail", "edit", "responsible", "renew", "item-new", "document-new")
INSTITUTION_KEYS = _by_place(INSTITUTIONS, lambda made, place, name: made.world.people.institutions[name].pk)
OFFICE_KEYS = _by_place(OFFICES, lambda made, place, name: made.world.people.offices[name].pk)
GRANT_KEYS = _by_place(PEOPLE, lambda made, place, name: made.grants[place].pk)
SYSTEM_KEYS = _by_place(INSTITUTIONS, lambda made, place, name: made.world.systems[name].pk)
FOCAL_POINTS = {"own country's": "", "other country's": ""}

# Of every route that has arguments, by where the object stands; the matrix fails for a route that is missing here.
OBJECTS: dict[str, dict[str, Arguments]] = {
    **{f"accounts:{name}": _people() for name in _PERSON},
    "accounts:unlock": _people("person"),
    "accounts:who-sees": {
        **_sees("person", _people()),
        **_sees("personal-file", _people()),
        **_sees("agreement", _agreements()),
        **_sees("system", SYSTEM_KEYS),
    },
    **{f"accounts:{name}": INSTITUTION_KEYS for name in _INSTITUTION},
    **{f"accounts:{name}": OFFICE_KEYS for name in ("office-edit", "office-close")},
    **{f"accounts:{name}": GRANT_KEYS for name in ("grant-confirm", "grant-refuse", "grant-end")},
    "accounts:focal-point-end": _by_place(
        FOCAL_POINTS, lambda made, place, name: made.focal_points[place].pk
    ),
    **{
        f"accounts:{name}": _by_place(INSTITUTIONS, lambda made, place, of: made.accounts[place].pk)
        for name in ("service", "key-issue")
    },
    **{
        f"accounts:{name}": _by_place(INSTITUTIONS, lambda made, place, of: made.keys[place].pk)
        for name in ("key-renew", "key-revoke")
    },
    "accounts:review": _by_place(INSTITUTIONS, lambda made, place, name: made.reviews[place].pk),
    **{f"agreements:{name}": _agreements() for name in _AGREEMENT},
    "agreements:move": _agreements(status="sent"),
    **{f"agreements:{name}": _items() for name in ("item-edit", "item-remove")},
    "agreements:document": _documents(),
    **{f"agreements:{name}": SYSTEM_KEYS for name in ("system", "system-edit")},
    "content:new": {"a page": lambda made, reader: {"kind": "page"}},
    "content:edit": {"the site's": lambda made, reader: {"key": _text_entry().pk}},
    "content:translate": {"the site's": lambda made, reader: {"key": _translation().pk}},
    "audit:hold-lift": _by_place(HOLDERS, lambda made, place, name: made.holds[place].pk),
    "audit:download": {
        place: (lambda made, reader, place=place: {"public_id": made.exports[place].public_id})
        for place in PEOPLE
    },
    **{f"mfa_{name}_webauthn": {"nobody's": lambda made, reader: {"pk": 1}} for name in ("edit", "remove")},
}
