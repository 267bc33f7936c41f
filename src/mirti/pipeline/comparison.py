"""Two releases side by side: how each area's rate changed, and whether that is more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mirti.documents import Manifest
from mirti.documents.comparison import (
    ComparedRelease,
    ComparisonRecord,
    Remark,
    TerritoryChange,
    TransitionRow,
    Verdict,
)
from mirti.errors import InputError, Problem
from mirti.io.release_reader import read_release
from mirti.io.release_tables import Release, floats, replicate_matrix, texts
from mirti.io.results import write_results
from mirti.maps.breaks import class_of
from mirti.pipeline.comparable import check_comparable, judged, remarks, shared_inputs
from mirti.report.comparison_page import remark_text, render_comparison
from mirti.smallarea.change import Change, change, transitions
from mirti.tables import Floats, Index

FALSE_DISCOVERY = 0.05
SEED = 20_260_101  # pairs the replicates of the two releases
VERDICTS: tuple[Verdict, ...] = ("down", "none", "up")


@dataclass(frozen=True)
class Comparison:
    """record: comparison.json; changes: one row an area of both; geojson: the later release's polygons, if any."""

    record: ComparisonRecord
    changes: pa.Table
    geojson: dict[str, Any] | None


def compare(earlier: Path, later: Path, *, accept: str | None = None, out: Path | None = None) -> Comparison:
    """Compare the release folders, and write comparison.json, .html, changes.csv and .parquet to the new folder `out`.

    accept: why releases of another country, outcome or ages, or of one survey, are compared all the same. Raises
    InputError if either is no release, if they may not be compared, share no area, or if `out` exists.
    """
    before, after = read_release(earlier), read_release(later)
    check_comparable(before.manifest, after.manifest, accepted=accept)
    comparison = compare_releases(before, after, accept)
    if out is not None:
        write_results(
            out,
            {
                "comparison.json": comparison.record,
                "comparison.html": render_comparison(
                    comparison.record, comparison.changes, comparison.geojson
                ),
                "changes.csv": comparison.changes,
                "changes.parquet": comparison.changes,
            },
        )
    return comparison


def compare_releases(before: Release, after: Release, accept: str | None = None) -> Comparison:
    """The comparison of two releases that may be compared."""
    pair = _Pair(before, after)
    drawn = pair.replicates() if judged(before.manifest, after.manifest) else None
    areas = change(pair.of("risk")[0], pair.of("risk")[1], drawn, seed=SEED)
    verdicts = _verdicts(areas)
    breaks = np.array(before.classes.breaks)
    classes = class_of(pair.of("risk")[0], breaks), class_of(pair.of("risk")[1], breaks)
    record = ComparisonRecord(
        earlier=_side(before.manifest),
        later=_side(after.manifest),
        country=after.manifest.country,
        outcome=after.manifest.outcome.label,
        ages=after.manifest.ages,
        accepted=accept,
        judged=drawn is not None,
        false_discovery=FALSE_DISCOVERY,
        shared=shared_inputs(before.manifest, after.manifest),
        remarks=tuple(
            Remark(key=key, text=remark_text(key, items), items=items)
            for key, items in remarks(before.manifest, after.manifest)
        ),
        compared=len(pair.codes),
        up=verdicts.count("up"),
        down=verdicts.count("down"),
        appeared=pair.appeared,
        disappeared=pair.disappeared,
        nation=_domains(pair, drawn, "country")[0],
        departments=_domains(pair, drawn, "department"),
        breaks=before.classes.breaks,
        transitions=tuple(
            TransitionRow(**vars(row))
            for row in transitions(*classes, pair.of("children"), len(breaks) + 1)
        ),
    )  # fmt: skip
    return Comparison(record, _table(pair, areas, verdicts, classes), after.geojson)


class _Pair:
    """The areas that both releases have, in the order of the later one."""

    def __init__(self, before: Release, after: Release) -> None:
        self.releases = before, after
        codes = tuple(texts(release.areas, "code") for release in self.releases)
        both = set(codes[0]) & set(codes[1])
        if not both:
            what = (
                f"The releases have no area in common: the earlier's codes begin {', '.join(codes[0][:3])}, "
                f"the later's {', '.join(codes[1][:3])}."
            )
            raise InputError(Problem(what, after.manifest.release_id, "Form the area codes of both alike."))
        self.codes = tuple(code for code in codes[1] if code in both)
        self._at = tuple(_positions(own, self.codes) for own in codes)
        self.appeared = tuple(code for code in codes[1] if code not in both)
        self.disappeared = tuple(code for code in codes[0] if code not in both)

    def of(self, column: str) -> tuple[Floats, Floats]:
        """A column of both, (n,) each."""
        one, other = (
            floats(r.areas, column)[at] for r, at in zip(self.releases, self._at, strict=True)
        )  # fmt: skip
        return one, other

    def replicates(self) -> tuple[Floats, Floats]:
        """Of both, (n, B) and (n, C)."""
        one, other = (
            replicate_matrix(r, texts(r.areas, "code"))[at]
            for r, at in zip(self.releases, self._at, strict=True)
        )
        return one, other

    def labels(self, column: str) -> list[str | None]:
        values = self.releases[1].areas[column].to_pylist()
        return [values[i] for i in self._at[1]]


