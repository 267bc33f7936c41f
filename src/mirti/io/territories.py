"""Names of the areas and the domains above them, from a table, from the boundaries, or from the codes."""

from __future__ import annotations

from dataclasses import dataclass, field

import ibis
import numpy as np
from ibis.backends.duckdb import Backend

from mirti.declarations import AreaCode, AreasDeclaration, Spec
from mirti.declarations.index import IndexSpec
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
class AreaList:
    """What the areas' table says, by area code (parent_names: by parent code); empty if no table is declared."""

    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    parent_names: dict[str, str] = field(default_factory=dict)
    records: tuple[InputRecord, ...] = ()


def read_area_list(con: Backend, spec: Spec | IndexSpec) -> AreaList:
    """Read the table of areas. Raises InputError if it lacks a column, or lists an area twice."""
    declaration = spec.declaration.areas
    if declaration.source is None or declaration.code is None:
        return AreaList()
    opened = open_source(con, declaration.source, spec.path.parent, "areas")
    rows = opened.table.select(**_columns(opened, declaration)).to_pyarrow().to_pydict()
    codes = form_codes(rows["code"], declaration.code, opened.where)
    check_once(codes, opened.where)
    parents = form_codes(rows["parent"], declaration.parent, opened.where) if declaration.parent else []
    return AreaList(
        names=_pairs(codes, rows.get("name")),
        parents=dict(zip(codes, parents, strict=False)),
        parent_names=_pairs(parents, rows.get("parent_name") if parents else None),
        records=(record(opened),),
    )


def name_territories(
    spec: Spec | IndexSpec, codes: tuple[str, ...], listed: AreaList, boundaries: Boundaries | None
) -> Territories:
    """Names and domains of the areas `codes`.

    A name comes from the table, else from the boundaries, else it is the code; a domain from the table, else from the
    code's first characters if the spec says so. Raises InputError for a domain whose code is also that of an area or of
    the country.
    """
    drawn = dict(zip(boundaries.codes, boundaries.names, strict=True)) if boundaries else {}
    declared = spec.declaration.areas.parent_names
    parents = [parent_of(code, listed, spec.declaration.areas) for code in codes]
    domains = tuple(sorted({parent for parent in parents if parent}))
    _check_apart(domains, codes, spec)
    position = {code: i for i, code in enumerate(domains)}
    return Territories(
        codes=codes,
        names=tuple(listed.names.get(code) or drawn.get(code) or code for code in codes),
        parent=np.array([position[parent] if parent else -1 for parent in parents], dtype=np.int32),
        domain_codes=domains,
        domain_names=tuple(listed.parent_names.get(code) or declared.get(code, code) for code in domains),
    )


def parent_of(code: str, listed: AreaList, declaration: AreasDeclaration) -> str | None:
    """Code of the domain above an area, None where that is the country."""
    if code in listed.parents:
        return listed.parents[code]
    return code[: declaration.parent_from_code] if declaration.parent_from_code else None


def _columns(opened: Opened, declaration: AreasDeclaration) -> dict[str, ibis.Value]:
    texts = {"name": declaration.name, "parent_name": declaration.parent_name}
    wanted = {"code": declaration.code, "parent": declaration.parent}
    wanted |= {key: AreaCode(column=column) for key, column in texts.items() if column is not None}
    return {key: raw_area(opened.table, d, opened.where) for key, d in wanted.items() if d is not None}


def record(opened: Opened) -> InputRecord:
    """What the manifest keeps of a source."""
    name = (
        opened.path.name
        if len(opened.paths) == 1
        else f"{opened.path.parent.name}/ ({len(opened.paths)} files)"
    )
    return InputRecord(role=opened.role, name=name, sha256=opened.sha256(), rows=opened.rows())


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


def _check_apart(domains: tuple[str, ...], codes: tuple[str, ...], spec: Spec | IndexSpec) -> None:
    taken = {*codes, spec.declaration.run.country}
    both = tuple(code for code in domains if code in taken)
    if both or spec.declaration.run.country in codes:
        what = "A code stands for two territories of different tiers."
        remedy = "Give areas, the domains above them and the country codes of their own (run.country, areas.parent)."
        raise InputError(Problem(what, str(spec.path), remedy, items=both or (spec.declaration.run.country,)))
