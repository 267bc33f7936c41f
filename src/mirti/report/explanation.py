"""Why a territory stands where it stands, in plain sentences and in one of the four languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mirti.documents import ClassRow, Manifest
from mirti.io.release_tables import Release
from mirti.report.catalogue import Language
from mirti.report.labels import Labels
from mirti.report.standing import Contribution, Row, Standing, standing
from mirti.report.told import warnings_in

PAGE = "explanation"


def explanation(release: Release, code: str, language: str) -> str:
    """The whole text about the area with that code."""
    found, said = standing(release, code), Language(language, PAGE)
    words = _Words(release, said)
    blocks = [words.heading(found)]
    if found.withheld:
        blocks.append(words.withheld(found))
    else:
        blocks += [words.level(found), words.place(found), words.reasons(found)]
        blocks += [words.scenarios(found)] if found.scenarios else []
    blocks += [words.exceptions()] if release.manifest.accepted else []
    blocks += [words.warnings()] if release.manifest.warnings else []
    return "\n\n".join("\n".join(block) for block in blocks)


class _Words:
    """The sentences of one release in one language."""

    def __init__(self, release: Release, said: Language) -> None:
        self._release, self._said = release, said
        self._labels = Labels(release.manifest.spec, said.code)
        self._index = release.manifest.measure == "index"

    def heading(self, found: Standing) -> list[str]:
        area, manifest = found.area, self._release.manifest
        where = f", {found.parent}" if found.parent else ""
        title = getattr(manifest.title, self._said.code)
        written = self._said.say("explain_release", title=title, release=manifest.release_id)
        return [f"{area['name']} ({area['code']}){where}", written if manifest.release_id else title]

    def withheld(self, found: Standing) -> list[str]:
        said = self._said
        return [
            said.say("explain_withheld_children", **self._children(found.area)),
            said.say("explain_withheld", cv=said.rate(found.area["cv"], 0)),
        ]

    def level(self, found: Standing) -> list[str]:
        """The rate or the score, its interval, its letter, and the nation's."""
        said, area = self._said, found.area
        if self._index:
            first = said.say("explain_score", score=self._value(area["risk"]), **self._children(area))
        else:
            outcome = getattr(self._release.manifest.outcome.label, said.code)
            first = said.say(
                "explain_rate",
                rate=said.rate(area["risk"]),
                expected=said.count(area["expected"]),
                outcome=outcome,
                **self._children(area),
            )
        return [first, *self._interval(area), *self._letter(area), self._distance(found)]

    def place(self, found: Standing) -> list[str]:
        """Class and rank, and how sure they are."""
        said, area, table = self._said, found.area, self._release.classes
        own: ClassRow = next(row for row in table.classes if row.number == area["class"])
        rank = said.say("explain_rank", rank=said.count(area["rank"]), areas=said.count(found.areas))
        limits = {"low": self._value(own.low), "high": self._value(own.high)}
        lines = [said.say("explain_class", number=own.number, total=len(table.classes), **limits)]
        if area.get(f"p_{own.number}") is None:
            return [*lines, rank, said.say("explain_not_sure")]
        low, high = said.count(area["rank_low"]), said.count(area["rank_high"])
        lines[0] = f"{lines[0]} {self._sureness(area, own.number, len(table.classes))}"
        return [*lines, f"{rank} {said.say('explain_rank_interval', low=low, high=high)}", *self._top(area)]

    def reasons(self, found: Standing) -> list[str]:
        """The strongest factors each way, what belongs to no factor, and what it all means."""
        said = self._said
        lines = [said.say("explain_why")]
        lines += self._listed(found.raising, "explain_raises", "explain_nothing_raises")
        lines += self._listed(found.lowering, "explain_lowers", "explain_nothing_lowers")
        lines.append(said.say("explain_besides"))
        if found.others is not None:
            lines.append(f"  {said.points(found.others)}  {said.say('explain_others')}")
        lines += [self._line(row, said.say(f"explain_own_{row.factor}")) for row in found.own]
        lines.append(said.say("explain_total", points=said.points(found.distance)))
        if all(row.low is None for row in (*found.raising, *found.lowering, *found.own)):
            lines.append(said.say("explain_no_intervals"))
        return [*lines, said.say("explain_parts" if self._index else "explain_associations")]

    def scenarios(self, found: Standing) -> list[str]:
        said = self._said
        declared = {each["name"]: each for each in self._release.manifest.spec.get("scenarios", ())}
        lines = [said.say("explain_what_if")]
        for row in found.scenarios:
            label = declared.get(row["scenario"], {}).get("label", {}).get(said.code, row["scenario"])
            lines.append(f"  {self._scenario(label, row)}")
        return [*lines, said.say("explain_not_a_policy")]

    def exceptions(self) -> list[str]:
        accepted = self._release.manifest.accepted
        rows = [f"  {self._labels.factor(each.covariate)}: {each.reason}" for each in accepted]
        return [self._said.say("accepted_heading"), *rows]

    def warnings(self) -> list[str]:
        said = self._said
        warnings = warnings_in(self._release.manifest.warnings, said)
        heading = said.say("warnings_heading")
        if not all(warning.translated for warning in warnings):
            heading = f"{heading}. {said.say('warnings_language')}"
        return [heading, *(f"  {warning.text}" for warning in warnings)]

    def _children(self, area: Row) -> dict[str, Any]:
        manifest: Manifest = self._release.manifest
        source = self._said.say(f"explain_{area['children_source']}", year=area["children_year"])
        first, last = manifest.ages
        return {
            "children": self._said.count(area["children"]), "first": first, "last": last, "source": source
        }  # fmt: skip

    def _value(self, value: float) -> str:
        """A rate in per cent, or a score."""
        return self._said.number(100 * value, 1) if self._index else self._said.rate(value)

    def _interval(self, area: Row) -> Iterator[str]:
        kind = area["interval_kind"]
        holds = self._said.say("explain_holds_choices" if kind == "choices" else f"holds_{kind}")
        if area["ci_low"] is None:
            yield holds
        else:
            low, high = self._value(area["ci_low"]), self._value(area["ci_high"])
            yield self._said.say("interval_of", low=low, high=high, holds=holds)

    def _letter(self, area: Row) -> Iterator[str]:
        if area["reliability"] is not None:
            cv = self._said.rate(area["cv"], 0)
            yield self._said.say(f"explain_letter_{area['reliability']}", cv=cv)

    def _distance(self, found: Standing) -> str:
        said, distance = self._said, found.distance
        ending = "_index" if self._index else ""
        points = said.number(abs(100 * distance), 1)
        way = "above" if distance > 0 else "below"
        if round(100 * distance, 1) == 0:
            way, points = "same", said.number(0.1, 1)
        return said.say(f"explain_{way}{ending}", points=points, national=self._value(found.country["risk"]))

    def _sureness(self, area: Row, own: int, classes: int) -> str:
        said = self._said
        chances = {number: area[f"p_{number}"] for number in range(1, classes + 1)}
        sure = said.say("explain_class_sure", probability=said.chance(chances.pop(own)))
        other = max(chances, key=lambda number: chances[number])
        if chances[other] < 0.005:
            return sure
        return (
            f"{sure} {said.say('explain_class_other', other=other, probability=said.rate(chances[other], 0))}"
        )

    def _top(self, area: Row) -> Iterator[str]:
        record = self._release.diagnostics.uncertainty
        if record is not None and area["p_top"] is not None:
            chance = self._said.chance(area["p_top"])
            yield self._said.say("explain_top", top=self._said.count(record.top), probability=chance)

    def _listed(self, rows: Sequence[Contribution], some: str, none: str) -> list[str]:
        if not rows:
            return [self._said.say(none)]
        return [self._said.say(some), *(self._line(row, self._labels.factor(row.factor)) for row in rows)]

    def _line(self, row: Contribution, label: str) -> str:
        said = self._said
        notes = []
        if row.low is not None and row.high is not None:
            notes.append(said.say("explain_range", low=said.points(row.low), high=said.points(row.high)))
        notes += [said.say("explain_undecided")] if row.undecided else []
        notes += [said.say("explain_in_reach")] if row.in_reach else []
        after = f" ({'; '.join(notes)})" if notes else ""
        return f"  {said.points(row.value)}  {label}{after}"

    def _scenario(self, label: str, row: Row) -> str:
        said, interval = self._said, ""
        if row["ci_low"] is not None:
            ends = {"low": said.points(row["ci_low"]), "high": said.points(row["ci_high"])}
            interval = f" ({said.say('explain_range', **ends)})"
        return said.say(
            "explain_scenario",
            label=label,
            rate=said.rate(row["risk"]),
            points=said.points(row["difference"]),
            interval=interval,
            children=said.change(row["expected_difference"]),
            moved=said.rate(row["moved"]),
        )
