"""The records of this app of which can be asked who sees them: a person, and their personal file."""

from __future__ import annotations

from almenara.accounts import permissions, records
from almenara.accounts.models import PersonalFile, User
from almenara.accounts.permissions import PERMISSIONS
from almenara.accounts.queries.people import visible


def person(reader: User, key: str) -> records.Subject | None:
    return _of(reader, key, User._meta.db_table, (permissions.PEOPLE_VIEW, permissions.PEOPLE_MANAGE))


def personal_file(reader: User, key: str) -> records.Subject | None:
    return _of(reader, key, PersonalFile._meta.db_table, (permissions.PERSONAL_FILES_VIEW,))


def _of(reader: User, key: str, table: str, asked: tuple[str, ...]) -> records.Subject | None:
    found = visible(reader).filter(pk=key).first() if key.isdecimal() else None
    if found is None:
        return None
    return records.Subject(
        label=found.name,
        table=table,
        key=str(found.pk),
        places=[records.Place(found.office_id, found.institution_id)],
        permissions={name: PERMISSIONS[name] for name in asked},
        own=[found.name],
    )


def register() -> None:
    records.add("person", person)
    records.add("personal-file", personal_file)
