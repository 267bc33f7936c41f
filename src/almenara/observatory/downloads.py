"""Open data files: CSV, GeoJSON and Excel of the municipalities, each saying what it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from almenara.observatory import geometry
from almenara.observatory.presenters import scenarios, wording
from almenara.observatory.presenters.columns import Column, Value, cell, columns
from almenara.observatory.presenters.figures import is_withheld
from almenara.places import queries as places
from almenara.privacy.writer import defused
from almenara.risk.models import Release
from almenara.risk.queries import Effect, Figures, effects


@dataclass(frozen=True)
class Fact:
    """A line of what is said about a file: a name in the reader's language and its value."""

    key: str
    label: str
    value: str


def about(release: Release) -> tuple[Fact, ...]:
    return (
        Fact("title", _("Title"), release.title),
        Fact("country", _("Country"), wording.country_name(release)),
        Fact("outcome", _("Outcome"), f"{release.outcome_label}, {wording.ages(release)}"),
        Fact("release", _("Release"), release.release_id),
        Fact("published", _("Published on"), release.published_at.date().isoformat()),
        Fact("measure", _("Measure"), wording.measure_name(release)),
        *_years(release),
        Fact("interval", _("What the interval holds"), wording.interval_holds(release.interval_kind)),
        Fact("use", _("Use of the data"), _("When you use these data, name their source and the release.")),
    )


def _years(release: Release) -> tuple[Fact, ...]:
    years = (
        ("survey_year", _("Survey"), release.survey_year),
        ("census_year", _("Census"), release.census_year),
    )
    known = tuple(Fact(key, label, str(year)) for key, label, year in years if year)
    return (*known, Fact("sources", _("Sources"), wording.years(release))) if release.is_index else known


def as_csv(release: Release, areas: Sequence[Figures]) -> Iterator[str]:
    """UTF-8 text, comma and point; the last column repeats the release so that a copied row keeps its source."""
    held = columns(release)
    yield _line([*(column.name for column in held), "release"])
    for area in areas:
        yield _line([*(defused(cell(column, area)) for column in held), release.release_id])


SCENARIO_COLUMNS = (
    "scenario", "label", "code", "name", "risk", "risk_under_scenario", "difference", "ci_low", "ci_high",
    "expected_difference", "moved", "release",
)  # fmt: skip


def scenarios_csv(release: Release) -> Iterator[str]:
    """Every scenario and municipality; proportions, children, and the share of children whose covariate changed."""
    yield _line(SCENARIO_COLUMNS)
    for name, label in scenarios.labels(release).items():
        for effect in effects(release, name):
            yield _line([defused(value) for value in _scenario_line(effect, label, release)])


def _scenario_line(effect: Effect, label: str, release: Release) -> list[Value]:
    own, place = effect.figures, effect.figures.place
    values = (
        own.risk,
        effect.risk,
        effect.difference,
        effect.ci_low,
        effect.ci_high,
        effect.expected_difference,
    )
    shown: list[Value] = [None if value is None or is_withheld(own) else round(value, 6) for value in values]
    return [
        effect.scenario, label, place.code, place.name, *shown, round(effect.moved, 6), release.release_id,
    ]  # fmt: skip


def _line(values: Sequence[Value]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue()


def columns_csv(release: Release) -> str:
    """The documentation of the columns as a table of its own."""
    rows = [["column", "unit", "meaning"], *([c.name, str(c.unit), str(c.meaning)] for c in columns(release))]
    return "".join(_line(row) for row in rows)


def as_geojson(release: Release, areas: Sequence[Figures]) -> str:
    """Polygons simplified together; a territory without boundary has a null geometry (RFC 7946)."""
    shapes = places.boundaries(area.place.key for area in areas)
    simplified = geometry.simplify({str(key): shape for key, shape in shapes.items()})
    polygons = dict(zip(simplified.codes, simplified.polygons, strict=True))
    features, held = [], columns(release)
    for area in areas:
        properties = {column.name: cell(column, area) for column in held}
        shape = polygons.get(str(area.place.key))
        empty = {"type": "Feature", "properties": properties, "geometry": None}
        features.append(geometry.feature(shape, properties) if shape is not None else empty)
    collection = {
        "type": "FeatureCollection",
        "about": {fact.key: fact.value for fact in about(release)},
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))


def as_workbook(release: Release, areas: Sequence[Figures]) -> bytes:
    """Three sheets: the values, what they are, and what each column means."""
    workbook = Workbook(write_only=True)
    held = columns(release)
    _values(workbook.create_sheet(_("Municipalities")), areas, held)
    _pairs(workbook.create_sheet(_("About")), [(fact.label, fact.value) for fact in about(release)])
    header = (_("Column"), _("Unit"), _("Meaning"))
    rows = [(column.name, str(column.unit), str(column.meaning)) for column in held]
    _pairs(workbook.create_sheet(_("Columns")), [header, *rows])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _values(sheet: WriteOnlyWorksheet, areas: Sequence[Figures], held: Sequence[Column]) -> None:
    sheet.freeze_panes = "C2"
    for position, column in enumerate(held, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = 34 if column.name == "name" else 16
    sheet.append([_bold(sheet, column.name) for column in held])
    for area in areas:
        sheet.append([_written(sheet, cell(column, area)) for column in held])


def _pairs(sheet: WriteOnlyWorksheet, rows: Sequence[tuple[str, ...]]) -> None:
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 40
    sheet.column_dimensions["C"].width = 80
    for first, *rest in rows:
        sheet.append([_bold(sheet, first), *(_written(sheet, value) for value in rest)])


def _written(sheet: WriteOnlyWorksheet, value: Value) -> object:
    """Texts go in as texts, so that no cell is ever read as a formula."""
    if not isinstance(value, str):
        return value
    written = WriteOnlyCell(sheet, value=defused(value))
    written.data_type = "s"
    return written


def _bold(sheet: WriteOnlyWorksheet, text: str) -> object:
    written = _written(sheet, text)
    written.font = Font(bold=True)  # type: ignore[attr-defined]
    return written
