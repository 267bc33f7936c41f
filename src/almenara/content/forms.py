"""What editors fill in, and what of it is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from almenara.accounts.forms.base import DeskForm
from almenara.accounts.forms.filters import Choices, FilterForm
from almenara.common.numbers import count
from almenara.content import placeholders
from almenara.content.kinds import FIELDS, Field, Kind
from almenara.content.models import Entry, Text
from almenara.privacy.detection.forms import WarnsOfPersonalData

Check = Callable[[str], list[str]]


class DeskFilter(FilterForm):
    """What the desk's list is narrowed by; the first of the states is what is to be done."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))
    state = forms.ChoiceField(label=gettext_lazy("State"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))

    def __init__(self, wanted: Mapping[str, Any], *, languages: Choices, states: Choices) -> None:
        super().__init__(wanted, language=languages, kind=Kind.choices)
        self.fields["state"].choices = states  # type: ignore[attr-defined]


class WordsField(forms.CharField):
    """One field of an entry in one language: not empty, not longer than the field may be, its placeholders right."""

    def __init__(self, about: Field, check: Check, language: str, **kwargs: Any) -> None:
        self.about, self.check = about, check
        attrs = {"lang": language, "rows": about.lines}
        widget = forms.Textarea(attrs=attrs) if about.lines > 1 else forms.TextInput(attrs={"lang": language})
        super().__init__(**{"label": about.label, "widget": widget, "required": False, **kwargs})

    def clean(self, value: Any) -> str:
        words = _as_written(str(super().clean(value)))
        if not words:
            raise ValidationError(_("Nothing is written here yet."))
        over = len(words) - self.about.longest
        if over > 0:
            raise ValidationError(_too_long(over, self.about.longest))
        if faults := self.check(words):
            raise ValidationError(faults)
        return words


def _too_long(over: int, longest: int) -> str:
    said = ngettext(
        "%(count)s character too many: there is room for %(room)s.",
        "%(count)s characters too many: there is room for %(room)s.",
        over,
    )
    return said % {"count": count(over), "room": count(longest)}


def _as_written(text: str) -> str:
    """With the line breaks of one system and each letter in one way, so that the same words are the same text."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class _Watched(WarnsOfPersonalData, DeskForm):
    """language: of the texts, in which personal data is looked for."""

    language = "es"

    def _found(self, cleaned: dict[str, Any]) -> Any:
        with translation.override(self.language):
            return super()._found(cleaned)


class TranslationForm(_Watched):
    """seen, seen_original: what the person had before them when they began."""

    seen = forms.CharField(widget=forms.HiddenInput)
    seen_original = forms.CharField(widget=forms.HiddenInput)
    watched_fields: ClassVar[tuple[str, ...]] = ("words",)

    def __init__(self, text: Text, *args: Any, **kwargs: Any) -> None:
        if text.original is None:
            raise ValueError("An original is no translation.")
        original = text.original
        self.language = text.language
        initial = {"seen": text.digest, "seen_original": original.digest, "words": text.text}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["words"] = WordsField(
            text.about,
            lambda words: placeholders.of_a_translation(words, original.text),
            text.language,
            label=gettext_lazy("Translation"),
        )


class EntryForm(_Watched):
    """The originals of an entry, new or not. The language of an entry stays what it was first."""

    public = forms.BooleanField(label=gettext_lazy("Shown to the public"), required=False)
    position = forms.IntegerField(
        label=gettext_lazy("Place in the list"),
        help_text=gettext_lazy("Pages are listed from the smallest number; terms by the alphabet."),
        min_value=0,
        max_value=9999,
        initial=0,
    )

    def __init__(self, entry: Entry, *args: Any, **kwargs: Any) -> None:
        self.entry, self.language = entry, entry.language
        initial: dict[str, Any] = {"public": entry.public, "position": entry.position}
        if entry.pk:
            initial |= {text.field: text.text for text in entry.texts.filter(original=None)}
            initial["seen"] = entry.state()
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.watched_fields = tuple(field.name for field in FIELDS[entry.kind])  # type: ignore[misc]
        own: dict[str, forms.Field] = {"slug": _slug()}
        if entry.pk:
            own = {"seen": forms.CharField(widget=forms.HiddenInput)}
        for about in FIELDS[entry.kind]:
            own[about.name] = WordsField(about, placeholders.of_an_original, entry.language)
        self.fields = {**own, **self.fields}

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if Entry.objects.filter(kind=self.entry.kind, slug=slug).exists():
            raise ValidationError(
                _("There is an entry of this name already: change that one, or take another name.")
            )
        return slug

    def filled(self) -> Entry:
        for name in ("slug", "public", "position"):
            if name in self.cleaned_data:
                setattr(self.entry, name, self.cleaned_data[name])
        return self.entry

    @property
    def words(self) -> dict[str, str]:
        return {field.name: self.cleaned_data[field.name] for field in FIELDS[self.entry.kind]}

    @property
    def seen(self) -> str:
        """The state of the entry as the person had it before them."""
        return str(self.cleaned_data["seen"])


def _slug() -> forms.SlugField:
    return forms.SlugField(
        label=gettext_lazy("Name in the address"),
        help_text=gettext_lazy(
            "Small letters without accents, digits and hyphens. It does not change afterwards."
        ),
        max_length=60,
    )
