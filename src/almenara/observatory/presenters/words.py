"""What the pages call things: a rate is a risk among children, an index a score of vulnerability in points."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.observatory.presenters import wording
from almenara.risk.models import Release


@dataclass(frozen=True)
class Words:
    """Headings and sentences that depend on the measure; years: of the release's sources."""

    is_index: bool
    years: str
    value: str
    map: str
    open_map: str
    classes: str
    class_label: str
    class_help: str
    rank: str
    highest: str
    ranking: str
    table: str
    territories: str
    how: str
    how_this: str
    left_to_right: str
    drivers: str
    drivers_each: str
    drivers_table: str
    drivers_factor: str
    drivers_points: str
    drivers_total: str
    drivers_note: str
    dotted: str
    dotted_long: str
    without_value: str
    uses: tuple[str, ...]
    describes: str


def words(release: Release) -> Words:
    return _of_index(release) if release.is_index else _of_rate(release)


def _of_rate(release: Release) -> Words:
    return Words(
        is_index=False,
        years=wording.years(release),
        value=_("Risk"),
        map=_("Risk map"),
        open_map=_("Open the risk map"),
        classes=_("Classes of risk"),
        class_label=_("Class of risk"),
        class_help=_(
            "A class is a help for reading the map, not a judgement: two territories on either side of a limit may "
            "hardly differ. Each class is shown with the children it holds, because few territories of high risk may "
            "have few children."
        ),
        rank=_("Rank, from the highest risk"),
        highest=_("Municipalities of highest risk"),
        ranking=_(
            "Rank 1 is the highest risk. A high rate and many children are different things: look at both before "
            "deciding where resources go."
        ),
        table=_("Rates are percentages of the children of each municipality, with intervals (95%)."),
        territories=_("Every department and municipality, with its risk. Each name leads to a fact sheet."),
        how=_("How the risk is estimated"),
        how_this=_("How this was estimated"),
        left_to_right=_("From the class of highest risk, on the left, to the lowest."),
        drivers=_("Associated factors"),
        drivers_each=_("Each factor's part in that distance:"),
        drivers_table=_(
            "Part of each factor in the distance from the national rate. The rows add up to the distance."
        ),
        drivers_factor=_("Factor"),
        drivers_points=_("Percentage points"),
        drivers_total=_("Distance from the national rate"),
        drivers_note=_("These are ties that the model finds, not the effect that a policy would have."),
        dotted=_("Dotted: territories that the census does not hold, so that they have no value."),
        dotted_long=_(
            "Dotted: municipalities that are not in the census the model uses, most often because they were created "
            "later. They have no value."
        ),
        without_value=_(
            "They are not in the census that the model uses, most often because they were created later."
        ),
        uses=(
            _("To decide anything about a particular child or family."),
            _("To say that a factor causes child labour: the model finds ties, not causes."),
            _("To compare countries: their surveys, ages and rules differ."),
        ),
        describes=_("The risk describes territories. It says nothing about any particular child or family."),
    )


def _of_index(release: Release) -> Words:
    return Words(
        is_index=True,
        years=wording.years(release),
        value=_("Score"),
        map=_("Vulnerability map"),
        open_map=_("Open the vulnerability map"),
        classes=_("Classes of vulnerability"),
        class_label=_("Class of vulnerability"),
        class_help=_(
            "A class is a help for reading the map, not a judgement: two territories on either side of a limit may "
            "hardly differ. Each class is shown with the children it holds, because few territories of high "
            "vulnerability may have few children."
        ),
        rank=_("Rank, from the highest vulnerability"),
        highest=_("Municipalities of highest vulnerability"),
        ranking=_(
            "Rank 1 is the highest vulnerability. A high score and many children are different things: look at both "
            "before deciding where resources go."
        ),
        table=_(
            "Scores are points from 1 to 100, more is worse, with intervals (95%). They are no share of children."
        ),
        territories=_("Every department and municipality, with its score. Each name leads to a fact sheet."),
        how=_("How the index is made"),
        how_this=_("How this was computed"),
        left_to_right=_("From the class of highest vulnerability, on the left, to the lowest."),
        drivers=_("Dimensions of the index"),
        drivers_each=_("Each dimension's part in that distance:"),
        drivers_table=_(
            "Part of each dimension in the distance from the national score. The rows add up to the distance."
        ),
        drivers_factor=_("Dimension"),
        drivers_points=_("Points"),
        drivers_total=_("Distance from the national score"),
        drivers_note=_("The parts follow from how the index is put together; they say nothing of causes."),
        dotted=_(
            "Dotted: territories that the sources of the index do not hold, so that they have no value."
        ),
        dotted_long=_("Dotted: municipalities that are not in the sources of the index. They have no value."),
        without_value=_("They are not in the sources of the index."),
        uses=(
            _("To decide anything about a particular child or family."),
            _(
                "To say how many children work: the score is a place on a scale of points, no share of children."
            ),
            _("To compare countries: their indicators, sources and years differ."),
        ),
        describes=_("The score describes territories. It says nothing about any particular child or family."),
    )
