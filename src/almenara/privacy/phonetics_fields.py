"""Finding people by how their names sound, in a column that holds no name.

    class PersonalFile(models.Model):
        given_names = EncryptedTextField(row="public_id")
        surnames = EncryptedTextField(row="public_id")
        name_keys = PhoneticKeysField(of=("given_names", "surnames"))

        class Meta:
            indexes = [GinIndex(fields=["name_keys"], name="…")]

    PersonalFile.objects.filter(name_keys__resembles=asked).order_by(Likeness("name_keys", asked).desc())

What is kept of a name is a keyed hash of every two of its parts. A hash of single parts would give the frequent names
away by their frequency alone; a look-up therefore needs two parts of a name, and one part finds only who has one.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet, FieldError
from django.db import models
from django.db.models.expressions import F, Func

from almenara.privacy.blind import KeyedField
from almenara.privacy.keys import Key, Use, key_ring
from almenara.privacy.phonetics import needed, pairs, sought, sounds
from almenara.privacy.sealing import header

if TYPE_CHECKING:
    _Lookup = models.Lookup[Any]
else:
    _Lookup = models.Lookup

HASH_BYTES = 12
LOOKUPS = ("sounds_like", "resembles", "isnull")


class PhoneticKeysField(KeyedField):
    """of: the names of the fields that make up a person's name, in any order. Stored: header of the key, then hashes.

    sounds_like finds the names that agree with the one asked for in all parts of the shorter, or from four parts on in
    all but one; resembles finds those that agree in two of three, too. Both in any order, under every key of the ring.
    """

    header_sql = "{column}[1]"

    def __init__(self, *args: Any, of: Iterable[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(of)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.sources}

    def db_type(self, connection: Any) -> str:
        return "bytea[]"

    def renewed(self, instance: models.Model) -> list[bytes] | None:
        codes = sounds(" ".join(str(getattr(instance, name) or "") for name in self.sources))
        key = key_ring().current
        return [header(key), *self._hashed(key, pairs(codes))] if codes else None

    def hashes(self, name: str) -> list[bytes]:
        """What the column may hold of a name that sounds like this one, under any key."""
        asked = sought(sounds(name))
        return [found for key in key_ring() for found in self._hashed(key, asked)]

    def _hashed(self, key: Key, found: Iterable[tuple[str, str]]) -> list[bytes]:
        secret, column = key.derived(Use.PHONETIC_KEYS), self.bound_column
        texts = (f"sound of {column} {one} {other}" for one, other in found)
        return sorted(hmac.digest(secret, text.encode(), "sha256")[:HASH_BYTES] for text in texts)

    def get_lookup(self, lookup_name: str) -> Any:
        found = super().get_lookup(lookup_name)
        if found is None or lookup_name not in LOOKUPS:
            raise FieldError(
                f"{self.name} holds phonetic keys: it knows {', '.join(LOOKUPS)}, not {lookup_name}."
            )
        return found


@PhoneticKeysField.register_lookup
class SoundsLike(_Lookup):
    lookup_name = "sounds_like"
    prepare_rhs = False
    loosely = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        field: PhoneticKeysField = self.lhs.output_field
        hashes, size = field.hashes(self.rhs), len(pairs(sounds(self.rhs)))
        if not hashes:
            raise EmptyResultSet
        enough = [needed(shorter, loosely=self.loosely) for shorter in range(1, size + 1)]
        statement = (
            f"({column} && %s::bytea[] AND (SELECT count(*) FROM unnest({column}) AS kept"
            f" WHERE kept = ANY(%s::bytea[])) >= (%s::int[])[LEAST(cardinality({column}) - 1, %s)])"
        )
        return statement, [*params, hashes, *params, hashes, enough, *params, size]


@PhoneticKeysField.register_lookup
class Resembles(SoundsLike):
    lookup_name = "resembles"
    loosely = True


class Likeness(Func):
    """How much of two names is the same, 0 to 1: pairs of parts in common, twice, by the pairs of both (Dice)."""

    output_field = models.FloatField()

    def __init__(self, keys: str, name: str) -> None:
        self.asked = name
        super().__init__(F(keys))

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        [source] = self.get_source_expressions()
        column, params = compiler.compile(source)
        hashes, size = source.output_field.hashes(self.asked), len(pairs(sounds(self.asked)))
        statement = (
            f"(2.0 * (SELECT count(*) FROM unnest({column}) AS kept WHERE kept = ANY(%s::bytea[]))"
            f" / (cardinality({column}) - 1 + %s))"
        )
        return statement, [*params, hashes, *params, size]
