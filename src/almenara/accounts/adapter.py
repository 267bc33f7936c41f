"""What Almenara asks of allauth: nobody signs up, nothing tells who has an account, mails carry the site's origin."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any, cast
from urllib.parse import urljoin

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from almenara.accounts import lockout
from almenara.accounts.models import User
from almenara.accounts.outbox import post
from almenara.accounts.stepup import signed_in_just_now
from almenara.common.identity import Identity, identify
from almenara.witness.actions import hashed_address, record

UNKNOWN_ACCOUNT = "account/email/unknown_account"
LOCKED_MAIL_EVERY = 3600
OF_USE = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)  # a link that has ended need not arrive
MINUTE = 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("Too many wrong codes. Try again in five minutes."),
        "rate_limited": _("Too many wrong codes. Try again in five minutes."),
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "incorrect_code": _("The code is wrong, or it has been used."),
        "incorrect_password": _("The password is wrong."),
        "max_email_addresses": _("Only an administrator changes an account's address."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object = None) -> bool:
        """Accounts come by invitation only."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: the names of hosts that it answers to are not all its own."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None) and cast(str, url).startswith("/")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not signed_in_just_now(self.request)

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Whoever has neither a password nor a factor here signs in again at their institution's provider."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if methods or not settings.OIDC_PROVIDER or not user.is_authenticated:
            return methods
        login = reverse("openid_connect_login", args=[settings.OIDC_PROVIDER])
        return [{"id": "provider", "description": "", "url": f"{login}?auth_params=max_age%3D0"}]

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        ours = "almenara.accounts.second_factor.SecondFactorStage"
        return [ours if stage == "allauth.mfa.stages.AuthenticateStage" else stage for stage in stages]

    # -- trying a password

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        attempt = lockout.attempt(request, credentials.get("email", ""), self.get_client_ip(request))
        if connection.in_atomic_block:
            attempt.wait_for_others()
        until = attempt.locked_until()
        if until:
            raise ValidationError(try_again(until), code="too_many_login_attempts")
        request.sign_in_attempt = attempt  # type: ignore[attr-defined]

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        address = credentials.get("email", "")
        attempt: lockout.Attempt = request.sign_in_attempt  # type: ignore[attr-defined]
        attempt.failed()
        until = attempt.locked_until()
        detail = {"address": hashed_address(address), "from": self.get_client_ip(request)}
        record(kind="signin_failed", detail={**detail, "locked": bool(until)})
        if until:
            self._tell_of_lock(address, until)

    def _tell_of_lock(self, address: str, until: datetime) -> None:
        """At most once an hour. For an address that nobody has the same is done, and thrown away."""
        if not cache.add(f"told-of-lock:{hashed_address(address)}", True, LOCKED_MAIL_EVERY):
            return
        person = User.objects.filter(email=address.lower(), is_active=True).first()
        with translation.override(person.language if person else translation.get_language()):
            message = self._written("account/email/locked", address, {"until": until})
        post(message, good_for=OF_USE, nobody=person is None)

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        found = self.authenticate(self.request, email=cast(User, user).email, password=password)
        return found is not None and found.pk == user.pk

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth calls it when a password was set by a link that came by mail."""
        lockout.forget(credentials.get("email", ""))

    # -- signing in

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """From here on the request's transaction acts for the person."""
        if connection.in_atomic_block:
            identify(Identity(person=user.pk, origin=getattr(request, "origin", "")))
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **more: Any) -> HttpResponse:
        response = cast(HttpResponse, super().post_login(request, user, **more))
        lockout.remember(request, response, cast(User, user).email)
        return response

    # -- mails

    def get_reset_password_from_key_url(self, key: str) -> str:
        return absolute(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return absolute(super().get_email_confirmation_url(request, emailconfirmation))

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        with translation.override(cast(User, user).language):
            url = self.get_reset_password_from_key_url(f"{context['uid']}-{context['key']}")
            self.send_mail("account/email/password_reset_key", email, {**context, "password_reset_url": url})

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        with translation.override(emailconfirmation.email_address.user.language):
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, *args: Any, **more: Any
    ) -> None:
        with translation.override(cast(User, user).language):
            super().send_notification_mail(template_prefix, user, *args, **more)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What would go to an address that nobody has here is written too, and thrown away: the work is the same."""
        message = self._written(template_prefix, email, context)
        post(message, good_for=OF_USE, nobody=template_prefix == UNKNOWN_ACCOUNT)

    def _written(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        site = settings.SITE_ORIGIN or self.request.build_absolute_uri("/").rstrip("/")
        full = {"request": self.request, "email": email, "site": site, **context}
        return cast(EmailMessage, self.render_mail(template_prefix, email, full))


def absolute(url: str) -> str:
    """On the site's own origin, where the operator has named it: the Host of a request is the sender's word."""
    return urljoin(settings.SITE_ORIGIN, "/" + url.split("/", 3)[3]) if settings.SITE_ORIGIN else url


def try_again(until: datetime) -> str:
    minutes = max(1, ceil((until - timezone.now()).total_seconds() / MINUTE))
    return ngettext(
        "Too many wrong passwords. Try again in %(minutes)d minute.",
        "Too many wrong passwords. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def verified_address(person: User) -> None:
    """The person has shown that the mailbox is theirs, by a link that was sent there."""
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
