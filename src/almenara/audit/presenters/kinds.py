"""What was done: a sentence a kind of entry; {who} is the name of a person or a system, {what} that of an object."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """label: for the filter."""

    label: str | Promise
    said: str | Promise


KINDS: dict[str, Kind] = {
    "read": Kind(_("Opened"), _("{who} opened {what}")),
    "search": Kind(_("Searched"), _("{who} searched {what}")),
    "export": Kind(_("Exported"), _("{who} exported {what}")),
    "insert": Kind(_("Added"), _("{who} added {what}")),
    "update": Kind(_("Changed"), _("{who} changed {what}")),
    "delete": Kind(_("Deleted"), _("{who} deleted {what}")),
    "truncate": Kind(_("Table emptied"), _("{who} emptied the whole table of {what}")),
    "refusal": Kind(_("Refused"), _("{who} was refused access to {what}")),
    "glass_broken": Kind(_("Opened in an emergency"), _("{who} opened in an emergency {what}")),
    "signin": Kind(_("Signed in"), _("{who} signed in to {what}")),
    "signin_failed": Kind(_("Sign-in failed"), _("{who} tried to sign in to {what} and failed")),
    "signin_refused": Kind(
        _("Sign-in by a provider refused"), _("{who} came from an identity provider and was refused {what}")
    ),
    "signout": Kind(_("Signed out"), _("{who} signed out of {what}")),
    "session_ended": Kind(_("Session ended"), _("{who}: a session of {what} was ended")),
    "password_changed": Kind(_("Password changed"), _("{who} changed the password of {what}")),
    "factor_added": Kind(_("Second factor added"), _("{who} added a second factor to {what}")),
    "factor_removed": Kind(_("Second factor removed"), _("{who} removed a second factor from {what}")),
    "provider_linked": Kind(_("Identity provider linked"), _("{who} linked an identity provider to {what}")),
    "provider_unlinked": Kind(
        _("Identity provider unlinked"), _("{who} unlinked an identity provider from {what}")
    ),
    "invitation_sent": Kind(_("Invitation sent"), _("{who} sent an invitation for {what}")),
    "invitation_revoked": Kind(_("Invitation revoked"), _("{who} revoked the invitation for {what}")),
    "invitation_accepted": Kind(_("Invitation accepted"), _("{who} accepted the invitation for {what}")),
    "account_unlocked": Kind(_("Account unlocked"), _("{who} unlocked {what}")),
    "suspension": Kind(_("Suspended"), _("{who} suspended {what}")),
    "return": Kind(_("Suspension lifted"), _("{who} lifted the suspension of {what}")),
    "leaving": Kind(_("Closed for a leaver"), _("{who} closed for good {what}")),
    "hand_over": Kind(_("Work handed over"), _("{who} handed over the work of {what}")),
    "grant_given": Kind(_("Grant given"), _("{who} gave {what}")),
    "grant_confirmed": Kind(_("Grant confirmed"), _("{who} confirmed {what}")),
    "grant_refused": Kind(_("Grant refused"), _("{who} refused to confirm {what}")),
    "grant_ended": Kind(_("Grant ended"), _("{who} ended {what}")),
    "review_opened": Kind(_("Review opened"), _("{who} began {what}")),
    "review_closed": Kind(_("Review closed"), _("{who} closed {what}")),
    "service_added": Kind(_("System added"), _("{who} made the system's account {what}")),
    "service_key_issued": Kind(_("Key issued"), _("{who} issued a key to {what}")),
    "service_key_revoked": Kind(_("Key revoked"), _("{who} revoked a key of {what}")),
    "institution_kept": Kind(_("Institution edited"), _("{who} edited {what}")),
    "institution_closed": Kind(_("Institution closed"), _("{who} closed {what}")),
    "office_kept": Kind(_("Office edited"), _("{who} edited {what}")),
    "office_closed": Kind(_("Office closed"), _("{who} closed {what}")),
    "hold_placed": Kind(_("Record held back"), _("{who} held a record back: {what}")),
    "hold_lifted": Kind(_("Hold lifted"), _("{who} lifted {what}")),
    "restore": Kind(_("Database restored"), _("{who} restored the database")),
    "verify": Kind(_("Log verified"), _("{who} verified the seals of the log")),
}


def kind_of(name: str) -> Kind:
    """A kind that nobody put into words yet is shown by its own name."""
    return KINDS.get(name) or Kind(name, _("{who} did “{kind}” with {what}"))
