"""Area codes as every source of a run spells them: modulo and zero-padding turn a raw value into the shared code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mirti.codes import code
from mirti.declarations import AreaCode
from mirti.errors import SHOWN, InputError, Problem
from mirti.expressions import unknown_column
from mirti.tables import Index


def raw_area(table: ibis.Table, declaration: AreaCode, where: str) -> ibis.Value:
    """The column that holds the area, as a text unless it is an integer. Raises InputError if it does not exist."""
    if declaration.column not in table.columns:
        raise unknown_column(declaration.column, table.columns, where)
    column = table[declaration.column]
    return column if column.type().is_integer() else code(column)


def form_codes(raw: Sequence[object], declaration: AreaCode, where: str) -> list[str]:
    """Area codes of raw values. Raises InputError for a missing one, or one that is no number where modulo needs it."""
    texts = ["" if value is None else str(value).strip() for value in raw]
    _check_all(
        texts, lambda text: text != "", "are missing", "Complete the area of every row.", declaration, where
    )
    if declaration.modulo is not None:
        remedy = "modulo needs whole numbers: correct these, or leave modulo out of the area's declaration."
        _check_all(texts, str.isdecimal, "are no whole numbers", remedy, declaration, where)
        texts = [str(int(text) % declaration.modulo) for text in texts]
    return [text.zfill(declaration.digits or 0) for text in texts]


def _check_all(
    texts: Sequence[str],
    good: Callable[[str], bool],
    what: str,
    remedy: str,
    declaration: AreaCode,
    where: str,
) -> None:
    bad = tuple(dict.fromkeys(f"'{text}'" for text in texts if not good(text)))
    if bad:
        problem = f"Area codes in column '{declaration.column}' {what}"
        raise InputError(Problem(problem, where, remedy, len(bad), bad))


def area_positions(codes: Sequence[str], known: Sequence[str] | None = None) -> tuple[tuple[str, ...], Index]:
    """Distinct area codes in order (or those known), and the position of each given code in them."""
    distinct = tuple(sorted(set(codes))) if known is None else tuple(known)
    position = {code: i for i, code in enumerate(distinct)}
    return distinct, np.array([position[code] for code in codes], dtype=np.int32)


def join_codes(codes: Collection[str], areas: Collection[str], what: str) -> list[str]:
    """What a table by area (what: "register health") lacks or has too much of, in sentences for the warnings.

    Raises InputError if none of its codes is that of an area.
    """
    lacking, strange = sorted(set(areas) - set(codes)), sorted(set(codes) - set(areas))
    if codes and len(lacking) == len(set(areas)):
        problem = (
            "None of its codes is the code of an area. "
            f"The areas' codes begin {', '.join(lacking[:SHOWN])}; its own begin {', '.join(strange[:SHOWN])}"
        )
        raise InputError(Problem(problem, what, "Form both codes alike (area.modulo, area.digits)."))
    found = []
    if lacking:
        found.append(f"{what}: {len(lacking)} areas have no row ({_first(lacking)}).")
    if strange:
        found.append(f"{what}: {len(strange)} rows are of no area of the census ({_first(strange)}).")
    return found


def _first(codes: Sequence[str]) -> str:
    return ", ".join(codes[:SHOWN]) + (", …" if len(codes) > SHOWN else "")


def encode(column: pa.ChunkedArray) -> tuple[list[Any], Index]:
    """Distinct values of a column, None among them if it occurs, and the position of each row's."""
    encoded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int32)
