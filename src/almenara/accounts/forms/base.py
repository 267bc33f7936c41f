"""Forms that say what is wrong beside the field and at the head of the page, and take territories as they are typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.places.models import Territory
from almenara.places.names import folded
from almenara.places.queries import search

SHOWN = 5


class DeskForm(forms.Form):
    """Of the pages for who is signed in."""

    use_required_attribute = False  # the page answers with its own sentences, and a list of what is missing

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class ReasonField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Reason"), "max_length": 500, **kwargs})


class TerritoryField(forms.CharField):
    """A name, a code, or both as they are shown: "Name (CODE)". among: what may be chosen."""

    def __init__(self, **kwargs: Any) -> None:
        self.among: Any = Territory.objects.none()
        super().__init__(
            **{"help_text": gettext_lazy("Name or code."), "label": gettext_lazy("Territory"), **kwargs}
        )

    def prepare_value(self, value: Any) -> Any:
        return shown(value) if isinstance(value, Territory) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        typed = text.strip()
        code = typed.rsplit("(", 1)[1].rstrip(")").strip() if typed.endswith(")") and "(" in typed else typed
        found = list(self.among.filter(code=code)[:SHOWN]) or self._called(typed)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("No territory within your reach is called so: correct it."))
        raise ValidationError(
            _("Several territories are called so. Write one of these: %(names)s"),
            params={"names": "; ".join(shown(place) for place in found[:SHOWN])},
        )

    def _called(self, typed: str) -> list[Territory]:
        """Those of the whole name, or else those each of whose words begins so."""
        whole = list(self.among.filter(search_name=folded(typed))[:SHOWN])
        return whole or list(self.among.filter(pk__in=[place.pk for place in search(typed, limit=200)]))


def shown(place: Territory) -> str:
    return f"{place.name} ({place.code})"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.email})"
