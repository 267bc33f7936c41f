"""What the lists of agreements and systems, and the map, are narrowed by."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from almenara.accounts.forms.filters import FilterForm, search_field


class AgreementFilter(FilterForm):
    """status: of an agreement or, on the map, of what feeds."""

    q = search_field(_("Title or number"))
    status = forms.ChoiceField(label=_("Status"))
    kind = forms.ChoiceField(label=_("Kind of institution"))
    institution = forms.ChoiceField(label=_("Institution"))


class SystemFilter(FilterForm):
    q = search_field(_("Name"))
    kind = forms.ChoiceField(label=_("Kind of institution"))
    concept = forms.ChoiceField(label=_("Harmonised concept"))
    sameness = forms.ChoiceField(label=_("Its definition is"))
