from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from almenara.accounts import links, ways_in
from almenara.accounts.letters import send_on_commit
from almenara.accounts.models import Grant, Institution, Invitation, Office, User
from almenara.accounts.policies.people import can_manage, check_can_invite_to, check_can_revoke
from almenara.accounts.rows import held
from almenara.common.identity import identified, identify
from almenara.witness.actions import record

LASTS = dt.timedelta(days=7)


@dataclass(frozen=True)
class Guest:
    """Somebody to be invited. language: of the letter, which the person may change."""

    email: str
    name: str
    institution: Institution
    office: Office | None = None
    language: str = "es"


@transaction.atomic
def invite(*, by: User, guest: Guest, origin: str) -> Invitation:
    """origin: scheme and host of the site, for the link. Who has left may be invited again, with no grant of before.

    Raises PermissionDenied, ValidationError (see check_can_invite_to), and ValidationError for a known address.
    """
    check_can_invite_to(by, guest.institution, guest.office)
    person = _row_of(by, guest)
    return _open(by, person, origin)


@transaction.atomic
def invite_all(*, by: User, guests: Sequence[Guest], origin: str) -> list[Invitation]:
    """All or nobody. Raises as invite does."""
    return [invite(by=by, guest=guest, origin=origin) for guest in guests]


@transaction.atomic
def send_again(*, by: User, invitation: Invitation, origin: str) -> None:
    """A new link; the one sent before works no more. Raises PermissionDenied, ValidationError."""
    invitation = held(invitation, "person")
    check_can_revoke(by, invitation)
    token, invitation.nonce_digest = links.fresh()
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + LASTS
    invitation.save(update_fields=["nonce_digest", "sent_at", "expires_at"])
    _say("invitation_sent", invitation)
    _post(invitation, token, origin)


@transaction.atomic
def revoke(*, by: User, invitation: Invitation) -> None:
    """The link ends, and grants prepared for the person with it. Raises PermissionDenied, ValidationError."""
    invitation = held(invitation, "person")
    check_can_revoke(by, invitation)
    now = timezone.now()
    invitation.revoked_by, invitation.revoked_at = by, now
    invitation.save(update_fields=["revoked_by", "revoked_at"])
    if not invitation.person.is_active and invitation.person.suspended_at is None:
        _forget(by, invitation.person, now)
    _say("invitation_revoked", invitation)


def _forget(by: User, guest: User, now: dt.datetime) -> None:
    """Who never came."""
    Grant.objects.filter(person=guest, ended_at=None).update(
        ended_by=by, ended_at=now, end_reason="invitation revoked"
    )
    guest.left_at = now
    guest.save(update_fields=["left_at"])


@transaction.atomic
def accept(*, invitation: Invitation, name: str, language: str, password: str) -> User:
    """By whoever has the link in hand (links.in_hand). Raises ValidationError for the link or the password."""
    check_works(invitation)
    person = invitation.person
    validate_password(password, person)
    identify(replace(identified(), person=person.pk))
    person.name, person.language, person.is_active = name.strip(), language, True
    person.set_password(password)
    person.save()
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _say("invitation_accepted", invitation)
    return person


def check_works(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise ValidationError(_("This link has been used already: sign in."), "accepted")
    gone = invitation.person.suspended_at or invitation.person.left_at
    if invitation.revoked_at is not None or gone is not None:
        raise ValidationError(_("This invitation was revoked."), "revoked")
    if invitation.expired:
        raise ValidationError(
            _("This link has expired: ask whoever invited you to send it again."), "expired"
        )


def link(origin: str, token: str, language: str) -> str:
    with translation.override(language):
        return origin.rstrip("/") + reverse("accounts:invitation", args=[token])


def _row_of(by: User, guest: Guest) -> User:
    address = guest.email.strip().lower()
    person = User.objects.select_for_update(of=("self",)).filter(email=address).first()
    if person is None:
        person = User(email=address)
    elif person.left_at is None:
        raise ValidationError(
            _("%(email)s has an account or an invitation already."), "known", {"email": address}
        )
    elif not can_manage(by, person):
        raise ValidationError(
            _(
                "%(email)s belongs to somebody who left another institution, beyond your reach: "
                "invite them by their address at the new one."
            ),
            "elsewhere",
            {"email": address},
        )
    person.name, person.language = guest.name.strip(), guest.language
    person.institution, person.office = guest.institution, guest.office
    person.is_active, person.suspended_at, person.left_at = False, None, None
    person.set_unusable_password()
    if person.pk is not None:
        ways_in.take_away(person)
    person.save()
    return person


def _open(by: User | None, person: User, origin: str) -> Invitation:
    invitation, token = written(by, person)
    _post(invitation, token, origin)
    return invitation


def written(by: User | None, person: User) -> tuple[Invitation, str]:
    """The invitation and the token of its link, which is nowhere else."""
    if person.institution is None:
        raise ValueError("Nobody is invited to no institution.")
    token, digest = links.fresh()
    now = timezone.now()
    invitation = Invitation.objects.create(
        person=person,
        institution=person.institution,
        invited_by=by,
        nonce_digest=digest,
        sent_at=now,
        expires_at=now + LASTS,
    )
    _say("invitation_sent", invitation)
    return invitation, token


def _post(invitation: Invitation, token: str, origin: str) -> None:
    person = invitation.person
    send_on_commit(person, "invitation", of=invitation, link=link(origin, token, person.language))


def _say(kind: str, invitation: Invitation) -> None:
    record(
        kind=kind,
        object_type=User._meta.db_table,
        object_id=invitation.person_id,
        institution=invitation.institution_id,
    )
