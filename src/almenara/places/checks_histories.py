"""Everything that may be wrong with tables of levels, codes and names, found before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from almenara.common.errors import Fault
from almenara.places.checks import CODE_LENGTH, NAME_LENGTH, fault_if, faults_of_encoding, refuse
from almenara.places.models import FURTHER, Level, NameKind
from almenara.places.records import CodeRecord, NameRecord, TierRecord

TIERS, CODES, NAMES = "levels", "codes", "names"
WORD_LENGTH = 80
CLASSES = [str(level) for level in Level]
SLUG, LANGUAGE = re.compile(r"[A-Za-z0-9_-]{1,40}"), re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
Held = Mapping[
    tuple[str, str], Collection[tuple[str, date | None, date | None]]
]  # (scheme, code): of whom, when


def check_tiers(records: Sequence[TierRecord]) -> None:
    """Raises RefusedError with every fault of the levels, their order and their names."""
    classed = sorted((r for r in records if r.level in CLASSES), key=lambda r: r.rank)
    order = [CLASSES.index(record.level) for record in classed]
    refuse(
        [
            *fault_if(
                "Ranks do not count from 0 without a gap.",
                "Number the levels from the country (0) down.",
                [] if sorted(r.rank for r in records) == list(range(len(records))) else _ranks(records),
                TIERS,
            ),
            *fault_if(
                "The column level holds other words than country, department, municipality and further.",
                "Say in which class results show the level; further if in none.",
                [f"{r.code}: {r.level}" for r in records if r.level not in [*CLASSES, FURTHER]],
                TIERS,
            ),
            *fault_if(
                "The first level is not the country, or a later one is.",
                "Give rank 0 the level country.",
                [r.code for r in records if (r.rank == 0) != (r.level == Level.COUNTRY)],
                TIERS,
            ),
            *fault_if(
                "Levels of a class appear twice, or not in the order department, municipality.",
                "Let at most one level be department and one below it municipality; call others further.",
                [r.code for r in classed] if order != sorted(set(order)) else [],
                TIERS,
            ),
            *fault_if(
                "Codes of levels appear twice.",
                "Give each level its own.",
                [code for code, n in Counter(r.code for r in records).items() if n > 1],
                TIERS,
            ),
            *fault_if(
                "Codes of levels are empty, longer than 40 signs, hold others than letters, digits, - and _, "
                "or mean another class.",
                "Write one word, such as province.",
                [r.code for r in records if not _is_code(r)],
                TIERS,
            ),
            *fault_if(
                f"Names of levels are missing, or longer than {WORD_LENGTH} characters.",
                "Name each level in es, pt, en and fr, one and many.",
                [name for record in records for name in _unnamed(record)],
                TIERS,
            ),
        ]
    )


def _ranks(records: Sequence[TierRecord]) -> list[str]:
    return [str(rank) for rank in sorted(r.rank for r in records)]


def _is_code(record: TierRecord) -> bool:
    means_another = record.code in [*CLASSES, FURTHER] and record.code != record.level
    return bool(SLUG.fullmatch(record.code)) and not means_another


def _unnamed(record: TierRecord) -> list[str]:
    said = [(f"name_{language}", name) for language, name in record.names.items()]
    said += [(f"plural_{language}", name) for language, name in record.plurals.items()]
    return [f"{record.code} {column}" for column, name in said if not 0 < len(name) <= WORD_LENGTH]


def check_codes(records: Sequence[CodeRecord], known: Collection[str], held: Held) -> None:
    """held: codes of schemes that other territories have already. Raises RefusedError with every fault."""
    refuse(
        [
            *_faults_of_owners(records, known, CODES),
            *fault_if(
                f"Codes or schemes are empty, or longer than {CODE_LENGTH} characters.",
                "Fill in scheme and other, or leave the line out.",
                [r.code for r in records if not _has_length(r.scheme, r.other)],
                CODES,
            ),
            *fault_if(
                "Two territories have a code of a scheme at the same time.",
                "Say with valid_from and valid_to when each had it.",
                _held_twice(records, held),
                CODES,
            ),
        ]
    )


def _has_length(*texts: str) -> bool:
    return all(0 < len(text) <= CODE_LENGTH for text in texts)


def _held_twice(records: Sequence[CodeRecord], held: Held) -> list[str]:
    holders: dict[tuple[str, str], list[tuple[str, date | None, date | None]]] = {}
    found = []
    for record in records:
        key = (record.scheme, record.other)
        mine = (record.code, record.valid_from, record.valid_to)
        others = [*holders.setdefault(key, []), *held.get(key, ())]
        found += [
            f"{record.scheme} {record.other}: {other[0]} and {record.code}"
            for other in others
            if other[0] != record.code and meet(other[1:], mine[1:])
        ]
        holders[key].append(mine)
    return found


def meet(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two half-open spans share a day; None is an open end."""
    begins = max(one[0] or date.min, other[0] or date.min)
    return begins < min(one[1] or date.max, other[1] or date.max)


def check_names(records: Sequence[NameRecord], known: Collection[str]) -> None:
    """Raises RefusedError with every fault."""
    refuse(
        [
            *_faults_of_owners(records, known, NAMES),
            *fault_if(
                "The column kind holds other words than former, alternate and abbreviation.",
                "Say what each name is.",
                sorted({r.kind for r in records} - set(NameKind.values)),
                NAMES,
            ),
            *fault_if(
                f"Names are empty, longer than {NAME_LENGTH} characters, or hold control characters.",
                "Correct them.",
                [r.code for r in records if not 0 < len(r.name) <= NAME_LENGTH or not r.name.isprintable()],
                NAMES,
            ),
            *fault_if(
                "Languages are not written as tags.",
                "Write the tag of BCP 47, such as es, quz or gn; leave it empty if the name is of no language.",
                sorted({r.language for r in records if r.language and not _is_tag(r.language)}),
                NAMES,
            ),
            *faults_of_encoding(((r.code, r.name) for r in records), NAMES),
        ]
    )


def _is_tag(text: str) -> bool:
    return len(text) <= 35 and LANGUAGE.fullmatch(text) is not None


def _faults_of_owners(
    records: Iterable[CodeRecord | NameRecord], known: Collection[str], where: str
) -> list[Fault]:
    listed = list(records)
    return [
        *fault_if(
            "Territories are unknown.",
            "Import them first, or correct their codes.",
            sorted({r.code for r in listed} - set(known)),
            where,
        ),
        *fault_if(
            "Lines end before they begin, or on the same day.",
            "Correct valid_from or valid_to: the one is the first day, the other the first day without it.",
            [r.code for r in listed if r.valid_from and r.valid_to and r.valid_to <= r.valid_from],
            where,
        ),
    ]
