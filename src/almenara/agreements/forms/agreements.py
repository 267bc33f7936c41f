from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.accounts import reach
from almenara.accounts.models import Institution, User
from almenara.accounts.permissions import AGREEMENTS_MANAGE
from almenara.agreements.actions.agreements import Terms
from almenara.agreements.forms.people import PersonField, put_people
from almenara.agreements.models import Agreement, Item
from almenara.places.queries import alphabetical

if TYPE_CHECKING:
    AgreementModelForm = forms.ModelForm[Agreement]
    ItemModelForm = forms.ModelForm[Item]
else:
    AgreementModelForm = ItemModelForm = forms.ModelForm

PERSON_HELP = gettext_lazy(
    "The address with which this person signs in. They are reminded before the agreement ends."
)
UNTIL_HELP = gettext_lazy("Leave it empty if no end was agreed; then nobody is reminded.")


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class AgreementForm(AgreementModelForm):
    """A draft: parties, terms and who answers for them. by: who fills it in; one side must be within their reach."""

    provider_address = PersonField(
        label=gettext_lazy("Responsible person of the providing institution"), help_text=PERSON_HELP
    )
    receiver_address = PersonField(
        label=gettext_lazy("Responsible person of the receiving institution"), help_text=PERSON_HELP
    )
    since = day_field(label=gettext_lazy("First day"))
    until = day_field(label=gettext_lazy("Last day"), required=False, help_text=UNTIL_HELP)

    class Meta:
        model = Agreement
        fields: ClassVar = [
            "name", "reference", "provider", "receiver", "legal_basis", "frequency", "since", "until",
        ]  # fmt: skip
        help_texts: ClassVar = {
            "name": gettext_lazy("What the agreement is about, as people call it."),
            "reference": gettext_lazy("The number under which the institutions filed it, if it has one."),
            "provider": gettext_lazy("Whoever gives the data."),
            "receiver": gettext_lazy("Whoever receives them, normally the ministry."),
            "legal_basis": gettext_lazy("The law, decree or covenant that allows the data to be given."),
            "frequency": gettext_lazy("How often the data are given."),
        }
        widgets: ClassVar = {"legal_basis": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if not self.is_bound:
            self.initial["provider_address"] = _address(self.instance.provider_person)
            self.initial["receiver_address"] = _address(self.instance.receiver_person)
        open_ones = Institution.objects.filter(closed_on=None).order_by(alphabetical(), "pk")
        for side in ("provider", "receiver"):
            self.fields[side].queryset = open_ones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        provider, receiver = data.get("provider"), data.get("receiver")
        if provider and receiver:
            self._check_parties(provider, receiver)
        _check_days(self)
        put_people(self, {"provider_address": provider, "receiver_address": receiver})
        return data

    def _check_parties(self, provider: Institution, receiver: Institution) -> None:
        if provider == receiver:
            self.add_error("receiver", _("An institution makes no agreement with itself: choose another."))
            return
        mine = reach.institutions(self.by, AGREEMENTS_MANAGE)
        if not mine.filter(pk__in=(provider.pk, receiver.pk)).exists():
            self.add_error(
                "provider", _("You keep the agreements of neither institution: choose one of yours.")
            )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.instance.provider_person = self.cleaned_data.get("provider_address") or None
        self.instance.receiver_person = self.cleaned_data.get("receiver_address") or None


class ResponsibleForm(forms.Form):
    """Who answers for an agreement, whatever its state."""

    provider_address = AgreementForm.base_fields["provider_address"]
    receiver_address = AgreementForm.base_fields["receiver_address"]

    def __init__(self, data: Any = None, *, agreement: Agreement) -> None:
        self.agreement = agreement
        super().__init__(
            data,
            initial={
                "provider_address": _address(agreement.provider_person),
                "receiver_address": _address(agreement.receiver_person),
            },
        )

    def clean(self) -> dict[str, Any]:
        put_people(
            self,
            {"provider_address": self.agreement.provider, "receiver_address": self.agreement.receiver},
        )
        return self.cleaned_data


class ItemForm(ItemModelForm):
    class Meta:
        model = Item
        fields: ClassVar = ["name", "description", "form", "format", "indicator"]
        help_texts: ClassVar = {
            "name": gettext_lazy("What is given, for example “Inspections with children found at work”."),
            "description": gettext_lazy("Variables, breakdowns and territory that it covers."),
            "form": gettext_lazy("Records are rows of persons or cases; figures are numbers that are ready."),
            "indicator": gettext_lazy("If it feeds a harmonised indicator: its code."),
        }
        widgets: ClassVar = {"description": forms.Textarea({"rows": 3})}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Item.objects.filter(agreement=self.instance.agreement, name=name).exclude(
            pk=self.instance.pk
        )
        if others.exists():
            raise forms.ValidationError(_("The agreement has an item of this title already."))
        return name


class MoveForm(forms.Form):
    """Whether a reason is needed, the policy says."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("It stays in the agreement's history. Name no child and no family."),
    )


class RenewForm(forms.Form):
    since = day_field(label=gettext_lazy("First day"))
    until = day_field(label=gettext_lazy("Last day"), required=False, help_text=UNTIL_HELP)

    def clean(self) -> dict[str, Any]:
        _check_days(self)
        return self.cleaned_data

    @property
    def terms(self) -> Terms:
        return Terms(self.cleaned_data["since"], self.cleaned_data["until"])


class DocumentForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Signed document"),
        help_text=gettext_lazy("It is cleaned of metadata, encrypted, and whoever opens it is logged."),
    )


def _check_days(form: forms.BaseForm) -> None:
    since: dt.date | None = form.cleaned_data.get("since")
    until: dt.date | None = form.cleaned_data.get("until")
    if since and until and until < since:
        form.add_error("until", _("The last day is before the first."))


def _address(person: User | None) -> str:
    return person.email if person else ""
