"""Secrets of second factors follow the site's keys: allauth keeps them in JSON of its own, beyond encrypted fields."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from almenara.accounts.second_factor import COLUMN
from almenara.privacy.keys import key_ring
from almenara.privacy.sealing import split

SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def factors_under_keys() -> Counter[str]:
    """How many secrets each key holds."""
    return Counter(_key_of(factor) for factor in _factors())


def bring_under_current_key() -> int:
    """How many secrets were encrypted anew; one transaction each, so it can be interrupted and run again."""
    current = key_ring().current.id
    stale = [factor.pk for factor in _factors() if _key_of(factor) != current]
    for key in stale:
        _renew(key)
    return len(stale)


@transaction.atomic
def _renew(key: int) -> None:
    factor = Authenticator.objects.select_for_update().filter(pk=key).first()
    if factor is None:
        return
    name = SECRETS[factor.type]
    adapter = get_adapter()
    factor.data[name] = adapter.encrypt(adapter.decrypt(factor.data[name]))
    factor.save(update_fields=["data"])


def _factors() -> Iterator[Any]:
    yield from Authenticator.objects.filter(type__in=SECRETS).order_by("pk").iterator()


def _key_of(factor: Any) -> str:
    key_id, _, _ = split(base64.b64decode(factor.data[SECRETS[factor.type]]), COLUMN)
    return key_id
