"""Who opens a personal file, and who may do so in an emergency."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection

from almenara.accounts import permissions, reach
from almenara.accounts.models import PersonalFile, User
from almenara.accounts.policies import answering

FILE = PersonalFile._meta.db_table


def check_can_open(by: User, person: User) -> None:
    """The person, who reaches them with the permission, or who broke the glass less than three hours ago."""
    own = by.pk == person.pk
    if not (own or reaches(by, person) or glass_is_broken(by, person)):
        raise PermissionDenied("personal file")


def reaches(by: User, person: User) -> bool:
    return reach.people(by, permissions.PERSONAL_FILES_VIEW).filter(pk=person.pk).exists()


def glass_is_broken(by: User, person: User) -> bool:
    """As the database has it, for whom it acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT almenara_glass(%s))", [str(person.pk), FILE])
        return bool(cursor.fetchone()[0])


def check_can_break_glass(by: User, person: User) -> None:
    """Of somebody in the same country, whom one's grants do not reach."""
    if by.pk == person.pk or reaches(by, person):
        raise PermissionDenied("within reach")
    if reach.country_of(person) not in reach.countries(by, permissions.GLASS_BREAK):
        raise PermissionDenied("country")


can_open = answering(check_can_open)
can_break_glass = answering(check_can_break_glass)
