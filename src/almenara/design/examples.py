"""What the living page shows components with: invented, the same at every visit, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.design.examples_charts import charts
from almenara.design.pieces import Chip, Drawn, Entry, Happening, Job, LegendLine, Link, MenuGroup

MEGABYTE = 2**20
WORK = 10  # parts of the example's job


class ExampleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the centre"),
        max_length=90,
        help_text=gettext_lazy("As its own sign says it. Up to 90 characters."),
    )
    opened = forms.DateField(
        label=gettext_lazy("Opened on"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Zone"),
        choices=[("urban", gettext_lazy("Urban")), ("rural", gettext_lazy("Rural"))],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Where the building stands, not where the children live."),
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("Do not write the name of a child or of a family."),
    )
    open_now = forms.BooleanField(label=gettext_lazy("It receives children now"), required=False)


class FileForm(forms.Form):
    statute = forms.FileField(label=gettext_lazy("Signed agreement"), help_text="")


@dataclass(frozen=True)
class Page:
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Row:
    key: int
    name: str
    children: str
    state: str
    kind: str


def head() -> dict[str, object]:
    return {
        "crumbs": [Link(_("Country"), "#"), Link(_("Department of the North"), "#")],
        "short": [Link(_("Country"), "#")],
        "groups": [
            MenuGroup("", [Entry(_("Example of a menu"), "#side_menu", "page")]),
            MenuGroup(_("Forms"), [Entry(_("Steps"), "#"), Entry(_("Files"), "#")]),
        ],
    }


def table() -> dict[str, object]:
    rows = [
        Row(1, _("Harbour"), number_format(1204), _("in force"), "good"),
        Row(2, _("High Valley"), number_format(318), _("ends soon"), "caution"),
        Row(3, _("Three Rivers"), number_format(57), _("has ended"), "wrong"),
    ]
    return {
        "rows": rows,
        "page": Page(before=1, after=3),
        "chips": [Chip(_("Zone: rural"), "zone"), Chip(_("Name: ri"), "q")],
        "actions": [Link(_("Hand over"), "hand-over"), Link(_("Ask for news"), "ask")],
    }


def form() -> dict[str, object]:
    wrong = ExampleForm({"wrong-name": ""}, prefix="wrong")
    wrong.is_valid()
    large = FileForm({}, prefix="wrong-file")
    large.is_valid()
    return {
        "form": ExampleForm(prefix="plain"),
        "wrong": wrong,
        "file": FileForm()["statute"],
        "wrong_file": large["statute"],
        "most": 10 * MEGABYTE,
        "draft": reverse("design:draft"),
    }


def process() -> dict[str, object]:
    return {
        "items": [Link(_("Who"), "#steps"), Link(_("Where"), "#steps"), Link(_("What")), Link(_("Check"))],
        "entries": [
            Happening(
                datetime(2026, 3, 16, 15, 0, tzinfo=UTC),
                _("Renewed for two years"),
                _("Ministry of Labour"),
                now=True,
            ),
            Happening(
                datetime(2026, 2, 2, 9, 30, tzinfo=UTC),
                _("Reminder sent"),
                detail=_("Forty days before its end"),
            ),
            Happening(datetime(2024, 3, 18, 11, 5, tzinfo=UTC), _("Signed"), _("Ministry of Labour")),
        ],
        "jobs": [
            Job(_("Fact sheets of the country"), "waiting", reverse("design:job", args=[0])),
            job(3),
            Job(_("Fact sheets of the country"), "done", "", detail=_("5,570 sheets, in 8 minutes.")),
            Job(
                _("Fact sheets of the country"),
                "failed",
                "",
                detail=_("The disk is full. Nothing was lost: start it again when there is room."),
            ),
        ],
    }


def job(done: int) -> Job:
    """As it would be after so many looks; its address is the next look's."""
    state = "done" if done >= WORK else "running"
    address = reverse("design:job", args=[min(done + 1, WORK)])
    return Job(_("Fact sheets of the country"), state, address, min(done, WORK), WORK)  # type: ignore[arg-type]


def panels() -> dict[str, object]:
    told = [
        Message(constants.SUCCESS, _("The focal point was named."), extra_tags=reverse("design:confirm")),
        Message(constants.WARNING, _("The letter was not sent: the address is refused by its server.")),
        Message(constants.ERROR, _("Nothing was kept: somebody else changed it meanwhile.")),
    ]
    return {"messages": told, "confirm": reverse("design:confirm")}


def maps() -> dict[str, object]:
    text = _("Map of an invented country: the class of highest risk lies in the north.")
    return {
        "drawn": Drawn(static("design/example-map.svg"), 400, 240, text),
        "lines": [
            LegendLine(
                _("High"),
                "#9c2f1d",
                range="12.4–31.0 %",
                details=(_("2 territories"),),
                address="#map_legend",
            ),
            LegendLine(_("Low"), "#f0ad58", range="3.1–12.4 %", details=(_("3 territories"),), chosen=True),
            LegendLine(_("Hatched: the value is unreliable."), pattern="hatched"),
            LegendLine(_("Dotted: there is no value."), pattern="dotted"),
        ],
    }


OF_FAMILY = {
    "page": head,
    "tables": table,
    "forms": form,
    "process": process,
    "panels": panels,
    "charts": charts,
    "maps": maps,
}
