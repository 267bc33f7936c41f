"""People in forms: by their e-mail address, for nobody finds a colleague in a list of thousands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from almenara.accounts.models import Institution, User


class PersonField(forms.EmailField):
    """An address; whose it is, `person_at` says once the institution is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})


def person_at(institution: Institution | None, email: str) -> User | None:
    """The active person of the institution with the address. Raises forms.ValidationError if there is none."""
    if not email or institution is None:
        return None
    found = User.objects.filter(email__iexact=email, is_active=True, institution=institution).first()
    if found is None:
        raise forms.ValidationError(
            _("No active person of %(institution)s signs in with this address.")
            % {"institution": institution.name}
        )
    return found


def put_people(form: forms.BaseForm, sides: dict[str, Institution | None]) -> None:
    """Replace the addresses in cleaned_data by people. sides: the field's name and its institution."""
    for name, institution in sides.items():
        try:
            form.cleaned_data[name] = person_at(institution, form.cleaned_data.get(name) or "")
        except forms.ValidationError as error:
            form.add_error(name, error)
