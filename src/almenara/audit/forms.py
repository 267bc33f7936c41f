"""What an auditor asks the log for, all of which stands in the address; and what is asked before a hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from almenara.accounts.forms.base import DeskForm, ReasonField
from almenara.audit import holdable

Choices = Iterable[tuple[str, str | Promise]]
LARGEST = 2**63 - 1


class AskForm(forms.Form):
    """Each choice but those of the people, whom the page finds by name, comes from the page."""

    who: ClassVar[Any] = forms.CharField(
        label=_("Person: name or e-mail address"), max_length=254, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    person: ClassVar[Any] = forms.IntegerField(
        label=_("Number of the person"), min_value=1, max_value=LARGEST, required=False
    )
    kind: ClassVar[Any] = forms.CharField(
        label=_("What was done"), required=False, validators=[RegexValidator(r"\A[a-z][a-z_]{0,39}\Z")],
        widget=forms.Select,
    )  # fmt: skip
    object_type: ClassVar[Any] = forms.CharField(
        label=_("To what"), required=False, validators=[RegexValidator(r"\A[a-z0-9_.]{1,100}\Z")],
        widget=forms.Select,
    )  # fmt: skip
    object_id: ClassVar[Any] = forms.CharField(
        label=_("Number of the object"), max_length=200, required=False
    )
    country: ClassVar[Any] = forms.ChoiceField(label=_("Country"), required=False)
    institution: ClassVar[Any] = forms.TypedChoiceField(
        label=_("Institution"), required=False, coerce=int, empty_value=None
    )
    since: ClassVar[Any] = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until: ClassVar[Any] = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    origin: ClassVar[Any] = forms.CharField(label=_("Request"), max_length=100, required=False)

    def __init__(
        self, data: Any, *, kinds: Choices, tables: Choices, countries: Choices, institutions: Choices
    ) -> None:
        super().__init__(data)
        self._offer("kind", _("Anything"), kinds)
        self._offer("object_type", _("Anything"), tables)
        self._offer("country", _("All in your reach"), countries)
        self._offer("institution", _("All"), institutions)

    def _offer(self, name: str, anything: Promise, choices: Choices) -> None:
        """What the address asks for is offered too, if it may be asked for without being listed."""
        offered: list[tuple[str, str | Promise]] = [("", anything), *choices]
        asked = self.data.get(name, "")
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = offered
            return
        if asked not in dict(offered):
            offered.append((asked, asked[:100]))
        field.widget.choices = offered

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one."))
        return cleaned


class PurposeForm(forms.Form):
    """What an export is for, and as what kind of file."""

    purpose: ClassVar[Any] = forms.CharField(label=_("What the export is for"), min_length=5, max_length=500)
    file_format: ClassVar[Any] = forms.ChoiceField(
        label=_("Kind of file"), choices=[("csv", "CSV"), ("xlsx", "Excel")]
    )


class HoldForm(DeskForm):
    """Which record, named as its kind asks, and why it must not be erased."""

    kind = forms.ChoiceField(label=_("Kind of record"))
    which = forms.CharField(label=_("Which one"), max_length=254)
    reason = ReasonField(label=_("Why it must be kept"), min_length=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["kind"]
        choice.choices = [(kind.model, kind.label) for kind in holdable.kinds()]
        self.fields["which"].help_text = "; ".join(f"{kind.label}: {kind.asked}" for kind in holdable.kinds())


class LiftForm(DeskForm):
    reason = ReasonField(label=_("Why it may be erased again"), min_length=5)
