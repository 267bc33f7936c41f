"""The secret in a link: random, signed so that a guess costs no look-up, and kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from almenara.accounts.models import Invitation

SALT = "almenara.accounts.invitation"


def fresh() -> tuple[str, str]:
    """A token for a link, and the digest to keep."""
    nonce = secrets.token_urlsafe(32)
    return Signer(salt=SALT).sign(nonce), digest_of(nonce)


def digest_of(nonce: str) -> str:
    return salted_hmac(SALT, nonce, algorithm="sha256").hexdigest()


def key_digest(key: str) -> str:
    """Of a system's key: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


@contextmanager
def in_hand(token: str) -> Iterator[Invitation | None]:
    """A transaction in which the database lets the bearer of the link see the invitation, locked, or None."""
    try:
        digest = digest_of(Signer(salt=SALT).unsign(token))
    except BadSignature:
        yield None
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('almenara.invitation', %s, true)", [digest])
        yield (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("person", "institution")
            .filter(nonce_digest=digest)
            .first()
        )
        cursor.execute("SELECT set_config('almenara.invitation', '', true)")
