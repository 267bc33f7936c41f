"""Everything that may be wrong with what comes into places, found before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from almenara.common.errors import Fault, RefusedError
from almenara.places.encodings import LOST, meant
from almenara.places.ladder import PLAIN, Ladder
from almenara.places.models import Level, Territory
from almenara.places.records import PopulationRecord, TerritoryRecord

CODE_LENGTH, NAME_LENGTH = 40, 200  # as the tables have them
SEXES = ("", "female", "male")
LATEST, OLDEST = 9999, 200  # year, age
TERRITORIES, POPULATION = "territories", "population"


def check_records(
    country: str, records: Sequence[TerritoryRecord], known: dict[str, Territory], ladder: Ladder = PLAIN
) -> None:
    """Raises RefusedError with every fault of the codes, names and parents."""
    refuse([*_faults_of_texts(records), *_faults_of_the_tree(country, records, known, ladder)])


def refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise RefusedError(faults)


def _faults_of_texts(records: Sequence[TerritoryRecord]) -> list[Fault]:
    return [
        *fault_if("Codes appear more than once.", "Give each territory its own code.", _twins(records)),
        *fault_if(
            f"Codes are longer than {CODE_LENGTH} characters.",
            "Give them shorter ones.",
            [r.code for r in records if len(r.code) > CODE_LENGTH],
        ),
        *fault_if(
            "Codes cannot be part of an address.",
            "Leave out slashes and control characters.",
            [repr(r.code).strip("'") for r in records if "/" in r.code or not r.code.isprintable()],
        ),
        *fault_if("Territories have no name.", "Name every territory.", _nameless(records)),
        *fault_if(
            f"Names are longer than {NAME_LENGTH} characters.",
            "Shorten them.",
            [r.code for r in records if len(r.name) > NAME_LENGTH],
        ),
        *fault_if(
            "Names hold control characters.",
            "Take them out; they are most often the trace of a wrong encoding.",
            [r.code for r in records if not r.name.isprintable()],
        ),
        *faults_of_encoding(((r.code, r.name) for r in records), TERRITORIES),
        *fault_if(
            "Territories end before they begin.",
            "Correct valid_from or valid_to.",
            [r.code for r in records if r.valid_from and r.valid_to and r.valid_to < r.valid_from],
        ),
    ]


def _faults_of_the_tree(
    country: str, records: Sequence[TerritoryRecord], known: dict[str, Territory], ladder: Ladder
) -> list[Fault]:
    depths = {code: ladder.depth_of(place) for code, place in known.items()}
    depths |= {record.code: ladder.depth(record) for record in records}
    unknown = [r for r in records if r.parent is not None and r.parent not in depths]
    return [
        *fault_if(
            f"The country {country} is not known yet.",
            "Say its name the first time: --country-name. If the code is mistaken, correct --country.",
            [country] if any(r.parent == country for r in unknown) else [],
        ),
        *fault_if(
            "Territories name a parent that does not exist.",
            "Add the parents to the table (columns code, name, level), or correct the parent's code.",
            [f"{r.code} → {r.parent}" for r in unknown if r.parent != country],
        ),
        *fault_if(
            "Territories hang from one that is not above them.",
            f"The levels are, from the top: {', '.join(ladder.words)}.",
            [f"{r.code} → {r.parent}" for r in records if depths.get(r.parent or "", -1) >= depths[r.code]],
        ),
        *fault_if(
            "Territories are of a level that the country does not have.",
            f"The levels are, from the top: {', '.join(ladder.words)}.",
            [f"{r.code}: {r.tier or r.level}" for r in records if not ladder.has(r)],
        ),
        *fault_if(
            "Territories have no parent and are not the country.",
            f"Give them a parent; the country's own code is {country}.",
            [
                r.code
                for r in records
                if r.parent is None and not (r.level == Level.COUNTRY and r.code == country)
            ],
        ),
        *fault_if(
            "Territories are known at another level.",
            "Give the new territory a code of its own.",
            [r.code for r in records if r.code in known and _differs(known[r.code], r)],
        ),
    ]


def check_population(records: Sequence[PopulationRecord], known: Iterable[str]) -> None:
    """Raises RefusedError with every fault of the counts, their groups and territories."""
    refuse(
        [
            *fault_if(
                "Territories are unknown.",
                "Import them first, or correct their codes.",
                sorted({record.code for record in records} - set(known)),
                where=POPULATION,
            ),
            *fault_if(
                "Groups are counted more than once.",
                "Keep one count of each.",
                _counted_twice(records),
                POPULATION,
            ),
            *fault_if(
                "Counts are below zero.",
                "Correct them.",
                [_group(r) for r in records if r.count < 0],
                POPULATION,
            ),
            *fault_if(
                "The youngest age is above the oldest.",
                "Correct age_from or age_to.",
                [_group(r) for r in records if r.age_from > r.age_to],
                POPULATION,
            ),
            *fault_if(
                "Years or ages are out of range.",
                "Correct them.",
                [_group(r) for r in records if r.year > LATEST or max(r.age_from, r.age_to) > OLDEST],
                POPULATION,
            ),
            *fault_if(
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


def fault_if(what: str, remedy: str, items: Iterable[str], where: str = TERRITORIES) -> list[Fault]:
    listed = tuple(items)
    return [Fault(what, where, remedy, listed, len(listed))] if listed else []


def _twins(records: Sequence[TerritoryRecord]) -> list[str]:
    return sorted(code for code, times in Counter(record.code for record in records).items() if times > 1)


def faults_of_encoding(names: Iterable[tuple[str, str]], where: str) -> list[Fault]:
    """names: what each belongs to, and the name."""
    known = list(names)
    return [
        *fault_if(
            "Names look as if they had been encoded twice.",
            "Save the source in UTF-8 anew, or, for a shapefile, keep the .cpg beside it.",
            [f"{code}: {name} → {meant(name)}" for code, name in known if meant(name) != name],
            where,
        ),
        *fault_if(
            "Names have lost letters to a wrong encoding.",
            "Take them from the source again.",
            [f"{code}: {name}" for code, name in known if LOST in name],
            where,
        ),
    ]


def _nameless(records: Sequence[TerritoryRecord]) -> list[str]:
    return [record.code for record in records if not record.name.strip()]


def _differs(place: Territory, record: TerritoryRecord) -> bool:
    """A record of a class need not name the tier: no two tiers are of one class."""
    other = record.tier and place.tier is not None and place.tier.code != record.tier
    return place.level != record.level or bool(other)
