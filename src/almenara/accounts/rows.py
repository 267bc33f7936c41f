"""A row held until the transaction ends, so that what is decided of it stays true."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models

Row = TypeVar("Row", bound=models.Model)


def held(row: Row, *with_them: str) -> Row:
    """The row as it is now; with_them: what is read along. Raises PermissionDenied if it is not the asker's to change.

    The database holds a row only for whom its policies let change it.
    """
    found: Row | None = (
        type(row)
        ._default_manager.select_for_update(of=("self",))
        .select_related(*with_them)
        .filter(pk=row.pk)
        .first()
    )
    if found is None:
        raise PermissionDenied(row._meta.db_table)
    return found
