"""The ring of keys under which identities are encrypted and indexed.

A key is 32 random bytes with an id. Nothing is done with the key itself: each use has a sub-key of its own, drawn by
HKDF-SHA-256 (RFC 5869), so that what leaks through one use says nothing about another. The first key of the ring is
current: it encrypts; the others only open what was encrypted before.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from fcntl import LOCK_EX, flock
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from almenara.common.errors import Fault, MachineError, RefusedError
from almenara.common.secrets import read_or_create, replace

KEY_BYTES = 32
LONGEST_ID = 32
VARIABLE = "ALMENARA_KEYS"
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


class Use(StrEnum):
    ENCRYPTION = "encryption"
    BLIND_INDEX = "blind index"
    PHONETIC_KEYS = "phonetic keys"
    EXPORTS = "exports"


class KeyRingError(RefusedError):
    """What should be a list of keys is none."""


class UnknownKeyError(MachineError):
    """A value was encrypted under a key that the ring does not hold."""


@dataclass(frozen=True)
class Key:
    id: str
    secret: bytes = field(repr=False)

    def derived(self, use: Use) -> bytes:
        """The 32 bytes for one use."""
        return self._derived[use]

    @cached_property
    def _derived(self) -> dict[Use, bytes]:
        return {use: self._derive(use) for use in Use}

    def _derive(self, use: Use) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"almenara {use} 1".encode()).derive(self.secret)

    def written(self) -> str:
        """As it stands in ALMENARA_KEYS. It is secret."""
        return f"{self.id}:{base64.b64encode(self.secret).decode()}"


@dataclass(frozen=True)
class KeyRing:
    """keys: the current one first. where: what the operator has to change, a variable or a file."""

    keys: tuple[Key, ...]
    where: str = VARIABLE

    @property
    def current(self) -> Key:
        return self.keys[0]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys)

    def __contains__(self, key_id: object) -> bool:
        return any(key.id == key_id for key in self.keys)

    def __getitem__(self, key_id: str) -> Key:
        found = next((key for key in self.keys if key.id == key_id), None)
        if found is None:
            raise UnknownKeyError(
                Fault(
                    f"A value is encrypted under the key {key_id}, which is not among the keys.",
                    where=self.where,
                    remedy="Add the key again, after the current one, from where the keys are kept. "
                    "Without it the value cannot be read by anybody.",
                    items=tuple(key.id for key in self.keys),
                )
            )
        return found

    def written(self) -> str:
        """The value for ALMENARA_KEYS. It is secret."""
        return ",".join(key.written() for key in self.keys)


def key_ring() -> KeyRing:
    """The keys of ALMENARA_KEYS, or of DATA/secrets/keys, which is made on first use and read again when it changes.

    Raises KeyRingError if they are not a list of keys.
    """
    if settings.ENCRYPTION_KEYS:
        return _read(settings.ENCRYPTION_KEYS, VARIABLE)
    path = keys_file()
    if not path.exists():
        read_or_create(path, lambda: new_key().written())
    found = path.stat()
    return _read_file(path, (found.st_ino, found.st_mtime_ns))


def keys_file() -> Path:
    return Path(settings.DATA) / "secrets" / "keys"


def new_key() -> Key:
    """A key that nobody has; its id begins with the day it was made."""
    return Key(
        f"k{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}",
        secrets.token_bytes(KEY_BYTES),
    )


def add_new_key() -> Key:
    """A new current key. Written to DATA/secrets/keys, or only returned if the keys come from the environment."""
    key = new_key()
    _change(lambda ring: (key, *ring))
    return key


def remove(key_id: str) -> KeyRing:
    """The keys without one, and written so unless they come from the environment."""
    return _change(lambda ring: tuple(key for key in ring if key.id != key_id))


def _change(to: Callable[[KeyRing], tuple[Key, ...]]) -> KeyRing:
    """One process at a time: a key that another one has just added must not be overwritten."""
    if settings.ENCRYPTION_KEYS:
        return KeyRing(to(key_ring()))
    key_ring()
    with keys_file().with_name("keys.lock").open("ab") as lock:
        flock(lock, LOCK_EX)
        changed = KeyRing(to(key_ring()), str(keys_file()))
        replace(keys_file(), changed.written())
    return changed


@lru_cache(maxsize=4)
def _read_file(path: Path, stamp: tuple[int, int]) -> KeyRing:
    return _read(path.read_text(encoding="ascii"), str(path))


@lru_cache(maxsize=4)
def _read(text: str, where: str) -> KeyRing:
    """The errors name a key by its id or its place, never by what it holds."""
    keys = tuple(
        _key(item.strip(), place, where) for place, item in enumerate(text.split(","), 1) if item.strip()
    )
    ids = [key.id for key in keys]
    twice = tuple(sorted({key_id for key_id in ids if ids.count(key_id) > 1}))
    if twice:
        raise KeyRingError(Fault("Two keys have the same id.", where, "Give each its own.", twice))
    if not keys:
        raise KeyRingError(Fault("It holds no key.", where, "Make one: almenara keys new"))
    return KeyRing(keys, where)


def _key(item: str, place: int, where: str) -> Key:
    key_id, _, encoded = item.partition(":")
    if not _ID.fullmatch(key_id) or len(key_id) > LONGEST_ID:
        raise KeyRingError(
            Fault(
                f"Key {place} has no id made of up to {LONGEST_ID} letters a–z, digits and hyphens.",
                where,
                "Write each key as id:base64, with commas between them: almenara keys new makes one.",
            )
        )
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyRingError(
            Fault(
                f"The key {key_id} is not {KEY_BYTES} bytes in base64.",
                where,
                "Copy it whole from where the keys are kept.",
            )
        )
    return Key(key_id, secret)
