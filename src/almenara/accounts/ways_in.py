"""What else than a password lets a person in: it ends when they leave, and does not come back with them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from almenara.accounts.models import User
from almenara.witness.actions import record


def take_away(person: User) -> None:
    """The password, every second factor and passkey, and the link to the identity provider; each is logged.

    The person is saved by whoever asks. Whoever comes back sets all of it up anew, as somebody who is new.
    """
    person.set_unusable_password()
    for factor in Authenticator.objects.filter(user=person):
        factor.delete()  # one by one: each says so in the log
    for account in SocialAccount.objects.filter(user=person):
        record(
            kind="provider_unlinked",
            object_type=User._meta.db_table,
            object_id=person.pk,
            detail={"provider": account.provider},
        )
        account.delete()
