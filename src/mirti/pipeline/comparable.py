"""Whether two releases may be compared at all, and what a reader of the comparison must know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mirti.documents import Manifest
from mirti.errors import InputError, Problem

# What makes two outcomes the same; the columns that hold the answers may be called otherwise.
SUBSTANCE = ("kind", "minimum_age", "economic", "chores", "hazardous_branches", "hazardous_occupations")
ASKED = ("chores_hours", "branch", "occupation")
SAME_SURVEY = "survey"

Told = tuple[str, tuple[str, ...]]  # key of a remark, and what it names


def check_comparable(earlier: Manifest, later: Manifest, *, accepted: str | None) -> None:
    """Raises InputError for the same release twice, and, unless there is a reason to accept it, for another country,
    outcome or ages, or one survey behind both."""
    if earlier.release_id == later.release_id:
        raise InputError(
            Problem("This is the same release twice.", earlier.release_id, "Give an earlier and a later one.")
        )
    if earlier.measure != later.measure:
        what = "One release is of a rate, the other of an index: their figures are not of one kind."
        raise InputError(Problem(what, later.release_id, "Compare two releases of the same kind."))
    if accepted is None:
        problems = [
            Problem(what, f"{earlier.release_id} and {later.release_id}", remedy)
            for what, remedy in _differences(earlier, later)
        ]
        if problems:
            raise InputError(problems)


def differing(earlier: Manifest, later: Manifest) -> tuple[str, ...]:
    """Which of country, outcome and ages are not the same."""
    same = {
        "country": earlier.country == later.country,
        "outcome": _substance(earlier) == _substance(later),
        "ages": earlier.ages == later.ages,
    }
    return tuple(name for name, is_same in same.items() if not is_same)


def shared_inputs(earlier: Manifest, later: Manifest) -> tuple[str, ...]:
    """Roles of the inputs that are the same file, by SHA-256, in both."""
    known = {(record.role, record.sha256) for record in earlier.inputs}
    return tuple(record.role for record in later.inputs if (record.role, record.sha256) in known)


def remarks(earlier: Manifest, later: Manifest) -> Iterator[Told]:
    """What the two releases share and in what they differ, beyond the years."""
    shared = shared_inputs(earlier, later)
    if others := differing(earlier, later):
        yield "differing", others
    if SAME_SURVEY in shared:
        yield "same_survey", ()
    elif earlier.measure == "rate":
        yield "independent", ()
    if "census" in shared:
        yield "same_census", ()
    if _model(earlier) != _model(later):
        yield "other_model", ()
    if not both_drawn(earlier, later):
        yield "no_replicates", tuple(sorted({earlier.interval_kind, later.interval_kind}))
    if earlier.measure == "index":
        yield "index", ()


def both_drawn(earlier: Manifest, later: Manifest) -> bool:
    return earlier.interval_kind == later.interval_kind == "bootstrap"


def judged(earlier: Manifest, later: Manifest) -> bool:
    """Whether the replicates of both say how uncertain a difference is: of the bootstrap, from two surveys."""
    return both_drawn(earlier, later) and SAME_SURVEY not in shared_inputs(earlier, later)


def _differences(earlier: Manifest, later: Manifest) -> Iterator[tuple[str, str]]:
    anyway = 'or give a reason to compare them all the same: --accept "REASON", which is printed.'
    told = {
        "country": (f"The countries are {earlier.country} and {later.country}.", "Compare one country"),
        "outcome": ("The outcomes are not measured by the same rule.", "Run one of them again by the other's rule"),
        "ages": (
            f"The ages are {_span(earlier.ages)} and {_span(later.ages)}.",
            "Run one of them again for the other's ages",
        ),
    }  # fmt: skip
    for name in differing(earlier, later):
        what, remedy = told[name]
        yield what, f"{remedy}, {anyway}"
    if SAME_SURVEY in shared_inputs(earlier, later):
        what = "Both releases rest on the same survey: their errors are not independent, and no change can be seen."
        yield what, f"Compare releases of two surveys, {anyway}"


def _substance(manifest: Manifest) -> tuple[Any, ...]:
    rule = manifest.outcome.rule
    asked = tuple(rule.get(key) is not None for key in ASKED)
    # A ready column says of itself only what it is called.
    named = manifest.outcome.label if rule.get("kind") not in ("child_labour", "hazardous_work") else None
    return (*(rule.get(key) for key in SUBSTANCE), asked, named)


def _model(manifest: Manifest) -> tuple[Any, ...]:
    spec = manifest.spec
    covariates = tuple(sorted(str(each.get("name")) for each in spec.get("covariates", ())))
    return covariates, spec.get("model"), spec.get("benchmark")


def _span(ages: tuple[int, int]) -> str:
    return f"{ages[0]}–{ages[1]}"
