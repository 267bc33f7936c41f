"""Everything that may be wrong with what comes into places, found before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from almenara.common.errors import Fault, RefusedError
from almenara.places.models import Level, Territory
from almenara.places.records import PopulationRecord, TerritoryRecord

DEPTH = {Level.COUNTRY: 0, Level.DEPARTMENT: 1, Level.MUNICIPALITY: 2}
CODE_LENGTH, NAME_LENGTH = 40, 200  # as the tables have them
SEXES = ("", "female", "male")
LATEST, OLDEST = 9999, 200  # year, age
TERRITORIES, POPULATION = "territories", "population"


def check_records(country: str, records: Sequence[TerritoryRecord], known: dict[str, Territory]) -> None:
    """Raises RefusedError with every fault of the codes, names and parents."""
    _refuse([*_faults_of_texts(records), *_faults_of_the_tree(country, records, known)])


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise RefusedError(faults)


def _faults_of_texts(records: Sequence[TerritoryRecord]) -> list[Fault]:
    return [
        *_fault_if("Codes appear more than once.", "Give each territory its own code.", _twins(records)),
        *_fault_if(
            f"Codes are longer than {CODE_LENGTH} characters.",
            "Give them shorter ones.",
            [r.code for r in records if len(r.code) > CODE_LENGTH],
        ),
        *_fault_if(
            "Codes cannot be part of an address.",
            "Leave out slashes and control characters.",
            [repr(r.code).strip("'") for r in records if "/" in r.code or not r.code.isprintable()],
        ),
        *_fault_if("Territories have no name.", "Name every territory.", _nameless(records)),
        *_fault_if(
            f"Names are longer than {NAME_LENGTH} characters.",
            "Shorten them.",
            [r.code for r in records if len(r.name) > NAME_LENGTH],
        ),
        *_fault_if(
            "Names hold control characters.",
            "Take them out; they are most often the trace of a wrong encoding.",
            [r.code for r in records if not r.name.isprintable()],
        ),
        *_fault_if(
            "Territories end before they begin.",
            "Correct valid_from or valid_to.",
            [r.code for r in records if r.valid_from and r.valid_to and r.valid_to < r.valid_from],
        ),
    ]


def _faults_of_the_tree(
    country: str, records: Sequence[TerritoryRecord], known: dict[str, Territory]
) -> list[Fault]:
    levels = {code: str(place.level) for code, place in known.items()} | {
        r.code: str(r.level) for r in records
    }
    unknown = [r for r in records if r.parent is not None and r.parent not in levels]
    return [
        *_fault_if(
            f"The country {country} is not known yet.",
            "Say its name the first time: --country-name. If the code is mistaken, correct --country.",
            [country] if any(r.parent == country for r in unknown) else [],
        ),
        *_fault_if(
            "Territories name a parent that does not exist.",
            "Add the parents to the table (columns code, name, level), or correct the parent's code.",
            [f"{r.code} → {r.parent}" for r in unknown if r.parent != country],
        ),
        *_fault_if(
            "Territories hang from one that is not above them.",
            "A municipality belongs to a department or to the country, a department to the country.",
            [f"{r.code} → {r.parent}" for r in records if r.parent in levels and not _is_above(r, levels)],
        ),
        *_fault_if(
            "Territories have no parent and are not the country.",
            f"Give them a parent; the country's own code is {country}.",
            [
                r.code
                for r in records
                if r.parent is None and not (r.level == Level.COUNTRY and r.code == country)
            ],
        ),
        *_fault_if(
            "Territories are known at another level.",
            "Give the new territory a code of its own.",
            [r.code for r in records if r.code in known and known[r.code].level != r.level],
        ),
    ]


def check_population(records: Sequence[PopulationRecord], known: Iterable[str]) -> None:
    """Raises RefusedError with every fault of the counts, their groups and territories."""
    _refuse(
        [
            *_fault_if(
                "Territories are unknown.",
                "Import them first, or correct their codes.",
                sorted({record.code for record in records} - set(known)),
                where=POPULATION,
            ),
            *_fault_if(
                "Groups are counted more than once.",
                "Keep one count of each.",
                _counted_twice(records),
                POPULATION,
            ),
            *_fault_if(
                "Counts are below zero.",
                "Correct them.",
                [_group(r) for r in records if r.count < 0],
                POPULATION,
            ),
            *_fault_if(
                "The youngest age is above the oldest.",
                "Correct age_from or age_to.",
                [_group(r) for r in records if r.age_from > r.age_to],
                POPULATION,
            ),
            *_fault_if(
                "Years or ages are out of range.",
                "Correct them.",
                [_group(r) for r in records if r.year > LATEST or max(r.age_from, r.age_to) > OLDEST],
                POPULATION,
            ),
            *_fault_if(
                "The column sex holds other words than female and male.",
                "Write female or male, or leave it empty for both.",
                sorted({r.sex for r in records} - set(SEXES)),
                POPULATION,
            ),
        ]
    )


def _counted_twice(records: Sequence[PopulationRecord]) -> list[str]:
    times = Counter(replace(record, count=0.0) for record in records)
    return [_group(record) for record, count in times.items() if count > 1]


def _group(record: PopulationRecord) -> str:
    return f"{record.code} {record.year} {record.age_from}-{record.age_to} {record.sex}".strip()


def _fault_if(what: str, remedy: str, items: Iterable[str], where: str = TERRITORIES) -> list[Fault]:
    listed = tuple(items)
    return [Fault(what, where, remedy, listed, len(listed))] if listed else []


def _twins(records: Sequence[TerritoryRecord]) -> list[str]:
    return sorted(code for code, times in Counter(record.code for record in records).items() if times > 1)


def _nameless(records: Sequence[TerritoryRecord]) -> list[str]:
    return [record.code for record in records if not record.name.strip()]


def _is_above(record: TerritoryRecord, levels: dict[str, str]) -> bool:
    return DEPTH[Level(levels[str(record.parent)])] < DEPTH[Level(record.level)]
