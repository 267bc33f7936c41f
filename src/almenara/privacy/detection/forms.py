"""A form that says before saving that a text seems to hold personal data, and saves it if the person wants it so."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from almenara.privacy.detection import Kind, find_personal_data

KEEP = "keep_personal_data"
SHOWN = 10


class _Confirmation(forms.CheckboxInput):
    """A checkbox whose value names what was found, so that it confirms that and nothing found later."""

    def __init__(self, confirms: str) -> None:
        super().__init__(check_test=lambda value: False)
        self.confirms = confirms

    def format_value(self, value: Any) -> str:
        return self.confirms

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class WarnsOfPersonalData(forms.BaseForm):
    """To stand before Form or ModelForm. watched_fields: the free texts in which nobody should be named.

    A text in which something is found is not valid until the person ticks the box that then appears. The tick holds
    for what was found when it was shown: more of it asks anew. A text that the form began with does not ask again.
    """

    watched_fields: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self._found(cleaned or {})
        if found and not constant_time_compare(
            str(self.data.get(self.add_prefix(KEEP), "")), _name_of(found)
        ):
            self.fields[KEEP] = forms.CharField(
                required=False,
                label=gettext_lazy("I have read it and want to keep it."),
                widget=_Confirmation(_name_of(found)),
            )
            self.add_error(None, _warning(found))
        return cleaned

    def _found(self, cleaned: dict[str, Any]) -> list[tuple[Kind, str]]:
        texts = [str(cleaned.get(name) or "") for name in self.watched_fields if name in self.changed_data]
        language = get_language() or "es"
        found = [
            (finding.kind, finding.of(text))
            for text in texts
            for finding in find_personal_data(text, language)
        ]
        return sorted(set(found))


def _name_of(found: list[tuple[Kind, str]]) -> str:
    return salted_hmac(KEEP, repr(found), algorithm="sha256").hexdigest()[:32]


def _warning(found: list[tuple[Kind, str]]) -> forms.ValidationError:
    labels = {
        Kind.DOCUMENT: _("document"), Kind.PHONE: _("telephone"), Kind.EMAIL: _("e-mail address"), Kind.NAME: _("name"),
    }  # fmt: skip
    shown = [f"{labels[kind]} “{text}”" for kind, text in found[:SHOWN]]
    more = ["…"] if len(found) > SHOWN else []
    return forms.ValidationError(
        _(
            "The text seems to hold personal data: %(found)s. Take it out, or confirm below that it has to stay."
        ),
        code="personal_data",
        params={"found": ", ".join([*shown, *more])},
    )
