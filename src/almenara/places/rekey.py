"""For migrations after a change of the sort keys: those that are stored are computed anew."""

from __future__ import annotations

from django.db.models import Model

from almenara.places.models import LANGUAGES
from almenara.places.names import sort_key

AT_ONCE = 1000


def rekey(model: type[Model]) -> int:
    """model: one with `name` and a key per language, as the migration knows it. How many rows had other keys."""
    stale = []
    for row in model._default_manager.only("pk", "name", *_columns()).iterator(AT_ONCE):
        keys = {f"sort_key_{language}": sort_key(row.name, language) for language in LANGUAGES}  # type: ignore[attr-defined]
        if any(getattr(row, column) != key for column, key in keys.items()):
            vars(row).update(keys)
            stale.append(row)
    model._default_manager.bulk_update(stale, _columns(), batch_size=AT_ONCE)
    return len(stale)


def _columns() -> list[str]:
    return [f"sort_key_{language}" for language in LANGUAGES]
