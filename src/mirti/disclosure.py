"""What may leave the house: the first rule says which columns of a release are public."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mirti.release import TABLES, Column

CLASS_PROBABILITY = re.compile(r"p_\d+")


def public_columns(table: str, columns: Iterable[str]) -> list[str]:
    """Those of a release table's columns that may be on a public page, in a public file or in the API, in order.

    A column that the schema does not declare is not public: nothing leaves because nobody thought of it.
    """
    declared = {column.name: column for each in TABLES if each.name == table for column in each.columns}
    return [name for name in columns if _is_public(name, declared)]


def _is_public(name: str, declared: dict[str, Column]) -> bool:
    column = declared.get("p_<class>" if CLASS_PROBABILITY.fullmatch(name) else name)
    return column is not None and column.public
