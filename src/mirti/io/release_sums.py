"""Do the parts of a release add up: rates and totals, domains, classes, ranks, drivers, coefficients, map?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mirti.disclosure import is_small
from mirti.errors import Problem
from mirti.io.release_scenario_sums import check_intervals, check_scenarios
from mirti.io.release_tables import Release, floats, texts
from mirti.smallarea.ranks import competition_ranks

REMEDY = "Run the model again; if the fault stays, report it with this sentence."
RELATIVE = 1e-9
ABSOLUTE = 1e-9


def check_sums(release: Release) -> Iterator[Problem]:
    """Faults of substance. Assumes that the schema holds."""
    for table in ("areas.parquet", "domains.parquet"):
        yield from _check_estimates(table, release.tables[table], release)
    if texts(release.domains, "level").count("country") != 1:
        yield Problem("There is not exactly one country.", "domains.parquet", REMEDY)
        return  # every further sum is against the country's
    yield from _check_domains(release)
    yield from _check_classes(release)
    yield from _check_ranks(release)
    yield from _check_drivers(release)
    yield from check_scenarios(release)
    yield from check_intervals(release)
    yield from _check_coefficients(release)
    yield from _check_weights(release)
    yield from _check_codes(release)


def _check_estimates(name: str, table: pa.Table, release: Release) -> Iterator[Problem]:
    risk, children = floats(table, "risk"), floats(table, "children")
    codes = texts(table, "code")
    if _is_rate(release):
        yield from _faults(
            "The expected number is not risk × children.",
            name,
            codes,
            ~np.isclose(floats(table, "expected"), risk * children, rtol=RELATIVE, atol=ABSOLUTE),
        )
    outside = (floats(table, "ci_low") > risk) | (floats(table, "ci_high") < risk)
    yield from _faults("The interval does not contain the risk.", name, codes, outside)
    kinds = np.array(texts(table, "interval_kind"), dtype=object)
    yield from _faults(
        "The kind of interval is not the manifest's.", name, codes, kinds != release.manifest.interval_kind
    )


def _check_domains(release: Release) -> Iterator[Problem]:
    areas, domains = release.areas, release.domains
    parent = np.array([p or release.manifest.country for p in areas["parent"].to_pylist()], dtype=object)
    codes = texts(domains, "code")
    orphans = sorted(set(parent) - set(codes))
    if orphans:
        yield Problem("Areas name a parent that is no domain.", "areas.parquet", REMEDY, items=tuple(orphans))
    for i, (code, level) in enumerate(zip(codes, texts(domains, "level"), strict=True)):
        inside = np.full(len(parent), True) if level == "country" else parent == code
        summed = ("children", "expected", "sample_n") if _is_rate(release) else ("children",)
        sums = {c: floats(areas, c)[inside].sum() for c in summed}
        sums["areas"] = float(inside.sum())
        wrong = [c for c, total in sums.items() if not _close(floats(domains, c)[i], total)]
        if wrong:
            what = f"The domain {code} is not the sum of its areas."
            yield Problem(what, "domains.parquet", REMEDY, items=tuple(wrong))


def _check_classes(release: Release) -> Iterator[Problem]:
    areas, classes = release.areas, release.classes
    number, risk = floats(areas, "class"), floats(areas, "risk")
    by_breaks = np.searchsorted(np.array(classes.breaks), risk, side="left") + 1
    yield from _faults(
        "The class does not follow from the breaks.",
        "areas.parquet",
        texts(areas, "code"),
        number != by_breaks,
    )
    if [row.number for row in classes.classes] != list(range(1, len(classes.breaks) + 2)):
        yield Problem("The classes are not numbered 1 to one more than the breaks.", "classes.json", REMEDY)
    for row in classes.classes:
        inside = number == row.number
        expected = floats(areas, "expected")[inside].sum() if _is_rate(release) else 0.0
        found = (row.areas, row.children, row.expected or 0.0)
        sums = (inside.sum(), floats(areas, "children")[inside].sum(), expected)
        if not all(_close(a, b) for a, b in zip(found, sums, strict=True)):
            yield Problem(f"Class {row.number} is not the sum of its areas.", "classes.json", REMEDY)


def _check_ranks(release: Release) -> Iterator[Problem]:
    areas, domains = release.areas, release.domains
    wrong = competition_ranks(floats(areas, "risk")) != floats(areas, "rank")
    yield from _faults("Ranks do not follow risk.", "areas.parquet", texts(areas, "code"), wrong)
    departments = np.array(texts(domains, "level"), dtype=object) == "department"
    expected = competition_ranks(floats(domains, "risk")[departments])
    found = floats(domains, "rank")[departments]
    codes = [c for c, keep in zip(texts(domains, "code"), departments, strict=True) if keep]
    yield from _faults("Ranks do not follow risk.", "domains.parquet", codes, expected != found)


def _check_drivers(release: Release) -> Iterator[Problem]:
    drivers = release.drivers
    national = _national(release)
    distance = {
        code: risk - national
        for table in (release.areas, release.domains)
        for code, risk in zip(texts(table, "code"), floats(table, "risk"), strict=True)
        if code != release.manifest.country
    }
    totals: dict[str, float] = dict.fromkeys(texts(drivers, "code"), 0.0)
    for code, part in zip(texts(drivers, "code"), floats(drivers, "contribution"), strict=True):
        totals[code] += part
    strange = sorted(set(totals) ^ set(distance))
    if strange:
        what = "Drivers and territories are not the same."
        yield Problem(what, "drivers.parquet", REMEDY, items=tuple(strange))
        return
    wrong = [code for code, total in totals.items() if abs(total - distance[code]) > ABSOLUTE]
    if wrong:
        what = "Contributions do not add up to risk minus national risk."
        yield Problem(what, "drivers.parquet", REMEDY, items=tuple(wrong))


def _national(release: Release) -> float:
    levels = texts(release.domains, "level")
    return float(floats(release.domains, "risk")[levels.index("country")])


def _check_coefficients(release: Release) -> Iterator[Problem]:
    table = release.tables.get("coefficients.parquet")
    if table is None:
        if _is_rate(release):
            yield Problem("The model's coefficients are missing.", "coefficients.parquet", REMEDY)
        return
    estimate, se = floats(table, "estimate"), floats(table, "se")
    terms = texts(table, "term")
    wrong = ~np.isclose(floats(table, "odds_ratio"), np.exp(estimate), rtol=RELATIVE)
    yield from _faults("The odds ratio is not exp(estimate).", "coefficients.parquet", terms, wrong)
    wrong = ~np.isclose(floats(table, "t") * se, estimate, rtol=RELATIVE, atol=ABSOLUTE)
    yield from _faults("t is not estimate / se.", "coefficients.parquet", terms, wrong)


def _check_weights(release: Release) -> Iterator[Problem]:
    if _is_rate(release):
        return
    table = release.tables.get("weights.parquet")
    if table is None:
        yield Problem("The index's weights are missing.", "weights.parquet", REMEDY)
    elif not np.isclose(floats(table, "weight").sum(), 1, rtol=RELATIVE):
        yield Problem("The weights of the indicators do not sum to 1.", "weights.parquet", REMEDY)


def _is_rate(release: Release) -> bool:
    return release.manifest.measure == "rate"


def _check_codes(release: Release) -> Iterator[Problem]:
    areas = set(texts(release.areas, "code"))
    known = areas | set(texts(release.domains, "code"))
    if release.profile is not None:
        strange = sorted(set(texts(release.profile, "code")) - known)
        if strange:
            what = "The profile describes unknown territories."
            yield Problem(what, "profile.parquet", REMEDY, items=tuple(strange))
        if _is_rate(release):
            yield from _check_small_counts(release, release.profile)
    if release.geojson is not None:
        yield from _check_map(release.geojson["features"], areas)


def _check_small_counts(release: Release, profile: pa.Table) -> Iterator[Problem]:
    """A published share of the census' children must not give away a handful of them."""
    children = dict(zip(texts(release.areas, "code"), floats(release.areas, "children"), strict=True))
    children |= dict(zip(texts(release.domains, "code"), floats(release.domains, "children"), strict=True))
    codes, variables = texts(profile, "code"), texts(profile, "variable")
    of_census = [source == "census" for source in texts(profile, "source")]
    shares = np.array([unit == "proportion" for unit in texts(profile, "unit")]) & np.array(
        of_census, dtype=bool
    )
    people = np.array([children.get(code, np.nan) for code in codes]) * floats(profile, "value")
    named = [f"{code} {variable}" for code, variable in zip(codes, variables, strict=True)]
    what = "The profile gives away counts of 1 to 5 children."
    yield from _faults(what, "profile.parquet", named, shares & is_small(people))


def _check_map(features: list[dict[str, dict[str, str]]], areas: set[str]) -> Iterator[Problem]:
    properties = [feature["properties"] for feature in features]
    codes = [p["code"] for p in properties]
    repeated = sorted(code for code, times in Counter(codes).items() if times > 1)
    wrong = sorted(p["code"] for p in properties if (p["code"] in areas) != (p["status"] == "ok"))
    if repeated:
        yield Problem("Polygons repeat a code.", "areas.geojson", REMEDY, items=tuple(repeated))
    if wrong:
        what = "Polygons do not say rightly whether they belong to the release."
        yield Problem(what, "areas.geojson", REMEDY, items=tuple(wrong))


def _faults(what: str, where: str, codes: list[str], wrong: NDArray[np.bool_]) -> Iterator[Problem]:
    items = tuple(code for code, bad in zip(codes, wrong, strict=True) if bad)
    if items:
        yield Problem(what, where, REMEDY, count=len(items), items=items)


def _close(a: float, b: float) -> bool:
    return bool(np.isclose(a, b, rtol=RELATIVE, atol=1e-6))
