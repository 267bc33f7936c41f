"""Model fields whose columns hold ciphertext only.

    class PersonalFile(models.Model):
        public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
        given_names = EncryptedTextField(row="public_id")
        born_on = EncryptedDateField(row="public_id", null=True)
        document = EncryptedTextField(row="public_id", blank=True)
        document_index = BlindIndexField(of="document", kind="document")

An attribute is decrypted when it is read, not when its row is. Queries cannot filter or order by it; values() and
values_list() give a Sealed, which tells nothing. row names a field that is known before the row is inserted and never
changes: with it a value cannot be moved to another row unnoticed, without it only not to another column.

The column's name is part of what a value is bound to. Who renames the model, its table or the field, passes the old
"table.column" as bound_to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from django import forms
from django.core import checks
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.functional import cached_property

from almenara.privacy.sealing import VERSION, seal, unseal

S = TypeVar("S", contravariant=True)
G = TypeVar("G", covariant=True)
if TYPE_CHECKING:

    class _Field(models.Field[S, G]): ...
else:

    class _Field(models.Field, Generic[S, G]): ...


@dataclass(frozen=True)
class Sealed:
    """A value as it is stored."""

    stored: bytes

    def __repr__(self) -> str:
        return "<sealed>"


class SealedAttribute(DeferredAttribute):
    """Opens what the database gave when it is first read."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        field: EncryptedField[Any, Any] = self.field  # type: ignore[assignment]
        if field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[name for name in (field.attname, field.row) if name])
        value = instance.__dict__[field.attname]
        if isinstance(value, Sealed):
            value = instance.__dict__[field.attname] = field.open(value, instance)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        """That there is one makes Python ask __get__ before it looks into the instance."""
        instance.__dict__[self.field.attname] = value


class EncryptedField(_Field[S, G]):
    """row: name of the field whose value names the row; bound_to: "table.column", if it is not the present one."""

    descriptor_class: Any = SealedAttribute
    header_sql = "{column}"  # where the header of a stored value is found
    empty_strings_allowed = False

    def __init__(
        self, *args: Any, row: str | None = None, bound_to: str | None = None, **kwargs: Any
    ) -> None:
        self.row, self.bound_to = row, bound_to
        super().__init__(*args, **kwargs)

    def encode(self, value: Any) -> bytes:
        raise NotImplementedError

    def decode(self, plain: bytes) -> Any:
        raise NotImplementedError

    @property
    def bound_column(self) -> str:
        return self.bound_to or f"{self.model._meta.db_table}.{self.column}"

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        own = {"row": self.row, "bound_to": self.bound_to}
        return name, path, args, {**kwargs, **{key: value for key, value in own.items() if value}}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_not_searched(), *self._check_row()]

    def _check_not_searched(self) -> Iterable[checks.CheckMessage]:
        if self.unique or self.db_index or self.primary_key:  # type: ignore[attr-defined]
            hint = "Declare a BlindIndexField beside it."
            yield checks.Error(
                "An encrypted field cannot be a key or have an index.", hint, self, "privacy.E001"
            )

    def _check_row(self) -> Iterable[checks.CheckMessage]:
        names = {field.name for field in self.model._meta.concrete_fields}
        if self.row is not None and self.row not in names:
            yield checks.Error(f"row names no field: {self.row}.", None, self, "privacy.E002")

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def db_check(self, connection: Any) -> str:
        """So that no COPY and no statement past the model leaves plaintext."""
        column = connection.ops.quote_name(self.column)
        return f"substring({column} FROM 1 FOR 1) = '\\x{VERSION:02x}'::bytea"

    def seal(self, value: Any, instance: models.Model) -> Sealed | None:
        """A value of this instance, encrypted under the current key."""
        if value is None:
            return None
        return Sealed(seal(self.encode(value), self.bound_column, self._row_of(instance)))

    def open(self, sealed: Sealed, instance: models.Model) -> Any:
        """Raises UnknownKeyError, TamperedValueError."""
        return self.decode(unseal(sealed.stored, self.bound_column, self._row_of(instance)))

    def renewed(self, instance: models.Model) -> Sealed | None:
        """What to store to have the instance's value under the current key."""
        return self.seal(getattr(instance, self.attname), instance)

    def _row_of(self, instance: models.Model) -> bytes:
        if self.row is None:
            return b""
        value = getattr(instance, self.row)
        if value is None:
            raise FieldError(
                f"{self.name} is bound to {self.row}, which has no value yet. Give {self.row} a default that is made "
                "before the row is written, such as uuid4."
            )
        return str(value).encode()

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        return self.renewed(model_instance)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> bytes | None:
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value.stored
        if self.row is not None or self._feeds_an_index:
            raise FieldError(
                f"{self.name} is encrypted and bound to its row or indexed: update() and bulk_update() cannot "
                "write it. Set it on the object and save() it, or use bulk_create()."
            )
        return seal(self.encode(value), self.bound_column)

    @cached_property
    def _feeds_an_index(self) -> bool:
        return any(self.name in getattr(field, "sources", ()) for field in self.model._meta.concrete_fields)

    def from_db_value(self, value: Any, expression: object, connection: object) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        self._refuse(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        self._refuse(lookup_name)

    def _refuse(self, lookup_name: str) -> NoReturn:
        raise FieldError(
            f"{self.name} is encrypted: the database cannot compare it ({lookup_name}). Look it up by a "
            "BlindIndexField or a PhoneticKeysField of the model; only isnull works here."
        )

    def refuse_to_order(self) -> NoReturn:
        """The site's database backend asks for it (config.database)."""
        raise FieldError(
            f"{self.name} is encrypted: the database cannot order by it. Order by a key that tells nothing, or "
            "sort the few rows of a page in Python."
        )

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise FieldError(f"{self.name} is encrypted and is not serialised: use an encrypted export.")


class EncryptedTextField(EncryptedField[S, G]):
    """max_length is checked in forms and by full_clean()."""

    _pyi_private_set_type: str  # for mypy's Django plugin
    _pyi_private_get_type: str

    empty_strings_allowed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def to_python(self, value: Any) -> str | None:
        return value if value is None or isinstance(value, str) else str(value)

    def encode(self, value: Any) -> bytes:
        return str(value).encode()

    def decode(self, plain: bytes) -> str:
        return plain.decode()

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(
            **{"form_class": forms.CharField, "max_length": self.max_length, "empty_value": "", **kwargs}
        )


class EncryptedDateField(EncryptedField[S, G]):
    _pyi_private_set_type: date  # for mypy's Django plugin
    _pyi_private_get_type: date

    def to_python(self, value: Any) -> date | None:
        found: date | None = models.DateField().to_python(value)
        return found

    def encode(self, value: Any) -> bytes:
        day = self.to_python(value)
        if day is None:
            raise TypeError(f"{self.name} takes a date.")
        return day.isoformat().encode()

    def decode(self, plain: bytes) -> date:
        return date.fromisoformat(plain.decode())

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.DateField, **kwargs})


class EncryptedJSONField(EncryptedField[S, G]):
    """None is SQL's NULL."""

    _pyi_private_set_type: Any  # for mypy's Django plugin
    _pyi_private_get_type: Any

    def encode(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, plain: bytes) -> Any:
        return json.loads(plain)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.JSONField, **kwargs})


class EncryptedBinaryField(EncryptedField[S, G]):
    _pyi_private_set_type: bytes  # for mypy's Django plugin
    _pyi_private_get_type: bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False, **kwargs})

    def encode(self, value: Any) -> bytes:
        return bytes(value)

    def decode(self, plain: bytes) -> bytes:
        return plain
