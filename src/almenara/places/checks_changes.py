"""Everything that may be wrong with a table of changes, found before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from almenara.common.errors import Fault
from almenara.places.checks import fault_if, refuse
from almenara.places.models import ChangeKind
from almenara.places.records import LinkRecord
from almenara.places.weighing import not_the_whole, without_weight

CHANGES = "changes"
LABEL_LENGTH, NOTE_LENGTH = 80, 500
SHAPES = {
    ChangeKind.SPLIT: "A split has one predecessor and several successors",
    ChangeKind.MERGER: "a merger several predecessors and one successor",
    ChangeKind.RENAME: "a rename one of each",
    ChangeKind.TRANSFER: "a transfer no successor that is not a predecessor too.",
}


@dataclass(frozen=True)
class Known:
    """What is known of a territory: the days of its beginning and end, and its depth in the tree."""

    valid_from: date | None
    valid_to: date | None
    depth: int


Others = Mapping[tuple[str, date], str]  # changes that stand already: of which territory, when, and its name


def check_changes(
    records: Sequence[LinkRecord], known: Mapping[str, Known], others: Others, tolerance: float
) -> None:
    """others: without those that the records replace. Raises RefusedError with every fault of the changes."""
    refuse(
        [
            *_faults_of_lines(records, known),
            *_faults_of_weights(records, tolerance),
            *_faults_of_events(records),
            *_faults_of_time(records, known, others),
        ]
    )


def _fault(what: str, remedy: str, items: Iterable[str]) -> list[Fault]:
    return fault_if(what, remedy, items, CHANGES)


def _faults_of_lines(records: Sequence[LinkRecord], known: Mapping[str, Known]) -> list[Fault]:
    named = {code for r in records for code in (r.predecessor, r.successor, r.former_parent) if code}
    twice = Counter((r.change, r.predecessor, r.successor) for r in records)
    return [
        *_fault(
            "Territories are unknown.",
            "Import them first, those that no longer exist with valid_to; or correct their codes.",
            sorted(named - set(known)),
        ),
        *_fault(
            "Lines lack a predecessor or a successor.",
            "Fill in both; a territory that stays is its own successor.",
            [r.change for r in records if not (r.predecessor and r.successor)],
        ),
        *_fault(
            f"Names of changes are empty or longer than {LABEL_LENGTH} characters, or notes longer than {NOTE_LENGTH}.",
            "Give each change a short name of its own.",
            [r.change for r in records if not 0 < len(r.change) <= LABEL_LENGTH or len(r.note) > NOTE_LENGTH],
        ),
        *_fault(
            "The column kind holds other words than split, merger, rename and transfer.",
            "Say what each change is.",
            sorted({r.kind for r in records} - set(ChangeKind.values)),
        ),
        *_fault(
            "A predecessor and a successor appear together twice in a change.",
            "Keep one line.",
            [f"{p} → {s} in {change}" for (change, p, s), n in twice.items() if n > 1],
        ),
        *_fault(
            "A predecessor and its successor are of different levels.",
            "Link territories of the same level.",
            [
                f"{r.predecessor} → {r.successor}"
                for r in records
                if r.predecessor in known and r.successor in known
                if known[r.predecessor].depth != known[r.successor].depth
            ],
        ),
    ]


def _faults_of_weights(records: Sequence[LinkRecord], tolerance: float) -> list[Fault]:
    return [
        *_fault(
            "Weights are not between 0 and 1, or populations are below zero.",
            "Write shares as 0.25, not 25.",
            [
                f"{r.predecessor} → {r.successor}"
                for r in records
                if (r.weight is not None and not 0 <= r.weight <= 1)
                or any(n is not None and n < 0 for n in (r.population, r.whole))
            ],
        ),
        *_fault(
            "It is not said which share of the people went where.",
            "Give every line of these predecessors a weight, or every one its population.",
            without_weight(records),
        ),
        *_fault(
            f"Parts do not add up to the whole within {tolerance:.2%}.",
            "Correct the lines, add the missing successor, or accept a larger difference with --tolerance.",
            not_the_whole(records, tolerance),
        ),
    ]


def _faults_of_events(records: Sequence[LinkRecord]) -> list[Fault]:
    events: dict[str, list[LinkRecord]] = defaultdict(list)
    for record in records:
        events[record.change].append(record)
    return [
        *_fault(
            "Lines of a change are of different kinds or days.",
            "Give each change one kind and one day.",
            [label for label, group in events.items() if len({(r.kind, r.day) for r in group}) > 1],
        ),
        *_fault(
            "Changes have not the links of their kind.",
            ", ".join(SHAPES.values()),
            [f"{label}: {group[0].kind}" for label, group in events.items() if not _has_shape(group)],
        ),
    ]


def _has_shape(group: Sequence[LinkRecord]) -> bool:
    before, after = {r.predecessor for r in group}, {r.successor for r in group}
    match group[0].kind:
        case ChangeKind.SPLIT:
            return len(before) == 1 and len(after) > 1
        case ChangeKind.MERGER:
            return len(before) > 1 and len(after) == 1
        case ChangeKind.RENAME:
            return len(before) == len(after) == 1
        case ChangeKind.TRANSFER:
            return after <= before
    return True  # a kind that is none has its own fault


def _faults_of_time(records: Sequence[LinkRecord], known: Mapping[str, Known], others: Others) -> list[Fault]:
    begun, ended = beginnings(records), endings(records)
    return [
        *_fault(
            "Territories are in several changes of one day.",
            "Put what happens on one day to a territory into one change.",
            _busy_twice(records, others),
        ),
        *_fault(
            "Territories would begin on several days.",
            "A successor that existed before is a predecessor too: add its own line (weight 1 to itself).",
            [code for code, days in begun.items() if len(days | _given(known, code, "valid_from")) > 1],
        ),
        *_fault(
            "Territories would end on several days.",
            "A predecessor that goes on existing is a successor too: add its own line; or correct valid_to.",
            [code for code, days in ended.items() if len(days | _given(known, code, "valid_to")) > 1],
        ),
        *_fault(
            "Territories change when they do not exist.",
            "Correct the day, or valid_from and valid_to.",
            [f"{r.predecessor} on {r.day}" for r in records if _absent(r, known, begun, ended)],
        ),
    ]


def beginnings(records: Iterable[LinkRecord]) -> dict[str, set[date]]:
    """Successors that are no predecessors of the same change: the days on which they begin."""
    listed = list(records)
    before = {(r.change, r.predecessor) for r in listed}
    return _days((r.successor, r.day) for r in listed if (r.change, r.successor) not in before)


def endings(records: Iterable[LinkRecord]) -> dict[str, set[date]]:
    """Predecessors that are no successors of the same change: the days on which they are gone."""
    listed = list(records)
    after = {(r.change, r.successor) for r in listed}
    return _days((r.predecessor, r.day) for r in listed if (r.change, r.predecessor) not in after)


def _days(pairs: Iterable[tuple[str, date]]) -> dict[str, set[date]]:
    found: dict[str, set[date]] = defaultdict(set)
    for code, day in pairs:
        found[code].add(day)
    return dict(found)


def _given(known: Mapping[str, Known], code: str, name: str) -> set[date]:
    return {getattr(known[code], name)} - {None} if code in known else set()


def _busy_twice(records: Sequence[LinkRecord], others: Others) -> list[str]:
    found: dict[tuple[str, date], set[str]] = defaultdict(set)
    for record in records:
        for code in (record.predecessor, record.successor):
            found[code, record.day].add(record.change)
    for key in found.keys() & others.keys():
        found[key].add(others[key])
    return [
        f"{code} on {day}: {', '.join(sorted(all_))}" for (code, day), all_ in found.items() if len(all_) > 1
    ]


def _absent(
    record: LinkRecord,
    known: Mapping[str, Known],
    begun: Mapping[str, set[date]],
    ended: Mapping[str, set[date]],
) -> bool:
    """Whether the predecessor begins only on that day or later, or is gone before."""
    code = record.predecessor
    begins = begun.get(code, set()) | _given(known, code, "valid_from")
    ends = ended.get(code, set()) | _given(known, code, "valid_to")
    return any(day >= record.day for day in begins) or any(day < record.day for day in ends)
