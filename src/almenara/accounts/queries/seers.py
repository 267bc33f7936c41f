"""Who may see what, asked of the database, which knows every grant."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from django.utils import timezone

from almenara.accounts.models import BrokenGlass, Grant, User


def grants_reaching(permission: str, *, office: int | None, institution: int | None) -> list[Grant]:
    """Grants in force that hold the permission and reach the office (or, without one, the institution as a whole).

    Only for who reaches it alike or looks after its people; nothing for anybody else. With person, role, institution,
    office and territory.
    """
    found = list(
        Grant.objects.raw(
            "SELECT * FROM almenara_seen_grants(%s, %s, %s) ORDER BY person_id, id",
            [permission, office, institution],
        )
    )
    prefetch_related_objects(found, "person", "role", "institution", "office", "territory")
    return found


def seers_of(person: User, permission: str) -> list[Grant]:
    """The grants by which somebody reaches this person with the permission."""
    return grants_reaching(permission, office=person.office_id, institution=person.institution_id)


def emergencies_of(table: str, key: str) -> list[BrokenGlass]:
    """Emergency accesses to a record that last now, as far as the reader may know of them."""
    return list(
        BrokenGlass.objects.filter(object_type=table, object_id=key, until__gt=timezone.now())
        .select_related("person")
        .order_by("-at")
    )


def people_of(grants: Iterable[Grant]) -> set[int]:
    return {grant.person_id for grant in grants}
