"""What the living page draws charts of: simulated by a rule that stands here, the same at every visit."""

from __future__ import annotations

import math
from typing import TypedDict

from django.utils.translation import gettext as _

from almenara.design.charts.data import (
    BarChart,
    PopulationPyramid,
    Series,
    Step,
    Total,
    Waterfall,
)
from almenara.design.charts.measures import Missing, Value


class Said(TypedDict):
    of: str
    source: str
    note: str


def charts() -> dict[str, object]:
    return {
        "bars": bars(),
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


def _dying_out(start: float, loss: float) -> tuple[Value, ...]:
    return tuple(float(round(start * math.exp(-loss * age * (1 + age / 30)))) for age in range(17))