def _positions(own: list[str], codes: tuple[str, ...]) -> Index:
    place = {code: i for i, code in enumerate(own)}
    return np.array([place[code] for code in codes], dtype=np.int32)


def _side(manifest: Manifest) -> ComparedRelease:
    return ComparedRelease(
        release_id=manifest.release_id,
        title=manifest.title,
        survey_year=manifest.survey_year,
        census_year=manifest.census_year,
        children_year=manifest.children_year,
        interval_kind=manifest.interval_kind,
    )


def _verdicts(found: Change) -> list[Verdict | None]:
    """Up or down where the false discovery rate allows it; None where nothing is judged."""
    kept = found.q_value <= FALSE_DISCOVERY
    sign = np.sign(found.difference).astype(int)
    return [
        None if np.isnan(q) else VERDICTS[1 + (s if k else 0)]
        for q, k, s in zip(found.q_value.tolist(), kept.tolist(), sign.tolist(), strict=True)
    ]


def _domains(pair: _Pair, drawn: tuple[Floats, Floats] | None, level: str) -> tuple[TerritoryChange, ...]:
    """Change of the domains of a level that both releases have, each by its own areas and children."""
    sides = [_domain_rows(release, level) for release in pair.releases]
    codes = [code for code in sides[1] if code in sides[0]]
    if level == "country":  # whatever its code, there is one
        codes, sides[0] = list(sides[1]), dict(zip(sides[1], sides[0].values(), strict=True))
    rates = [np.array([side[code]["risk"] for code in codes]) for side in sides]
    draws = None if drawn is None else tuple(
        np.array([_domain_draws(release, None if level == "country" else code) for code in codes])
        .reshape(len(codes), -1)
        for release in pair.releases
    )  # fmt: skip
    found = change(
        rates[0], rates[1], None if draws is None or not codes else (draws[0], draws[1]), seed=SEED
    )
    return tuple(
        _territory(code, sides[1][code]["name"], i, rates, found, verdict)
        for i, (code, verdict) in enumerate(zip(codes, _verdicts(found), strict=True))
    )


def _domain_rows(release: Release, level: str) -> dict[str, dict[str, Any]]:
    rows = release.domains.select(["code", "name", "level", "risk"]).to_pylist()
    return {row["code"]: row for row in rows if row["level"] == level}


def _domain_draws(release: Release, code: str | None) -> Floats:
    """Draws (B,) of a domain's rate: its areas' draws weighted by their children."""
    codes = texts(release.areas, "code")
    inside = np.array([code is None or parent == code for parent in release.areas["parent"].to_pylist()])
    children = floats(release.areas, "children")[inside]
    return np.asarray(children @ replicate_matrix(release, codes)[inside] / children.sum())


def _territory(
    code: str, name: str, i: int, rates: list[Floats], found: Change, verdict: Verdict | None
) -> TerritoryChange:
    return TerritoryChange(
        code=code,
        name=name,
        earlier=float(rates[0][i]),
        later=float(rates[1][i]),
        difference=float(found.difference[i]),
        low=found.low[i],
        high=found.high[i],
        p_value=found.p_value[i],
        p_adjusted=found.q_value[i],
        p_up=found.p_up[i],
        verdict=verdict,
    )


def _table(
    pair: _Pair, found: Change, verdicts: list[Verdict | None], classes: tuple[Index, Index]
) -> pa.Table:
    """changes.parquet: rates, differences and intervals are proportions; null where nothing is judged."""
    judged = ("low", "high", "p_value", "q_value", "p_up")
    named = ("ci_low", "ci_high", "p_value", "p_adjusted", "p_up")
    numbers = {name: getattr(found, field) for name, field in zip(named, judged, strict=True)}
    columns: dict[str, Any] = {
        "code": list(pair.codes),
        "name": pair.labels("name"),
        "parent": pair.labels("parent"),
        "earlier": pair.of("risk")[0],
        "later": pair.of("risk")[1],
        "difference": found.difference,
        **{name: pa.array(values, type=pa.float64(), from_pandas=True) for name, values in numbers.items()},
        "verdict": pa.array(verdicts, type=pa.string()),
        "class_before": classes[0],
        "class_after": classes[1],
        "children_before": pair.of("children")[0],
        "children_after": pair.of("children")[1],
    }
    return pa.table(columns)
