"""What the living page draws charts of: simulated by a rule that stands here, the same at every visit."""

from __future__ import annotations

import math
from typing import TypedDict

from django.utils.translation import gettext as _

from almenara.design.charts.data import (
    BarChart,
    Change,
    Dot,
    DotChart,
    Estimate,
    Line,
    LineChart,
    PopulationPyramid,
    Reference,
    Series,
    SlopeChart,
    SmallMultiples,
    Step,
    Total,
    Waterfall,
)
from almenara.design.charts.measures import Missing, Value

MISSED, HIDDEN = Estimate(Missing.UNKNOWN), Estimate(Missing.WITHHELD)


class Said(TypedDict):
    of: str
    source: str
    note: str


def charts() -> dict[str, object]:
    return {
        "bars": bars(),
        "course": course(),
        "departments": departments(),
        "estimates": estimates(),
        "change": change(),
        "pyramid": pyramid(),
        "drivers": drivers(),
    }


def bars() -> BarChart:
    return BarChart(
        title=_("Children who do not go to school, by zone and sex"),
        **_said(of=_("children of 5 to 17 years")),
        categories=(
            _("City"),
            _("Villages and scattered houses"),
            _("Temporary settlements of those who follow the harvest from one department to another"),
        ),
        series=(
            Series(_("Girls"), (0.034, 0.071, Missing.WITHHELD)),
            Series(_("Boys"), (0.041, 0.098, 0.183)),
        ),
    )


def course() -> LineChart:
    """One source has no survey in two years, the other begins late and withholds a year."""
    return LineChart(
        title=_("Children who work, 2014 to 2024, by source"),
        **_said(of=_("children of 5 to 17 years")),
        holds=_("The bands (95%) hold the sampling error of each survey alone."),
        times=tuple(range(2014, 2025)),
        lines=(
            Line(
                _("Household survey"),
                tuple(
                    MISSED if year in (2019, 2020) else _estimate(0.142 - 0.0045 * (year - 2014), 0.012)
                    for year in range(2014, 2025)
                ),
            ),
            Line(
                _("School survey, for those who go to school"),
                tuple(
                    MISSED
                    if year < 2017
                    else HIDDEN
                    if year == 2021
                    else _estimate(0.061 + 0.001 * (2024 - year), 0.006)
                    for year in range(2014, 2025)
                ),
            ),
        ),
    )


def departments() -> SmallMultiples:
    starts = (
        (_("North"), 0.121, -0.009),
        (_("Coast"), 0.084, 0.004),
        (_("Highlands"), 0.187, -0.021),
        (
            _("Autonomous Region of the River Basins and Lagoons of the Great Eastern Lowland Plain"),
            0.142,
            0.011,
        ),
        (_("Capital"), 0.041, 0.0),
    )
    return SmallMultiples(
        title=_("Children who work, by department, 2018 to 2024"),
        **_said(of=_("children of 5 to 17 years")),
        holds=_("The bands (95%) hold the sampling error of each survey alone."),
        times=(2018, 2020, 2022, 2024),
        lines=tuple(
            Line(name, tuple(_estimate(start + step * at, 0.015) for at in range(4)))
            for name, start, step in starts
        ),
    )


def estimates() -> DotChart:
    return DotChart(
        title=_("Modelled rate of child labour in five municipalities"),
        **_said(of=_("children of 5 to 17 years")),
        holds=_("The interval (95%) holds the sampling error of the coefficients alone."),
        dots=(
            Dot(_("Three Rivers"), _estimate(0.168, 0.031)),
            Dot(_("High Valley"), _estimate(0.122, 0.019), marked=True),
            Dot(_("Harbour"), _estimate(0.083, 0.012)),
            Dot(
                _("Saint Lucy of the Springs beside the Old Bridge over the River of the Seven Mills"), HIDDEN
            ),
            Dot(_("Capital"), _estimate(0.041, 0.006)),
        ),
        reference=Reference(_("The whole country"), 0.091),
    )


def change() -> SlopeChart:
    return SlopeChart(
        title=_("Children who work, by department, 2018 and 2024"),
        **_said(of=_("children of 5 to 17 years")),
        holds=_("The intervals (95%) hold the sampling error of each survey alone."),
        before="2018",
        after="2024",
        changes=(
            Change(_("North"), _estimate(0.121, 0.009), _estimate(0.094, 0.008)),
            Change(_("Coast"), _estimate(0.084, 0.011), _estimate(0.096, 0.012)),
            Change(_("Highlands"), _estimate(0.187, 0.013), _estimate(0.124, 0.011)),
            Change(_("Great Eastern Lowland Plain"), _estimate(0.118, 0.01), _estimate(0.151, 0.012)),
            Change(_("Capital"), _estimate(0.041, 0.005), MISSED),
        ),
    )


def pyramid() -> PopulationPyramid:
    """A growing population: each age group is a little smaller than the one below it, men live shorter."""
    men, women = (_dying_out(start, loss) for start, loss in ((1_240.0, 0.16), (1_190.0, 0.14)))
    return PopulationPyramid(
        title=_("People by age and sex"),
        **_said(of=_("people who live here")),
        ages=(*(f"{age}–{age + 4}" for age in range(0, 80, 5)), _("80 and over")),
        men=men,
        women=women,
    )


def drivers() -> Waterfall:
    return Waterfall(
        title=_("From the national rate to that of High Valley"),
        **_said(of=_("children of 5 to 17 years")),
        holds=_("The interval (95%) holds the sampling error of the coefficients alone."),
        start=Total(_("The whole country"), 0.091),
        steps=(
            Step(_("More households in villages and scattered houses"), 0.024, 0.019, 0.030),
            Step(_("More heads of household in agriculture"), 0.012, 0.008, 0.017),
            Step(_("More children go to school"), -0.009, -0.012, -0.005),
            Step(_("The territory departs from what the model predicts"), 0.004),
        ),
        end=Total(_("High Valley"), 0.122),
    )


def _said(of: str) -> Said:
    return {"of": of, "source": _("simulation of this page"), "note": _("These data are simulated.")}


def _estimate(value: float, half: float) -> Estimate:
    return Estimate(value, value - half, value + half)


def _dying_out(start: float, loss: float) -> tuple[Value, ...]:
    return tuple(float(round(start * math.exp(-loss * age * (1 + age / 30)))) for age in range(17))
