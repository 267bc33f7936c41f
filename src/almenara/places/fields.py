"""Columns computed from the name whenever a territory is written, in bulk too, so that they cannot go stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from almenara.places.names import folded, sort_key

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class SortKeyField(TextField):
    def __init__(self, *args: Any, language: str = "es", **kwargs: Any) -> None:
        self.language = language
        super().__init__(*args, **{"editable": False, "default": "", **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "language": self.language}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = sort_key(model_instance.name, self.language)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


class SearchNameField(TextField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False, "default": "", **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        name = folded(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, name)
        return name


class InAlphabets(models.Model):
    """Something with a `name`, listed in each language's order and found by its words (`places.queries`)."""

    sort_key_es = SortKeyField(language="es")
    sort_key_pt = SortKeyField(language="pt")
    sort_key_en = SortKeyField(language="en")
    sort_key_fr = SortKeyField(language="fr")
    search_name = SearchNameField()

    class Meta:
        abstract = True
