"""Equality look-up of what is encrypted: a keyed hash of the value in its normal form (HMAC-SHA-256).

Who has the database but not the keys learns which rows of one column hold the same value, and nothing else: the hash
depends on the column, so that not even two columns can be compared.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from django.core import checks
from django.core.exceptions import EmptyResultSet, FieldError
from django.db import models
from django.db.models.signals import pre_save

from almenara.privacy.keys import Key, Use, key_ring
from almenara.privacy.sealing import header

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
    _Lookup = models.Lookup[Any]
else:
    _Field, _Lookup = models.Field, models.Lookup


def folded(text: str) -> str:
    """Lower case, no accents, one space between words."""
    decomposed = unicodedata.normalize("NFKD", _lower(text))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", bare.replace("_", " ")))


def document(text: str) -> str:
    """Letters and digits only, upper case: 12.345.678-k and 12345678K are the same."""
    return "".join(char for char in _lower(text) if char.isalnum()).upper()


def phone(text: str) -> str:
    """Digits, as in E.164 but without the plus sign: 00 before a country's code goes, and so does a national (0)."""
    bare = unicodedata.normalize("NFKC", text).replace("(0)", "")
    digits = "".join(str(unicodedata.digit(char)) for char in bare if char.isdigit())
    return digits.removeprefix("00")


def email(text: str) -> str:
    return _lower(text).strip()


def _lower(text: str) -> str:
    """One form for letters that look the same (Unicode, NFKC_Casefold)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


KINDS: dict[str, Callable[[str], str]] = {
    "document": document,
    "phone": phone,
    "email": email,
    "name": folded,
    "text": lambda text: unicodedata.normalize("NFC", text),
}


def digest(key: Key, column: str, normal: str) -> bytes:
    """The key's header, and the hash of a value in its normal form."""
    message = len(column.encode()).to_bytes(4, "big") + column.encode() + normal.encode()
    return header(key) + hmac.digest(key.derived(Use.BLIND_INDEX), message, "sha256")


class KeyedField(_Field):
    """A column that is computed from others whenever the row is written, under the current key.

    sources: the names of the fields it is computed from. bound_to: the "table.column" that it had when it was first
    written, if another. update() would leave it behind, and so would save() of a source without it: both are refused.
    """

    sources: tuple[str, ...]
    header_sql = "{column}"  # where the key's header is found

    def __init__(self, *args: Any, bound_to: str | None = None, **kwargs: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **{"editable": False, "null": True, **kwargs})

    @property
    def bound_column(self) -> str:
        return self.bound_to or f"{self.model._meta.db_table}.{self.column}"

    def renewed(self, instance: models.Model) -> Any:
        """What to store for the instance under the current key."""
        raise NotImplementedError

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"bound_to": self.bound_to} if self.bound_to else {})}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_sources(), *self._check_not_unique()]

    def _check_sources(self) -> Iterable[checks.CheckMessage]:
        unknown = set(self.sources) - {field.name for field in self.model._meta.concrete_fields}
        if unknown:
            listed = ", ".join(sorted(unknown))
            yield checks.Error(f"It is computed from no field: {listed}.", None, self, "privacy.E003")

    def _check_not_unique(self) -> Iterable[checks.CheckMessage]:
        if self.unique or self.primary_key:
            hint = "Look the value up before writing it, under a lock: that sees the rows under every key."
            yield checks.Error(
                "A keyed index cannot be unique: the same value differs from key to key.",
                hint, self, "privacy.E004",
            )  # fmt: skip

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            pre_save.connect(self._refuse_to_stay_behind)

    def _refuse_to_stay_behind(
        self, instance: models.Model, update_fields: frozenset[str] | None = None, **kwargs: Any
    ) -> None:
        """Of every save, for a proxy sends its own class."""
        if not update_fields or not isinstance(instance, self.model):
            return
        if self.name not in update_fields and update_fields & set(self.sources):
            listed = ", ".join(sorted(update_fields & set(self.sources)))
            raise FieldError(f"Save {self.name} too: it is computed from {listed} (update_fields).")

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.renewed(model_instance)
        setattr(model_instance, self.attname, value)
        return value


class BlindIndexField(KeyedField):
    """of: name of the indexed field. kind: how two spellings are the same: document, phone, email, name or text.

    filter(document_index="12.345.678-K") finds the rows, whichever key of the ring they are under; `in` takes several.
    A value of which nothing remains in its normal form is not indexed and finds nothing.
    """

    def __init__(self, *args: Any, of: str = "", kind: str = "text", **kwargs: Any) -> None:
        self.of, self.kind, self.sources = of, kind, (of,)
        super().__init__(*args, **{"db_index": True, **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "kind": self.kind}

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def normal(self, value: Any) -> str:
        return "" if value is None else KINDS[self.kind](str(value))

    def renewed(self, instance: models.Model) -> bytes | None:
        normal = self.normal(getattr(instance, self.of))
        return digest(key_ring().current, self.bound_column, normal) if normal else None

    def digests(self, value: Any) -> list[bytes]:
        """What the column may hold for a value: one a key."""
        normal = self.normal(value)
        return [digest(key, self.bound_column, normal) for key in key_ring()] if normal else []

    def from_db_value(self, value: Any, expression: object, connection: object) -> bytes | None:
        return None if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        found = super().get_lookup(lookup_name)
        if found is None or lookup_name not in ("exact", "in", "isnull"):
            self._refuse(lookup_name)
        return found

    def _refuse(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self.name} is a blind index: it knows exact, in and isnull, not {lookup_name}.")


@BlindIndexField.register_lookup
class BlindExact(_Lookup):
    lookup_name = "exact"
    prepare_rhs = False

    def values(self) -> Iterable[Any]:
        return (self.rhs,)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        field: BlindIndexField = self.lhs.output_field
        digests = [found for value in self.values() for found in field.digests(value)]
        if not digests:
            raise EmptyResultSet
        return f"{column} = ANY(%s::bytea[])", [*params, digests]


@BlindIndexField.register_lookup
class BlindIn(BlindExact):
    lookup_name = "in"

    def get_prep_lookup(self) -> tuple[Any, ...]:
        return tuple(self.rhs)

    def values(self) -> Iterable[Any]:
        return self.rhs  # type: ignore[no-any-return]
