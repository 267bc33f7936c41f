"""What the components make of what they are given, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from almenara.design import addresses, toasts
from almenara.design.pieces import Chip, Job, Link, trail
from almenara.places.paging import Page

HOSTILE = "<script>alert(1)</script>"
Draw = Callable[..., str]


def drawn(source: str, address: str = "/", **values: Any) -> str:
    request = RequestFactory().get(address)
    text = Template("{% load design %}" + source).render(Context(values | {"request": request}))
    return " ".join(text.split())


@dataclass
class Territory:
    name: str
    parent: Territory | None = None


def test_the_trail_leads_from_the_country_down() -> None:
    country = Territory("País")
    department = Territory("Norte", country)
    place = Territory("Valle Alto", department)
    assert trail(place, lambda found: f"/{found.name}/") == [Link("País", "/País/"), Link("Norte", "/Norte/")]
    assert trail(Territory("Puerto", country), lambda found: "/") == [Link("País", "/")]  # no departments
    assert trail(country, lambda found: "/") == []


def test_a_misspelt_or_missing_parameter_is_an_error_and_no_gap() -> None:
    with pytest.raises(TemplateSyntaxError, match="intervall"):
        drawn('{% figure "1" "a" "b" intervall="c" %}')
    with pytest.raises(TemplateSyntaxError, match="of"):
        drawn('{% figure "1" "of 100 children" %}')


@pytest.mark.parametrize(
    "source",
    [
        "{% page_header title=x lede=x eyebrow=x here=x %}{{ x }}{% endpage_header %}",
        "{% card title=x address=x %}{{ x }}{% endcard %}",
        "{% figure x x x interval=x %}",
        "{% notice title=x %}{{ x }}{% endnotice %}",
        "{% empty_state title=x text=x %}{{ x }}{% endempty_state %}",
        "{% status_tag x %}",
        "{% data_table caption=x %}{{ x }}{% enddata_table %}",
        "{% sort_heading x x x %}",
        "{% choose x x %}",
        "{% tabs label=x %}{% tab id='a' title=x %}{{ x }}{% endtab %}{% endtabs %}",
        "{% dialog id='a' title=x %}{{ x }}{% enddialog %}",
        "{% dialog_opener 'a' x x %}",
        "{% confirmation submit=x back=x %}{{ x }}{% endconfirmation %}",
        "{% undo x label=x %}",
    ],
)
def test_no_component_lets_markup_through_that_it_is_given_as_text(source: str) -> None:
    made = drawn(source, x=HOSTILE)
    assert HOSTILE not in made
    assert "&lt;script&gt;" in made


def test_what_stands_inside_a_component_stays_markup() -> None:
    assert "<em>so</em>" in drawn("{% card %}<em>so</em>{% endcard %}")
    assert '<a href="#">do</a>' in drawn(
        '{% page_header title="x" %} <a href="#">do</a> {% endpage_header %}'
    )
    assert "page__actions" not in drawn('{% page_header title="x" %} {% endpage_header %}')


def test_tabs_are_links_to_the_sections_that_stand_inside() -> None:
    a, b, c = ("{% tab id='" + id + "' title='T' %}1{% endtab %}" for id in "abc")
    made = drawn("{% tabs label='x' %}" + a + b + "{% endtabs %}{% tabs label='y' %}" + c + "{% endtabs %}")
    first, second = made.split('<div class="tabs" data-tabs>')[1:]
    assert [first.count(f'href="#{id}"') for id in "abc"] == [1, 1, 0]
    assert [second.count(f'href="#{id}"') for id in "abc"] == [0, 0, 1]
    assert first.index('href="#b"') < first.index('id="a"')


@pytest.mark.parametrize(
    ("query", "key", "current", "expected"),
    [
        ("", "name", "", "?sort=name"),
        ("sort=name", "name", "name", "?sort=-name"),
        ("sort=-name", "name", "-name", "?sort=name"),
        ("q=%C3%B1&sort=name&after=7&page=2", "children", "name", "?q=%C3%B1&sort=children"),
    ],
)
def test_sorting_keeps_what_the_list_is_narrowed_to_and_begins_anew(
    query: str, key: str, current: str, expected: str
) -> None:
    assert addresses.sorted_by(QueryDict(query), key, current) == expected


def test_one_of_several_values_can_be_taken_away() -> None:
    query = QueryDict("zone=rural&zone=urban&q=ri&before=3")
    assert addresses.without(query, "zone", "rural") == "?zone=urban&q=ri"
    assert addresses.without(query, "zone") == "?q=ri"
    assert addresses.without(QueryDict("q=ri"), "q") == "?"


def test_the_pager_takes_the_keys_of_a_page_of_places() -> None:
    made = drawn("{% pager page %}", "/?q=a&after=9", page=Page(rows=[], before=1000, after=2000))
    assert 'href="?q=a&amp;before=1000"' in made  # and not 1,000
    assert 'href="?q=a&amp;after=2000"' in made
    assert drawn("{% pager page %}", page=Page(rows=[], before=None, after=None)) == ""


def test_a_column_says_how_it_is_sorted() -> None:
    source = "{% sort_heading 'name' 'Name' current %}"
    assert 'aria-sort="descending"' in drawn(source, current="-name")
    assert "aria-sort" not in drawn(source, current="-children")


def test_filters_keep_the_order_and_clear_only_themselves() -> None:
    chips = [Chip("Rural", "zone", "rural"), Chip("Ri", "q")]
    source = "{% filter_bar label='x' chips=chips %}{% endfilter_bar %}"
    made = drawn(source, "/?zone=rural&q=ri&sort=-name&release=a&after=3", chips=chips)
    assert '<input type="hidden" name="sort" value="-name">' in made
    assert 'href="?q=ri&amp;sort=-name&amp;release=a"' in made
    assert 'href="?sort=-name&amp;release=a">' in made


class Form(forms.Form):
    name = forms.CharField(help_text="As on its sign.")
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    key = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(required=False)


def test_the_summary_links_to_what_has_the_name_of_each_faulty_field() -> None:
    form = Form({})
    form.full_clean()
    form.add_error(None, "Together they are wrong.")
    made = drawn("{% error_summary form %}{% fields form %}", form=form)
    for id in ("id_name", "id_kind"):
        assert f'href="#{id}"' in made
        assert f' id="{id}"' in made
    assert "Together they are wrong." in made
    assert (
        "<li>This field is required.</li>" in made.split("</ul>")[0]
    )  # of the hidden one, which no link leads to
    assert drawn("{% error_summary form %}", form=Form({"name": "n", "kind": "a", "key": "k"})) == ""


def test_a_field_is_described_by_its_help_and_its_fault() -> None:
    form = Form({})
    made = drawn("{% field form.name %}", form=form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in made
    assert 'id="id_name_helptext"' in made
    assert 'id="id_name_error"' in made
    assert 'aria-invalid="true"' in made


def test_a_form_says_what_it_needs_to_be_sent() -> None:
    class Upload(forms.Form):
        file = forms.FileField()

    made = drawn("{% form_frame form draft='/d/' %}x{% endform_frame %}", form=Upload(), csrf_token="token")
    assert 'enctype="multipart/form-data"' in made
    assert 'data-draft="/d/"' in made
    assert 'name="csrfmiddlewaretoken" value="token"' in made
    assert "enctype" not in drawn("{% form_frame form %}x{% endform_frame %}", form=Form())


@pytest.mark.parametrize(("state", "asks"), [("waiting", 1), ("running", 1), ("done", 0), ("failed", 0)])
def test_a_job_is_asked_after_only_while_it_goes_on(state: Any, asks: int) -> None:
    made = drawn("{% job_progress job %}", job=Job("x", state, "/job/"))
    assert made.count('hx-get="/job/"') == asks
    assert made.count("<progress") == asks
    assert "value=" not in made  # nobody knows how much there is


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "x/"]
)
def test_only_an_address_of_this_site_takes_something_back(address: str) -> None:
    with pytest.raises(ValueError, match="no address on this site"):
        toasts.tell(RequestFactory().get("/"), "Done.", undo=address)
    message = Message(constants.SUCCESS, "Done.", extra_tags=address)
    assert "<form" not in drawn("{% toasts %}", messages=[message])


def test_a_toast_is_told_once_with_its_way_back() -> None:
    told: list[tuple[int, str, str]] = []

    class Store:
        def add(self, level: int, text: str, extra_tags: str = "") -> None:
            told.append((level, text, extra_tags))

    request = RequestFactory().get("/")
    request._messages = Store()  # type: ignore[attr-defined]
    toasts.tell(request, "Suspended.", undo="/people/3/bring-back/")
    [(level, text, tags)] = told
    made = drawn("{% toasts %}", messages=[Message(level, text, extra_tags=tags)])
    assert 'class="toast toast--success"' in made
    assert 'action="/people/3/bring-back/"' in made
    assert drawn("{% toasts %}") == ""
