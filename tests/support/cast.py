"""The people whom permission tests meet: two countries, four institutions, six offices, one person a role and more.

Their names are made up. `cast()` lays them as the database's owner, within the test's transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from almenara.accounts.models import Grant, Institution, Kind, Office, Role, User
from almenara.accounts.role_names import (
    ADMINISTRATOR,
    AUDITOR,
    CASE_WORKER,
    COORDINATOR,
    EDITOR,
    LINK,
    SECRETARIAT,
    STATISTICIAN,
    SUPERVISOR,
)
from almenara.places.models import Level, Territory
from tests.support.database import owner_rights

LONG_AGO = dt.date(2020, 1, 1)


@dataclass
class Cast:
    """territories, institutions, offices and people by a short name."""

    territories: dict[str, Territory] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def person(self, name: str, institution: str, office: str = "", **more: Any) -> User:
        made = User.objects.create_user(
            f"{name}@{institution}.example",
            name=f"{name.replace('_', ' ').title()} (simulated)",
            institution=self.institutions[institution],
            office=self.offices.get(office),
            simulated=True,
            **more,
        )
        self.people[name] = made
        return made

    def grant(self, name: str, role: str, territory: str = "", **more: Any) -> Grant:
        """A grant where the person works, in force unless `more` says otherwise."""
        person = self.people[name]
        given: Grant = Grant.objects.create(
            **{
                "person": person,
                "role": Role.objects.get(code=role),
                "institution": person.institution,
                "office": person.office if role == CASE_WORKER else None,
                "territory": self.territories.get(territory),
                "since": LONG_AGO,
                **more,
            }
        )
        return given


def cast() -> Cast:
    made = Cast()
    with owner_rights():
        lay_territories(made)
        lay_institutions(made)
        lay_people(made)
    return made


def lay_territories(made: Cast) -> None:
    for country in ("ZZ", "YY"):
        top = territory(made, country, country, Level.COUNTRY, None)
        for number in ("1", "2"):
            department = territory(made, country, f"{country}{number}", Level.DEPARTMENT, top)
            for last in ("1", "2"):
                territory(made, country, f"{country}{number}{last}", Level.MUNICIPALITY, department)


def territory(made: Cast, country: str, code: str, level: Level, parent: Territory | None) -> Territory:
    made.territories[code] = Territory.objects.create(
        country=country, code=code, level=level, parent=parent, name=f"Place {code}"
    )
    return made.territories[code]


def lay_institutions(made: Cast) -> None:
    for name, kind, seat in (
        ("ministry", Kind.MINISTRY, "ZZ"),
        ("police", Kind.POLICE, "ZZ"),
        ("town", Kind.CHILD_PROTECTION, "ZZ11"),
        ("foreign", Kind.MINISTRY, "YY"),
        ("agency", Kind.INTERNATIONAL, ""),
    ):
        made.institutions[name] = Institution.objects.create(
            name=name.title(), kind=kind, seat=made.territories.get(seat)
        )
    for name, institution, place in (
        ("north", "ministry", "ZZ1"),
        ("south", "ministry", "ZZ2"),
        ("patrol", "police", "ZZ11"),
        ("far_patrol", "police", "ZZ22"),
        ("town_hall", "town", "ZZ11"),
        ("abroad", "foreign", "YY1"),
    ):
        made.offices[name] = Office.objects.create(
            name=name.title(), institution=made.institutions[institution], territory=made.territories[place]
        )


def lay_people(made: Cast) -> None:
    for name, institution, office, role, place in (
        ("administrator", "ministry", "", ADMINISTRATOR, "ZZ"),
        ("second_administrator", "ministry", "", ADMINISTRATOR, "ZZ"),
        ("coordinator", "ministry", "", COORDINATOR, "ZZ"),
        ("supervisor", "ministry", "north", SUPERVISOR, "ZZ1"),
        ("case_worker", "ministry", "north", CASE_WORKER, "ZZ1"),
        ("colleague", "ministry", "north", CASE_WORKER, "ZZ1"),
        ("outsider", "ministry", "south", CASE_WORKER, "ZZ2"),
        ("officer", "police", "patrol", CASE_WORKER, "ZZ11"),
        ("link", "police", "", LINK, ""),
        ("statistician", "ministry", "", STATISTICIAN, "ZZ"),
        ("auditor", "agency", "", AUDITOR, "ZZ"),
        ("secretariat", "agency", "", SECRETARIAT, ""),
        ("editor", "ministry", "", EDITOR, "ZZ"),
        ("foreign_administrator", "foreign", "", ADMINISTRATOR, "YY"),
        ("foreigner", "foreign", "abroad", CASE_WORKER, "YY1"),
    ):
        made.person(name, institution, office)
        made.grant(name, role, place)
    made.person("nobody", "ministry", "north")
    made.person("suspended", "ministry", "north", is_active=False)
    made.grant("suspended", SUPERVISOR, "ZZ1")
    made.person("former", "ministry", "north")
    made.grant("former", SUPERVISOR, "ZZ1", until=dt.date(2021, 1, 1))
    made.person("future", "ministry", "north")
    made.grant("future", SUPERVISOR, "ZZ1", since=dt.date(2099, 1, 1))
    made.person("unconfirmed", "ministry", "")
    made.grant("unconfirmed", ADMINISTRATOR, "ZZ", given_by=made["administrator"])
