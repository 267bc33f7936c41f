"""Codes, names and changes of territories over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from almenara.common.locks import write_alone
from almenara.places.actions.territories import BATCH, known_territories
from almenara.places.checks_changes import Known, beginnings, check_changes, endings
from almenara.places.checks_histories import check_codes, check_names
from almenara.places.ladder import ladder_of
from almenara.places.models import Change, ChangeLink, Territory, TerritoryCode, TerritoryName
from almenara.places.records import CodeRecord, LinkRecord, NameRecord
from almenara.places.weighing import TOLERANCE, weighed


@transaction.atomic
def save_codes(*, country: str, records: Sequence[CodeRecord], by: AbstractBaseUser | None) -> int:
    """Write the codes; the same ones again are brought up to date. Raises RefusedError with every fault."""
    write_alone(country)
    keys = _keys(country)
    check_codes(records, keys, _held(country))
    rows = {
        (record.code, record.scheme, record.other, record.valid_from): TerritoryCode(
            territory_id=keys[record.code],
            scheme=record.scheme,
            code=record.other,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            source=record.source,
        )
        for record in records
    }
    TerritoryCode.objects.bulk_create(
        rows.values(),
        BATCH,
        update_conflicts=True,
        unique_fields=["territory", "scheme", "code", "valid_from"],
        update_fields=["valid_to", "source"],
    )
    return len(rows)


def _keys(country: str) -> dict[str, int]:
    return dict(Territory.objects.filter(country=country).values_list("code", "pk"))


def _held(country: str) -> dict[tuple[str, str], list[tuple[str, date | None, date | None]]]:
    found: dict[tuple[str, str], list[tuple[str, date | None, date | None]]] = defaultdict(list)
    rows = TerritoryCode.objects.filter(territory__country=country)
    for row in rows.select_related("territory"):
        found[row.scheme, row.code].append((row.territory.code, row.valid_from, row.valid_to))
    return found


@transaction.atomic
def save_names(*, country: str, records: Sequence[NameRecord], by: AbstractBaseUser | None) -> int:
    """Write the names; the same ones again are brought up to date. Raises RefusedError with every fault."""
    write_alone(country)
    keys = _keys(country)
    check_names(records, keys)
    rows = {
        (record.code, record.name, record.kind, record.language, record.valid_from): TerritoryName(
            territory_id=keys[record.code],
            name=record.name,
            kind=record.kind,
            language=record.language,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            source=record.source,
        )
        for record in records
    }
    TerritoryName.objects.bulk_create(
        rows.values(),
        BATCH,
        update_conflicts=True,
        unique_fields=["territory", "name", "kind", "language", "valid_from"],
        update_fields=["valid_to", "source", "search_name"],
    )
    return len(rows)


@transaction.atomic
def save_changes(
    *,
    country: str,
    records: Sequence[LinkRecord],
    by: AbstractBaseUser | None,
    tolerance: float = TOLERANCE,
) -> int:
    """Write the changes, those of the same name replaced, and the days on which territories began or ended by them.

    tolerance: by how much of the whole its parts may miss it; the weights that are kept add up to exactly 1. Returns
    the number of changes. Raises RefusedError with every fault.
    """
    write_alone(country)
    labels = {record.change for record in records}
    _take_back(country, labels)
    places = known_territories(country)
    check_changes(records, _known(country, places), _others(country, labels), tolerance)
    _write_changes(country, records)
    _write_links(country, records, places)
    _set_days(country, "valid_from", beginnings(records))
    _set_days(country, "valid_to", endings(records))
    return len(labels)


def _take_back(country: str, labels: Iterable[str]) -> None:
    """The days that changes gave which are about to be replaced; the changes themselves stay until then."""
    links = ChangeLink.objects.filter(change__country=country, change__label__in=labels)
    old = [
        LinkRecord(link.change.label, link.change.kind, link.day, link.predecessor.code, link.successor.code)
        for link in links.select_related("change", "predecessor", "successor")
    ]
    for name, found in (("valid_from", beginnings(old)), ("valid_to", endings(old))):
        for code, days in found.items():
            Territory.objects.filter(country=country, code=code, **{f"{name}__in": days}).update(
                **{name: None}
            )


def _set_days(country: str, name: str, found: Mapping[str, set[date]]) -> None:
    on: dict[date, list[str]] = defaultdict(list)
    for code, (day,) in found.items():
        on[day].append(code)
    for day, codes in on.items():
        Territory.objects.filter(country=country, code__in=codes).update(**{name: day})


def _known(country: str, places: Mapping[str, Territory]) -> dict[str, Known]:
    ladder = ladder_of(country)
    return {
        code: Known(place.valid_from, place.valid_to, ladder.depth_of(place))
        for code, place in places.items()
    }


def _others(country: str, labels: Iterable[str]) -> dict[tuple[str, date], str]:
    links = ChangeLink.objects.filter(change__country=country).exclude(change__label__in=labels)
    rows = links.values_list("predecessor__code", "successor__code", "change__day", "change__label")
    return {(code, day): label for *codes, day, label in rows for code in codes}


def _write_changes(country: str, records: Sequence[LinkRecord]) -> None:
    notes = {record.change: record.note for record in records if record.note}
    rows = {
        record.change: Change(
            country=country,
            label=record.change,
            kind=record.kind,
            day=record.day,
            note=notes.get(record.change, ""),
            source=record.source,
        )
        for record in records
    }
    Change.objects.bulk_create(
        rows.values(),
        BATCH,
        update_conflicts=True,
        unique_fields=["country", "label"],
        update_fields=["kind", "day", "note", "source"],
    )


def _write_links(country: str, records: Sequence[LinkRecord], places: Mapping[str, Territory]) -> None:
    labels = {record.change for record in records}
    changes = dict(Change.objects.filter(country=country, label__in=labels).values_list("label", "pk"))
    ChangeLink.objects.filter(change__in=changes.values()).delete()
    ChangeLink.objects.bulk_create(
        [
            ChangeLink(
                change_id=changes[record.change],
                predecessor=places[record.predecessor],
                successor=places[record.successor],
                weight=weight,
                population=record.population,
                former_parent=places[record.former_parent] if record.former_parent else None,
            )
            for record, weight in weighed(records)
        ],
        BATCH,
    )
