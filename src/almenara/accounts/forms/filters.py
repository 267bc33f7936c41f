"""What lists are narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Choices = Iterable[tuple[str, str | Promise]]


class FilterForm(forms.Form):
    """Filled with what the address was understood to ask for: it refuses nothing, for a list answers any address."""

    use_required_attribute = False

    def __init__(self, wanted: Mapping[str, Any], **choices: Choices) -> None:
        """choices: of the fields that have any, by their names; "all" comes first."""
        super().__init__(initial={**wanted}, auto_id="filter-%s", label_suffix="")
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *offered]
        for field in self.fields.values():
            field.required = False


def search_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))


STANDINGS: tuple[tuple[str, str | Promise], ...] = (
    ("active", gettext_lazy("can sign in")),
    ("invited", gettext_lazy("invited")),
    ("suspended", gettext_lazy("suspended")),
    ("left", gettext_lazy("has left")),
)


class PeopleFilter(FilterForm):
    text = search_field(gettext_lazy("Name or e-mail address"))
    institution = forms.ChoiceField(label=gettext_lazy("Institution"))
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    standing = forms.ChoiceField(label=gettext_lazy("Standing"))


class InstitutionFilter(FilterForm):
    text = search_field(gettext_lazy("Name"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    closed = forms.BooleanField(
        label=gettext_lazy("closed ones, too"), widget=forms.CheckboxInput(attrs={"value": "1"})
    )
