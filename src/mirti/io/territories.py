"""Names of the areas and the domains above them, from a table, from the boundaries, or from the codes."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
from ibis.backends.duckdb import Backend

from mirti.declarations import AreaCode, AreasDeclaration, Spec
from mirti.documents import InputRecord
from mirti.errors import InputError, Problem
from mirti.io.areas import form_codes, raw_area
from mirti.io.boundaries import Boundaries
from mirti.io.readers import Opened, open_source
from mirti.tables import Index


@dataclass(frozen=True)
class Territories:
    """codes, names: (A,) areas; parent: (A,) position in domain_codes, −1 where the country is the parent."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    parent: Index
    domain_codes: tuple[str, ...]
    domain_names: tuple[str, ...]

    @property
    def parent_codes(self) -> list[str | None]:
        return [self.domain_codes[i] if i >= 0 else None for i in self.parent]


@dataclass(frozen=True)
class _Listed:
    """What the areas' table says, by area code."""

    names: dict[str, str]
    parents: dict[str, str]
    parent_names: dict[str, str]
    records: tuple[InputRecord, ...]


def read_territories(
    con: Backend, spec: Spec, codes: tuple[str, ...], boundaries: Boundaries | None
) -> tuple[Territories, tuple[InputRecord, ...]]:
    """Names and domains of the areas `codes`, and the record of the table that was read, if one is declared.

    A name comes from the table, else from the boundaries, else it is the code. Raises InputError for a table that
    lacks a column or repeats a code, and for a domain whose code is also that of an area or of the country.
    """
    declaration = spec.declaration.areas
    listed = _read_listed(con, spec, declaration)
    drawn = dict(zip(boundaries.codes, boundaries.names, strict=True)) if boundaries else {}
    parents = [_parent(code, listed, declaration) for code in codes]
    domains = tuple(sorted({parent for parent in parents if parent}))
    _check_apart(domains, codes, spec)
    position = {code: i for i, code in enumerate(domains)}
    territories = Territories(
        codes=codes,
        names=tuple(listed.names.get(code) or drawn.get(code) or code for code in codes),
        parent=np.array([position.get(parent, -1) for parent in parents], dtype=np.int32),
        domain_codes=domains,
        domain_names=tuple(listed.parent_names.get(code) or declaration.parent_names.get(code, code) for code in domains),
    )
    return territories, listed.records


def _parent(code: str, listed: _Listed, declaration: AreasDeclaration) -> str:
    if code in listed.parents:
        return listed.parents[code]
    return code[: declaration.parent_from_code] if declaration.parent_from_code else ""


def _read_listed(con: Backend, spec: Spec, declaration: AreasDeclaration) -> _Listed:
    if declaration.source is None or declaration.code is None:
        return _Listed({}, {}, {}, ())
    opened = open_source(con, declaration.source, spec.path.parent, "areas")
    table, where = opened.table, opened.where
    columns = {"code": raw_area(table, declaration.code, where)}
    if declaration.parent is not None:
        columns["parent"] = raw_area(table, declaration.parent, where)
    for key, column in (("name", declaration.name), ("parent_name", declaration.parent_name)):
        if column is not None:
            columns[key] = _text_column(opened, column)
    rows = table.select(**columns).to_pyarrow().to_pydict()
    codes = form_codes(rows["code"], declaration.code, where)
    check_once(codes, where)
    parents = form_codes(rows["parent"], declaration.parent, where) if declaration.parent else []
    return _Listed(
        names=_pairs(codes, rows.get("name")),
        parents=dict(zip(codes, parents, strict=False)),
        parent_names=_pairs(parents, rows.get("parent_name") if parents else None),
        records=(record(opened),),
    )


def record(opened: Opened) -> InputRecord:
    """What the manifest keeps of a source."""
    name = (
        opened.path.name
        if len(opened.paths) == 1
        else f"{opened.path.parent.name}/ ({len(opened.paths)} files)"
    )
    return InputRecord(role=opened.role, name=name, sha256=opened.sha256(), rows=opened.rows())


def _text_column(opened: Opened, column: str) -> ibis.Value:
    return raw_area(opened.table, AreaCode(column=column), opened.where)


def _pairs(keys: list[str], values: list[object] | None) -> dict[str, str]:
    if values is None:
        return {}
    return {key: str(value).strip() for key, value in zip(keys, values, strict=True) if value is not None}


def check_once(codes: list[str], where: str) -> None:
    """Raises InputError for area codes that a table lists more than once."""
    seen: set[str] = set()
    repeated = tuple(dict.fromkeys(code for code in codes if code in seen or seen.add(code)))  # type: ignore[func-returns-value]
    if repeated:
        what, remedy = "Areas are listed more than once.", "Keep one row an area."
        raise InputError(Problem(what, where, remedy, len(repeated), repeated))


def _check_apart(domains: tuple[str, ...], codes: tuple[str, ...], spec: Spec) -> None:
    taken = {*codes, spec.declaration.run.country}
    both = tuple(code for code in domains if code in taken)
    if both or spec.declaration.run.country in codes:
        what = "A code stands for two territories of different tiers."
        remedy = "Give areas, the domains above them and the country codes of their own (run.country, areas.parent)."
        raise InputError(Problem(what, str(spec.path), remedy, items=both or (spec.declaration.run.country,)))
