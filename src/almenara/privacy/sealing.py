"""Values that are stored encrypted: AES-256-GCM (NIST SP 800-38D), bound to the column and the row they belong to.

What is stored: version (1 byte) | length of the key's id (1) | key's id | nonce (12) | ciphertext | tag (16). Before it
is encrypted a value is padded to a multiple of 16 bytes (ISO/IEC 7816-4), so that its length says less about a name.
The tag covers the header, the column and the row too: a value that was altered or moved does not open. An earlier value
of the same column and row does open; what was there before is for the history to say.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from almenara.common.errors import Fault, MachineError
from almenara.privacy.keys import Key, Use, key_ring

VERSION = 1
NONCE, TAG, BLOCK = 12, 16, 16


class TamperedValueError(MachineError):
    """An encrypted value was cut, altered, or moved to another column or row."""

    def __init__(self, what: str, column: str) -> None:
        super().__init__(
            Fault(
                what,
                where=column,
                remedy="Nothing of it can be trusted. Find out who changed it (almenara witness verify) and bring the "
                "value back from a backup.",
            )
        )


def header(key: Key) -> bytes:
    """What every value under the key begins with."""
    return bytes((VERSION, len(key.id))) + key.id.encode()


def seal(plain: bytes, column: str, row: bytes = b"") -> bytes:
    """Encrypt under the current key. column: table.column; row: what names the row before it is written, or nothing."""
    key = key_ring().current
    head, nonce = header(key), os.urandom(NONCE)
    return head + nonce + _cipher(key).encrypt(nonce, _padded(plain), _bound(head, column, row))


def unseal(stored: bytes, column: str, row: bytes = b"") -> bytes:
    """Raises UnknownKeyError, and TamperedValueError if it is not what was sealed for this column and row."""
    key_id, head, rest = split(stored, column)
    nonce, ciphertext = rest[:NONCE], rest[NONCE:]
    if len(ciphertext) < BLOCK + TAG:
        raise TamperedValueError("An encrypted value is cut short.", column)
    try:
        return _unpadded(_cipher(key_ring()[key_id]).decrypt(nonce, ciphertext, _bound(head, column, row)))
    except InvalidTag:
        raise TamperedValueError(
            "An encrypted value does not open: it was altered, it belongs to another column or row, "
            f"or another key goes by the id {key_id}.",
            column,
        ) from None


def split(stored: bytes, column: str) -> tuple[str, bytes, bytes]:
    """Key's id, header, rest. Raises TamperedValueError if there is no header."""
    length = 2 + stored[1] if len(stored) > 1 and stored[0] == VERSION else 0
    head, rest = stored[:length], stored[length:]
    if not head or not rest or not head[2:].isascii():
        raise TamperedValueError("An encrypted value does not begin as one.", column)
    return head[2:].decode("ascii"), head, rest


def _cipher(key: Key) -> AESGCM:
    return AESGCM(key.derived(Use.ENCRYPTION))


def _bound(head: bytes, column: str, row: bytes) -> bytes:
    """Lengths go first, so that no two triples give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (head, column.encode(), row))


def _padded(plain: bytes) -> bytes:
    return plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)


def _unpadded(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[:-1]
