from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils import timezone
from django.utils.translation import gettext_lazy

from almenara.accounts import permissions, reach
from almenara.accounts.forms.base import DayField, DeskForm, PersonField, TerritoryField
from almenara.accounts.models import Constituency, Institution, Kind, Office, User
from almenara.accounts.permissions import PERMISSIONS
from almenara.accounts.policies.services import LONGEST_DAYS, SCOPES
from almenara.accounts.queries.institutions import countries_managed
from almenara.places.countries import named
from almenara.places.models import Territory
from almenara.places.queries import alphabetical


class InstitutionForm(DeskForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=40, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    seat = TerritoryField(
        label=gettext_lazy("Territory it answers for"),
        help_text=gettext_lazy("Name or code; of a national institution, the country."),
    )

    def __init__(self, by: User, institution: Institution | None, *args: Any, **kwargs: Any) -> None:
        self.institution = institution or Institution()
        initial = {name: getattr(self.institution, name) for name in ("name", "short_name", "kind", "seat")}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["seat"].among = reach.territories(by, permissions.INSTITUTIONS_MANAGE)  # type: ignore[attr-defined]

    def filled(self) -> Institution:
        for name, value in self.cleaned_data.items():
            setattr(self.institution, name, value)
        return self.institution


class OfficeForm(DeskForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    territory = TerritoryField(label=gettext_lazy("Territory it covers"))

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        self.office = office
        initial = {"name": office.name, "territory": office.territory if office.territory_id else None}
        super().__init__(*args, **{"initial": initial, **kwargs})
        seat = office.institution.seat
        inside = Territory.objects.filter(country=seat.country) if seat else Territory.objects.all()
        self.fields["territory"].among = inside  # type: ignore[attr-defined]

    def filled(self) -> Office:
        self.office.name, self.office.territory = self.cleaned_data["name"], self.cleaned_data["territory"]
        return self.office


class FocalPointForm(DeskForm):
    country = forms.ModelChoiceField(Territory.objects.none(), label=gettext_lazy("Country"))
    constituency = forms.ChoiceField(label=gettext_lazy("Constituency"), choices=Constituency.choices)
    person = PersonField(User.objects.none(), label=gettext_lazy("Person"))
    since = DayField(label=gettext_lazy("First day"))

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"since": timezone.now().date()}, **kwargs})
        country: Any = self.fields["country"]
        country.queryset = countries_managed(by)
        country.choices = [
            BLANK_CHOICE_DASH[0],
            *((each.pk, each.name) for each in named(country.queryset)),
        ]
        self.fields["person"].queryset = (  # type: ignore[attr-defined]
            reach.people(by, permissions.PEOPLE_VIEW).filter(is_active=True).order_by(alphabetical())
        )


class ServiceForm(DeskForm):
    name = forms.CharField(label=gettext_lazy("Name of the system"), max_length=120)
    purpose = forms.CharField(label=gettext_lazy("What it is for"), max_length=300)


class KeyForm(DeskForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What the key is good for"),
        choices=[(scope, PERMISSIONS[scope]) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days it lasts"), min_value=1, max_value=LONGEST_DAYS, initial=180
    )


class RenewForm(DeskForm):
    days = forms.IntegerField(
        label=gettext_lazy("Days the new key lasts"), min_value=1, max_value=LONGEST_DAYS, initial=180
    )


class ReviewForm(DeskForm):
    institution = forms.ModelChoiceField(Institution.objects.none(), label=gettext_lazy("Institution"))
    due_on = DayField(label=gettext_lazy("To be done by"))

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        in_a_month = timezone.now().date() + dt.timedelta(days=30)
        super().__init__(*args, **{"initial": {"due_on": in_a_month}, **kwargs})
        self.fields["institution"].queryset = (  # type: ignore[attr-defined]
            reach.institutions(by, permissions.GRANTS_REVIEW).filter(closed_on=None).order_by(alphabetical())
        )
