from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.accounts import permissions, reach
from almenara.accounts.actions.invitations import Guest
from almenara.accounts.forms.base import DayField, DeskForm, PersonField, ReasonField, TerritoryField
from almenara.accounts.models import Institution, Office, Reach, Role, User
from almenara.accounts.policies.grants import Draft
from almenara.accounts.queries.people import colleagues, institutions_managed, offices_managed
from almenara.accounts.role_names import ROLE_NAMES
from almenara.places.queries import alphabetical


class InviteForm(DeskForm):
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    institution = forms.ModelChoiceField(Institution.objects.none(), label=gettext_lazy("Institution"))
    office = forms.ModelChoiceField(
        Office.objects.none(),
        label=gettext_lazy("Office"),
        required=False,
        help_text=gettext_lazy("Leave empty for who works for the institution as a whole."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"), choices=settings.LANGUAGES, initial="es"
    )

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        manage = permissions.PEOPLE_MANAGE
        self.fields["institution"].queryset = institutions_managed(by, manage).order_by(alphabetical())  # type: ignore[attr-defined]
        self.fields["office"].queryset = offices_managed(by, manage).order_by(alphabetical())  # type: ignore[attr-defined]

    def guest(self) -> Guest:
        return Guest(**self.cleaned_data)


class AcceptForm(DeskForm):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=150)
    language = forms.ChoiceField(label=gettext_lazy("Your language"), choices=settings.LANGUAGES)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )
    again = forms.CharField(
        label=gettext_lazy("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password"):
            raise ValidationError(_("The two are not the same."))
        return again


class WhyForm(DeskForm):
    reason = ReasonField()


class ConfirmForm(DeskForm):
    """Nothing to fill in: the button is the answer."""


class GrantForm(DeskForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    office = forms.ModelChoiceField(
        Office.objects.none(),
        label=gettext_lazy("Office"),
        required=False,
        help_text=gettext_lazy("Needed for a role that works from an office."),
    )
    territory = TerritoryField(
        required=False,
        help_text=gettext_lazy(
            "Name or code. Needed for a role that reaches every institution of a territory."
        ),
    )
    since = DayField(label=gettext_lazy("First day"))
    until = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )
    reason = ReasonField(required=False)

    def __init__(self, by: User, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args, **{"initial": {"since": timezone.now().date(), "office": person.office_id}, **kwargs}
        )
        self.person = person
        self.roles = {role.code: role for role in Role.objects.exclude(reach=Reach.REGION)}
        self.fields["role"].choices = [(code, ROLE_NAMES[code]) for code in self.roles]  # type: ignore[attr-defined]
        self.fields["office"].queryset = offices_managed(by, permissions.GRANTS_GIVE).filter(  # type: ignore[attr-defined]
            institution=person.institution_id
        )
        self.fields["territory"].among = reach.territories(by, permissions.GRANTS_GIVE)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.person.institution is None:
            raise ValidationError(_("This person works at no institution: invite them to one first."))
        return cleaned

    def draft(self) -> Draft:
        said = self.cleaned_data
        role = self.roles[said["role"]]
        institution = self.person.institution
        if institution is None:
            raise ValueError("A draft is made of a form that is valid.")
        return Draft(
            person=self.person,
            role=role,
            institution=institution,
            office=said["office"] if role.reach in (Reach.OFFICE, Reach.INSTITUTION) else None,
            territory=said["territory"],
            since=said["since"],
            until=said["until"],
        )


class HandOverForm(DeskForm):
    """One field for each thing that is in the person's hands."""

    def __init__(self, by: User, person: User, parts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: dict[str, tuple[str, str]] = {}
        successors = colleagues(by, permissions.PEOPLE_MANAGE).exclude(pk=person.pk).order_by(alphabetical())
        choices: list[Any] = []  # the same for each: asked for once
        for part in parts:
            for item in part.items:
                name = f"{part.kind.code}-{item.key}"
                self.asked[name] = (part.kind.code, item.key)
                field = PersonField(
                    successors, label=f"{part.kind.label}: {item.label}", required=False,
                    empty_label=_("stays for now"),
                )  # fmt: skip
                field.choices = choices = choices or list(cast(Iterable[Any], field.choices))
                self.fields[name] = field

    def successors(self) -> dict[tuple[str, str], User]:
        return {what: self.cleaned_data[name] for name, what in self.asked.items() if self.cleaned_data[name]}


class FileForm(DeskForm):
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    document = forms.CharField(
        label=gettext_lazy("Number of the identity document"), max_length=40, required=False
    )
    emergency_contact = forms.CharField(
        label=gettext_lazy("Whom to call in an emergency"), max_length=200, required=False
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


PURPOSES = (
    ("contact", gettext_lazy("To reach the person")),
    ("check", gettext_lazy("To check what is written")),
    ("emergency", gettext_lazy("Something has happened to the person")),
    ("other", gettext_lazy("Something else, written below")),
)


class PurposeForm(DeskForm):
    purpose = forms.ChoiceField(
        label=gettext_lazy("What do you open it for?"), choices=PURPOSES, widget=forms.RadioSelect
    )
    words = forms.CharField(label=gettext_lazy("In your words"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("purpose") == "other" and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say what you open it for."))
        return cleaned

    def said(self) -> str:
        chosen = self.cleaned_data["purpose"]
        words = str(self.cleaned_data["words"]).strip()
        return words if chosen == "other" else f"{chosen}: {words}".rstrip(": ")


class GlassForm(DeskForm):
    reason = ReasonField(
        label=gettext_lazy("What is the emergency?"),
        help_text=gettext_lazy(
            "20 characters or more. Whoever watches over you is told at once, and it is logged."
        ),
    )
