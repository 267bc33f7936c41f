"""What the living page says of each component: what it is for, and what it takes.

A test holds that every tag stands here with every parameter that it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from almenara.design.tags import cards, charts, forms, maps, menus, notices, page, panels, process, tables


@dataclass(frozen=True)
class Component:
    """takes: what each parameter is, by its name. inside: what stands between its two tags, if it has two."""

    tag: Callable[..., Any]
    purpose: Promise
    takes: dict[str, Promise] = field(default_factory=dict)
    inside: Promise | None = None

    @property
    def name(self) -> str:
        return self.tag.__name__


@dataclass(frozen=True)
class Family:
    code: str
    title: Promise
    lede: Promise
    components: tuple[Component, ...]


TITLE = _("Its title.")
LABEL = _("What its button or link says.")
NAME = _("What it is called for who does not see it.")
FORM = _("The form.")
FIELD = _("A field of a form, with its faults.")
OPTIONAL = _("Whether what may stay empty is marked so. In a filter everything may, and nothing is.")
POSTED = _("Where it is sent to; left out: to the page's own address.")
TRAIL = _("Where it stands, from the country down: names with their addresses.")
HERE = _("The page itself, last and without a link.")
BACK = _("Where somebody goes who changes nothing.")
GRAVE = _("Whether it cannot be undone, or not easily.")
CHART: dict[str, Promise] = {
    "chart": _("Its data class, of almenara.design.charts.data."),
    "with_table": _("False where the page itself holds these numbers in a table of its own."),
}
KIND = _("good, caution or wrong; left out: plain.")

PAGE = Family(
    "page",
    _("Head of a page"),
    _("Where the reader is, what the page is about, and what can be done from here."),
    (
        Component(
            page.page_header,
            _("The head of every page: its first heading, what it is for, and what can be done."),
            {
                "title": TITLE,
                "lede": _("One sentence on what the page is for."),
                "eyebrow": _("A short line above the title: a kind, a code, a date."),
                "crumbs": TRAIL,
                "here": _("The page's name in the trail, where it is not the title."),
            },
            _("Buttons and links of what can be done."),
        ),
        Component(
            page.breadcrumbs,
            _("The way from the country down. A country without departments has a shorter one."),
            {"crumbs": TRAIL, "here": HERE, "label": NAME},
        ),
        Component(
            menus.side_menu,
            _(
                "The menu of a part of the site with many pages: beside the page, or behind one line on a phone."
            ),
            {"groups": _("The entries in groups, each with a title or none."), "label": NAME},
        ),
    ),
)
CARDS = Family(
    "cards",
    _("Cards and figures"),
    _("A number never stands alone: what it is, how sure it is, and what it is out of stand with it."),
    (
        Component(
            cards.card,
            _("One thing among others like it. With an address the whole card leads there."),
            {
                "title": TITLE,
                "address": _("Where it leads."),
                "level": _("The level of its heading, 2 to 4."),
            },
            _("What it holds."),
        ),
        Component(
            cards.figure,
            _("One number with what is needed to read it."),
            {
                "value": _("The number, as the reader's language writes it."),
                "label": _("What it counts or measures."),
                "of": _("What it is out of. Asked for, so that no rate goes without it."),
                "interval": _("How sure it is, and which sources of error that holds."),
                "lead": _("Whether it is the one number of its page."),
            },
        ),
        Component(
            notices.status_tag,
            _("A state in a word. The word says it; the colour repeats it."),
            {"text": _("The word."), "kind": KIND},
        ),
    ),
)
TABLES = Family(
    "tables",
    _("Lists and tables"),
    _(
        "Sorted, narrowed and turned over by links: each view of a list has its own address and works without a script."
    ),
    (
        Component(
            tables.data_table,
            _("A table that scrolls by itself where the screen is narrow, by keyboard too."),
            {
                "caption": _("What the table shows."),
                "hidden_caption": _("Whether a heading right above already says it."),
            },
            _("The head and the body of the table."),
        ),
        Component(
            tables.sort_heading,
            _("A column's heading that sorts by it, and the other way round the next time."),
            {
                "key": _("The column, as the address names it."),
                "label": _("The heading."),
                "current": _("What the list is sorted by now, with - before it where it falls."),
                "numeric": _("Whether the column holds numbers."),
                "largest_first": _("Whether the first click shows the largest first."),
            },
        ),
        Component(
            tables.pager,
            _("Links to the neighbouring pages of a list that is paged by key."),
            {
                "page": _("A page with the keys before and after it."),
                "total": _("How many there are in all, in words."),
                "previous": _("What the link back says, where pages follow each other by something else."),
                "next": _("What the link on says."),
            },
        ),
        Component(
            tables.filter_bar,
            _(
                "Narrows a list. What it is narrowed to stands in the address and below, and can be taken away."
            ),
            {"label": NAME, "chips": _("What the list is narrowed to, with the parameter that says so.")},
            _("The fields."),
        ),
        Component(
            tables.narrowed,
            _("What a list is narrowed to, where that stands apart from the fields that narrow it."),
            {"chips": _("What the list is narrowed to, with the parameter that says so.")},
        ),
        Component(
            tables.bulk,
            _("Does one thing to several rows. Without a script the boxes and buttons are simply there."),
            {"actions": _("What can be done: words and the value that is sent."), "address": POSTED},
            _("The table, with a box in each row."),
        ),
        Component(tables.choose_all, _("Chooses every row of this page; appears where a script can do it.")),
        Component(tables.choose, _("The box of one row."), {"key": _("The row's key."), "label": NAME}),
    ),
)
FORMS = Family(
    "forms",
    _("Forms"),
    _(
        "Help stands beside the field before it is needed; a fault stands beside it too, and at the top with a link."
    ),
    (
        Component(
            forms.form_frame,
            _(
                "A form. Drafts are sent to their address after a pause; nothing of them stays in the browser."
            ),
            {"form": FORM, "address": POSTED, "draft": _("Where drafts are sent to; left out: none are.")},
            _("The fields and the buttons."),
        ),
        Component(
            forms.error_summary, _("What has to be corrected, each with a link to its field."), {"form": FORM}
        ),
        Component(
            forms.field,
            _("A field with its label, help and faults."),
            {"bound": FIELD, "says_optional": OPTIONAL},
        ),
        Component(
            forms.fields,
            _("All fields of a form, one below the other."),
            {"form": FORM, "says_optional": OPTIONAL},
        ),
        Component(
            forms.upload,
            _("A file. It says what is taken and, with a script, what was chosen before it is sent."),
            {
                "bound": FIELD,
                "kinds": _("Which kinds of files are taken, in words."),
                "most": _("The most bytes that are taken."),
                "kept": _("The file that is kept now."),
            },
        ),
        Component(
            forms.form_actions,
            _("The button that sends, and the way back."),
            {"submit": LABEL, "back": BACK, "back_label": _("What the way back says."), "grave": GRAVE},
        ),
    ),
)
PROCESS = Family(
    "process",
    _("Steps, time and work"),
    _("How far something is, what happened to it, and what is still at work."),
    (
        Component(
            process.steps,
            _("The steps of something that takes several pages; what is done can be gone back to."),
            {
                "items": _("The steps, with the addresses of those that can be opened."),
                "current": _("Which one this page is, from 1."),
                "label": NAME,
            },
        ),
        Component(
            process.timeline,
            _("What happened, with when and who."),
            {"entries": _("What happened, in the order in which it is shown.")},
        ),
        Component(
            process.job_progress,
            _("A job's progress. It renews itself with a script and has a link to look again without one."),
            {"job": _("Its title, state, how much is done of how much, and where it is asked after.")},
        ),
    ),
)
PANELS = Family(
    "panels",
    _("Questions and answers"),
    _("What opens, asks and answers. Everything is a plain page first."),
    (
        Component(
            panels.tabs,
            _("Several views of one thing. Without a script they are sections with links to them."),
            {"label": NAME},
            _("The tabs."),
        ),
        Component(
            panels.tab,
            _("One of the views."),
            {"id": _("Its name in the address."), "title": TITLE},
            _("What it shows."),
        ),
        Component(
            panels.dialog,
            _("Asks for something without leaving the page."),
            {"id": _("The name that its opener gives."), "title": TITLE},
            _("What it asks."),
        ),
        Component(
            panels.dialog_opener,
            _("Opens a dialog. Without a script it leads to a page that asks the same."),
            {
                "id": _("The dialog's name."),
                "label": LABEL,
                "address": _("The page that asks the same."),
                "kind": _("quiet, grave or nothing, as of a button."),
            },
        ),
        Component(
            process.confirmation,
            _("Asks before what is hard to undo: what will happen, in numbers, and a way out."),
            {"submit": LABEL, "back": BACK, "address": POSTED, "grave": GRAVE},
            _("What will happen."),
        ),
        Component(
            notices.undo,
            _("Takes back what was just done; better than a question where it is possible."),
            {"address": _("What it is sent to."), "label": LABEL},
        ),
        Component(
            notices.toasts,
            _("What has just happened, on the page that follows. It stays until it is put away."),
        ),
        Component(
            notices.notice,
            _("Something that the reader has to know here."),
            {"kind": KIND, "title": TITLE},
            _("What it says."),
        ),
        Component(
            notices.empty_state,
            _("A list that is empty says why, and what to do."),
            {"title": _("What there is none of."), "text": _("Why, and what to do.")},
            _("Buttons and links."),
        ),
    ),
)
CHARTS = Family(
    "charts",
    _("Charts"),
    _(
        "Drawn on the server. Each has its sentences, its source, what its intervals hold, and the same numbers as a "
        "table. The data on this page are simulated."
    ),
    (
        Component(
            charts.bar_chart,
            _("Counts, or shares of a whole count, beside each other; in groups of up to four."),
            CHART,
        ),
        Component(
            charts.line_chart,
            _(
                "How values moved, with the bands of their intervals. A line is interrupted where a value is missing."
            ),
            CHART,
        ),
        Component(
            charts.small_multiples,
            _("Many lines, each in a small picture of its own, all on one scale."),
            CHART,
        ),
        Component(
            charts.dot_chart,
            _("Estimates with their intervals, and a line to compare them with."),
            CHART,
        ),
        Component(
            charts.slope_chart,
            _("Values at two times. Dashed is what may be error alone."),
            CHART,
        ),
        Component(
            charts.population_pyramid,
            _("How many people there are of each age and sex."),
            CHART,
        ),
        Component(
            charts.waterfall,
            _("What leads from one value to another, step by step: the drivers of a territory's rate."),
            CHART,
        ),
    ),
)
MAPS = Family(
    "maps",
    _("Maps"),
    _("The first picture comes from the server and needs no script. A table beneath holds what it shows."),
    (
        Component(
            maps.map_picture,
            _("A map as a picture that keeps its place while it comes. It is the same in every language."),
            {
                "drawn": _("Its address, its measures, and in words what it shows."),
                "address": _("Where it leads."),
                "first": _("Whether it is what the page opens with, and is fetched before anything else."),
            },
        ),
        Component(
            maps.map_legend,
            _("What colours and patterns mean. A line with an address narrows the map to what it names."),
            {"lines": _("The lines, from the highest class to the lowest, patterns last."), "label": NAME},
        ),
    ),
)
FAMILIES = {family.code: family for family in (PAGE, CARDS, TABLES, FORMS, PROCESS, PANELS, CHARTS, MAPS)}
COMPONENTS = {component.name: component for family in FAMILIES.values() for component in family.components}
MODULES: tuple[ModuleType, ...] = (page, menus, cards, notices, tables, forms, process, panels, charts, maps)
OF_THE_FRAME = ("head_links", "language_links", "home_address")  # what only design/base.html uses
