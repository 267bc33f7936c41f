from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from almenara.accounts import links
from almenara.accounts.models import Institution, ServiceAccount, ServiceKey, User
from almenara.accounts.policies.services import check_can_issue, check_can_keep_services, check_can_revoke_key
from almenara.accounts.rows import held
from almenara.witness.actions import record

OVERLAP = dt.timedelta(days=7)
PREFIX = "alm_"


@transaction.atomic
def add_service(*, by: User, institution: Institution, name: str, purpose: str) -> ServiceAccount:
    """Raises PermissionDenied, ValidationError (also if the institution has one of this name)."""
    check_can_keep_services(by, institution)
    account = ServiceAccount(
        institution=institution, name=name.strip(), purpose=purpose.strip(), created_by=by
    )
    account.full_clean()
    account.save()
    _say("service_added", account)
    return account


@transaction.atomic
def issue_key(
    *, by: User, account: ServiceAccount, scopes: Sequence[str], days: int
) -> tuple[ServiceKey, str]:
    """The key as kept, and the key itself, which is shown once. Raises PermissionDenied, ValidationError."""
    check_can_issue(by, account, scopes, days)
    prefix = PREFIX + secrets.token_hex(4)
    secret = f"{prefix}.{secrets.token_urlsafe(32)}"
    now = timezone.now()
    key = ServiceKey.objects.create(
        account=account,
        prefix=prefix,
        digest=links.key_digest(secret),
        scopes=sorted(scopes),
        created_by=by,
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    _say("service_key_issued", account, prefix)
    return key, secret


@transaction.atomic
def renew_key(*, by: User, key: ServiceKey, days: int) -> tuple[ServiceKey, str]:
    """Another key of the same scopes; the former works for seven days more at most. Raises as issue_key does."""
    key = held(key, "account__institution")
    check_can_revoke_key(by, key)
    made = issue_key(by=by, account=key.account, scopes=key.scopes, days=days)
    last = timezone.now() + OVERLAP
    if key.expires_at > last:
        key.expires_at = last
        key.save(update_fields=["expires_at"])
    return made


@transaction.atomic
def revoke_key(*, by: User, key: ServiceKey) -> None:
    """It works no more, at once. Raises PermissionDenied, ValidationError."""
    key = held(key, "account__institution")
    check_can_revoke_key(by, key)
    key.revoked_by, key.revoked_at = by, timezone.now()
    key.save(update_fields=["revoked_by", "revoked_at"])
    _say("service_key_revoked", key.account, key.prefix)


def _say(kind: str, account: ServiceAccount, prefix: str = "") -> None:
    record(
        kind=kind,
        object_type=ServiceAccount._meta.db_table,
        object_id=account.pk,
        institution=account.institution_id,
        detail={"key": prefix} if prefix else {},
    )
