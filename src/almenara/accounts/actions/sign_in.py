from __future__ import annotations

from django.db import transaction

from almenara.accounts import lockout
from almenara.accounts.models import User
from almenara.accounts.policies.people import check_can_manage
from almenara.witness.actions import record


@transaction.atomic
def unlock(*, by: User, person: User) -> None:
    """Forget the wrong passwords that were typed for the person's account. Raises PermissionDenied."""
    check_can_manage(by, person)
    forgotten = lockout.forget(person.email)
    record(
        kind="account_unlocked",
        object_type=User._meta.db_table,
        object_id=person.pk,
        detail={"failures": forgotten},
    )
