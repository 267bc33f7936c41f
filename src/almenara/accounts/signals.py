"""What happens around a sign-in, said to the log in the transaction in which it happens."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as provider
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import signals as auth
from django.db import connection
from django.db.models import signals as models
from django.http import HttpRequest

from almenara.accounts.adapter import verified_address
from almenara.accounts.models import User
from almenara.accounts.second_factor import FACTORS, asserted, shown
from almenara.accounts.sessions import Ended, begin, end_sessions_of
from almenara.accounts.stepup import PROVIDER
from almenara.common.identity import Identity, acting_as, identified
from almenara.witness.actions import record

PERSON = "accounts_user"


def connect() -> None:
    """Once, when the app is ready."""
    auth.user_logged_in.connect(session_begins, dispatch_uid="almenara.session_begins")
    auth.user_logged_out.connect(signed_out, dispatch_uid="almenara.signed_out")
    account.user_logged_in.connect(signed_in, dispatch_uid="almenara.signed_in")
    for changed in (account.password_changed, account.password_set, account.password_reset):
        changed.connect(password_changed, dispatch_uid="almenara.password_changed")
    mfa.authentication_failed.connect(factor_failed, dispatch_uid="almenara.factor_failed")
    provider.social_account_added.connect(provider_linked, dispatch_uid="almenara.provider_linked")
    provider.social_account_removed.connect(provider_unlinked, dispatch_uid="almenara.provider_unlinked")
    models.post_save.connect(factor_saved, Authenticator, dispatch_uid="almenara.factor_saved")
    models.post_delete.connect(factor_removed, Authenticator, dispatch_uid="almenara.factor_removed")
    models.post_save.connect(person_saved, User, dispatch_uid="almenara.person_saved")


def session_begins(request: HttpRequest, **more: Any) -> None:
    begin(request.session)


def signed_in(request: HttpRequest, user: User, sociallogin: Any = None, **more: Any) -> None:
    if sociallogin is not None:
        claims = sociallogin.account.extra_data
        request.session[PROVIDER] = {
            "second_factor": asserted(claims),
            "auth_time": claims.get("auth_time"),
        }
    said(user, "signin", by=shown(request, user), **{"from": get_client_ip(request)})


def signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:
    if user is not None and not getattr(request, "session_over", False):
        said(user, "signout")


def password_changed(request: HttpRequest, user: User, signal: Any, **more: Any) -> None:
    """Django ends the other sessions: each carries a hash of the password. Here their list is cleared too."""
    by_mail = signal is account.password_reset
    said(user, "password_changed", by="mail" if by_mail else "person")
    end_sessions_of(user, why=Ended.ELSEWHERE, but=None if by_mail else request.session.session_key)
    if by_mail:
        verified_address(user)


def factor_failed(user: User, authenticator: Authenticator, **more: Any) -> None:
    """Whoever types wrong codes has not shown to be the person: the entry is about them, not in their name."""
    record(
        kind="signin_failed",
        object_type=PERSON,
        object_id=user.pk,
        detail={"factor": authenticator.type, "from": get_client_ip(context.request)},
    )


def factor_saved(instance: Authenticator, created: bool, **more: Any) -> None:
    """A factor is for the person who adds it: whoever else is signed in to the account has to show it first."""
    if not created:
        return
    said(instance.user, "factor_added", factor=instance.type)
    if instance.type in FACTORS:
        end_sessions_of(instance.user, why=Ended.ELSEWHERE, but=_own_session())


def factor_removed(instance: Authenticator, **more: Any) -> None:
    said(instance.user, "factor_removed", factor=instance.type)


def provider_linked(sociallogin: Any, **more: Any) -> None:
    said(sociallogin.user, "provider_linked", provider=sociallogin.account.provider)


def provider_unlinked(socialaccount: SocialAccount, **more: Any) -> None:
    said(socialaccount.user, "provider_unlinked", provider=socialaccount.provider)


def person_saved(instance: User, created: bool, **more: Any) -> None:
    if not created and not instance.is_active:
        end_sessions_of(instance, why=Ended.SUSPENDED)


def said(person: User, kind: str, **detail: Any) -> None:
    """In the person's own name, unless somebody is acting already."""
    with acting_as(_whoever_acts(person)):
        record(kind=kind, object_type=PERSON, object_id=person.pk, detail=detail)


def _whoever_acts(person: User) -> Identity:
    now = identified() if connection.in_atomic_block else Identity()
    if now.person is not None:
        return now
    return Identity(person=person.pk, origin=now.origin or getattr(context.request, "origin", ""))


def _own_session() -> str | None:
    session = getattr(context.request, "session", None)
    return session.session_key if session is not None else None
