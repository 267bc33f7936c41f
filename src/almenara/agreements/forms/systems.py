from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.accounts import reach
from almenara.accounts.models import Institution, User
from almenara.accounts.permissions import AGREEMENTS_MANAGE
from almenara.agreements.actions.systems import Judgement
from almenara.agreements.forms.agreements import day_field
from almenara.agreements.forms.people import PersonField, put_people
from almenara.agreements.models import Concept, Match, Sameness, System
from almenara.agreements.queries.systems import concepts
from almenara.places.queries import alphabetical

if TYPE_CHECKING:
    SystemModelForm = forms.ModelForm[System]
else:
    SystemModelForm = forms.ModelForm


@dataclass(frozen=True)
class ConceptFields:
    concept: Concept
    sameness: forms.BoundField
    note: forms.BoundField


class SystemForm(SystemModelForm):
    """An entry of the inventory with its judgements, two fields a concept, and whom it feeds."""

    responsible_address = PersonField(
        label=gettext_lazy("Responsible person"),
        help_text=gettext_lazy("The address with which this person signs in, if they do."),
    )
    since = day_field(
        label=gettext_lazy("First day of its data"),
        required=False,
        help_text=gettext_lazy("If only the year is known, its first day."),
    )
    closed_on = day_field(
        label=gettext_lazy("Closed on"),
        required=False,
        help_text=gettext_lazy("If it is not kept any more. A closed system is no longer on the map."),
    )
    receivers = forms.ModelMultipleChoiceField(
        Institution.objects.none(),
        label=gettext_lazy("Institutions that receive its data today"),
        help_text=gettext_lazy("With or without an agreement."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = System
        fields: ClassVar = [
            "owner", "name", "content", "population", "format", "frequency", "responsible_role", "since",
            "technical_contact", "closed_on",
        ]  # fmt: skip
        help_texts: ClassVar = {
            "content": gettext_lazy("Its units, for example inspections, and its main variables."),
            "population": gettext_lazy("Who is in it and who is not: ages, sectors, territory."),
            "responsible_role": gettext_lazy("The post that answers for it, which outlasts the person."),
            "technical_contact": gettext_lazy("Whom to ask how it works. It is kept encrypted."),
        }
        widgets: ClassVar = {
            "content": forms.Textarea({"rows": 3}),
            "population": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = Institution.objects.filter(closed_on=None).order_by(alphabetical(), "pk")
        mine = reach.institutions(by, AGREEMENTS_MANAGE).values("pk")
        self.fields["owner"].queryset = open_ones.filter(pk__in=mine)  # type: ignore[attr-defined]
        self.fields["receivers"].queryset = open_ones  # type: ignore[attr-defined]
        self.concepts = concepts()
        self._add_concepts()
        if self.instance.pk is not None and not self.is_bound:
            self.initial["receivers"] = list(self.instance.feeds.values_list("receiver", flat=True))
        if self.instance.responsible and not self.is_bound:
            self.initial["responsible_address"] = self.instance.responsible.email

    def _add_concepts(self) -> None:
        there: dict[str, Match] = (
            {match.concept_id: match for match in self.instance.matches.all()} if self.instance.pk else {}
        )
        for concept in self.concepts:
            match = there.get(concept.code)
            self.fields[f"sameness-{concept.code}"] = forms.ChoiceField(
                choices=Sameness.choices,
                label=concept.name,
                initial=match.sameness if match else Sameness.UNKNOWN,
            )
            self.fields[f"note-{concept.code}"] = forms.CharField(
                label=_("Note on “%(concept)s”") % {"concept": concept.name},
                max_length=1000,
                required=False,
                initial=match.note if match else "",
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        put_people(self, {"responsible_address": data.get("owner")})
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.instance.responsible = self.cleaned_data.get("responsible_address") or None

    @property
    def judgements(self) -> dict[str, Judgement]:
        return {
            concept.code: Judgement(
                Sameness(self.cleaned_data[f"sameness-{concept.code}"]),
                self.cleaned_data[f"note-{concept.code}"],
            )
            for concept in self.concepts
        }

    def plain_fields(self) -> Iterator[forms.BoundField]:
        """Those that are no concept's, in their order."""
        for field in self:
            if not field.name.startswith(("sameness-", "note-")):
                yield field

    def concept_fields(self) -> Iterator[ConceptFields]:
        for concept in self.concepts:
            yield ConceptFields(concept, self[f"sameness-{concept.code}"], self[f"note-{concept.code}"])


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("Of a workbook the first sheet is read."),
    )
