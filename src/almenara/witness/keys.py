"""The keys that seal the log: outside the database, so that its owner cannot seal what he changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from almenara.common.errors import Fault, MachineError
from almenara.common.secrets import read_or_create

SHORTEST = 32
FILE = "seal-key"


@dataclass(frozen=True)
class SealKey:
    id: str
    secret: bytes


def current_key() -> SealKey:
    return next(iter(seal_keys().values()))


def seal_keys() -> Mapping[str, SealKey]:
    """By id, the current one first: of ALMENARA_SEAL_KEY, else of DATA/secrets/seal-key, made on first use.

    Former keys stand after it, separated by blanks: blocks that they sealed are verified with them. Raises MachineError
    if one is too short to be a key.
    """
    path = Path(settings.DATA) / "secrets" / FILE
    where = "ALMENARA_SEAL_KEY" if settings.SEAL_KEY else str(path)
    texts = (settings.SEAL_KEY or read_or_create(path)).split()
    if not texts or min(map(len, texts)) < SHORTEST:
        raise MachineError(
            Fault(
                f"A key that seals the log has at least {SHORTEST} characters.",
                where,
                "Give the key that was in use, or remove the setting to have one made.",
            )
        )
    keys = [SealKey(_id(text.encode()), text.encode()) for text in texts]
    return {key.id: key for key in keys}


def _id(secret: bytes) -> str:
    return hashlib.sha256(b"almenara seal key\0" + secret).hexdigest()[:12]
