"""A file that is encrypted as it is written and authenticated as it is read: AES-256-GCM in chunks.

Each chunk has a counter and a mark of being the last in its nonce (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015), so that chunks cannot be changed, moved, repeated or left out, nor the end cut off. Every file
has a key of its own, which lies wrapped in the database; without it the file is noise.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from almenara.common.errors import Fault, MachineError
from almenara.privacy.keys import KEY_BYTES, Use, key_ring

CHUNK, TAG, NONCE = 1 << 16, 16, 12
MAGIC = b"ALMX\x01"


class TamperedFileError(MachineError):
    """An encrypted file was cut, altered, or is not the one of this key."""

    def __init__(self, where: str) -> None:
        super().__init__(
            Fault(
                "The encrypted file was altered or cut short: it does not open to its end.",
                where,
                "Do not use what was read of it. Ask for the export again.",
            )
        )


class EncryptingFile(io.RawIOBase):
    """Write plain bytes to it; closing it writes the last chunk. sha256, size: of the plain bytes."""

    def __init__(self, file: IO[bytes], key: bytes, context: bytes) -> None:
        self._file, self._cipher, self._context = file, AESGCM(key), context
        self._waiting, self._counter = bytearray(), 0
        self.sha256, self.size = hashlib.sha256(), 0
        file.write(MAGIC)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self.sha256.update(content)
        self.size += len(content)
        self._waiting += content
        while len(self._waiting) > CHUNK:  # the last one is kept back: it may be the final one
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def finish(self) -> None:
        """Without it the file has no end and does not open."""
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._counter, is_last), plain, MAGIC + self._context))
        self._counter += 1


def decrypted(file: IO[bytes], key: bytes, context: bytes, where: str = "export") -> Iterator[bytes]:
    """The plain bytes, chunk by chunk. Raises TamperedFileError at the first that is not what was written."""
    cipher = AESGCM(key)
    if file.read(len(MAGIC)) != MAGIC:
        raise TamperedFileError(where)
    chunk, counter = file.read(CHUNK + TAG), 0
    while True:
        following = file.read(CHUNK + TAG)
        try:
            plain = cipher.decrypt(_nonce(counter, not following), chunk, MAGIC + context)
        except InvalidTag:
            raise TamperedFileError(where) from None
        yield plain
        if not following:
            return
        chunk, counter = following, counter + 1


def _nonce(counter: int, is_last: bool) -> bytes:
    return counter.to_bytes(NONCE - 1, "big") + bytes([is_last])


def new_file_key(context: bytes) -> tuple[bytes, bytes]:
    """A key for one file, and the same key wrapped for the database: length of the key's id | id | nonce | wrapped."""
    ring_key, key, nonce = key_ring().current, os.urandom(KEY_BYTES), os.urandom(NONCE)
    wrapped = AESGCM(ring_key.derived(Use.EXPORTS)).encrypt(nonce, key, context)
    return key, bytes([len(ring_key.id)]) + ring_key.id.encode() + nonce + wrapped


def wrapped_under(stored: bytes) -> str:
    """The id of the key that wraps a file's key."""
    return stored[1 : 1 + stored[0]].decode("ascii", "replace")


def unwrapped(stored: bytes, context: bytes, where: str = "export") -> bytes:
    """Raises UnknownKeyError if the ring no longer holds its key, TamperedFileError if it is another file's."""
    ring_key = key_ring()[wrapped_under(stored)]
    end = 1 + stored[0]
    nonce, wrapped = stored[end : end + NONCE], stored[end + NONCE :]
    try:
        return AESGCM(ring_key.derived(Use.EXPORTS)).decrypt(nonce, wrapped, context)
    except InvalidTag:
        raise TamperedFileError(where) from None
