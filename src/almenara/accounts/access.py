"""Who may call each route. A route that is not declared is refused: nothing is open by oversight.

Every app declares its own routes in its `access.py`; almenara.config.access puts them together. What an object's place
allows is for the views' scoped querysets and the policies; here stands what must hold before any object is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from almenara.accounts import permissions as may


class Door(StrEnum):
    PUBLIC = "public"  # anybody
    SIGNED_IN = "signed-in"  # whoever is signed in, with the second factor that the roles ask for
    SETTING_UP = "setting-up"  # whoever is signed in, even before the second factor is set up
    PERMITTED = "permitted"  # whoever holds the permission in any grant in force
    SERVICE = "service"  # an institution's system, by its key


@dataclass(frozen=True)
class Access:
    """permission: of PERMITTED, or the scope of SERVICE. step_up: the person has just signed in, or does so again.
    costly: takes more of the machine than a page does, and is asked for less often (almenara.accounts.pace)."""

    door: Door
    permission: str = ""
    step_up: bool = False
    costly: bool = False


SERVICE = Access(Door.SERVICE)  # any key that works
PUBLIC = Access(Door.PUBLIC)
SIGNED_IN = Access(Door.SIGNED_IN)
SETTING_UP = Access(Door.SETTING_UP)


def permitted(permission: str, *, step_up: bool = False) -> Access:
    """Raises KeyError for a permission that does not exist."""
    may.PERMISSIONS[permission]
    return Access(Door.PERMITTED, permission, step_up)


def service(scope: str) -> Access:
    """For an institution's system whose key holds the scope. Raises KeyError for a permission that does not exist."""
    may.PERMISSIONS[scope]
    return Access(Door.SERVICE, scope)


def costly(routes: dict[str, Access], *names: str) -> dict[str, Access]:
    """The routes, those of the names marked as costly. Raises KeyError for a name that is not among them."""
    return {**routes, **{name: replace(routes[name], costly=True) for name in names}}


# allauth's views. What a stranger needs to sign in is public; signing up by oneself is closed by the adapter.
OF_STRANGERS = (
    "account_login", "account_logout", "account_signup", "account_inactive", "account_confirm_email",
    "account_confirm_login_code", "account_email_verification_sent", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "mfa_authenticate", "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback", "socialaccount_signup",
    "socialaccount_login_cancelled", "socialaccount_login_error",
)  # fmt: skip
OF_SETTING_UP = (
    "account_reauthenticate", "account_change_password", "account_set_password", "mfa_index", "mfa_activate_totp",
    "mfa_reauthenticate", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "mfa_add_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_reauthenticate_webauthn",
)  # fmt: skip
OF_THE_SIGNED_IN = ("account_email", "mfa_deactivate_totp", "socialaccount_connections", "usersessions_list")
OF_WHO_MANAGES_PEOPLE = (
    "accounts:invite",
    "accounts:invite-sheet",
    "accounts:invite-again",
    "accounts:hand-over",
)
OF_WHO_STOPS_PEOPLE = ("accounts:invite-revoke", "accounts:suspend", "accounts:bring-back", "accounts:leave")
OF_WHO_KEEPS_INSTITUTIONS = (
    "accounts:institution-add", "accounts:institution-edit", "accounts:institution-close", "accounts:office-add",
    "accounts:office-edit", "accounts:office-close", "accounts:focal-point-name", "accounts:focal-point-end",
)  # fmt: skip
OF_WHO_KEEPS_KEYS = ("accounts:key-issue", "accounts:key-renew", "accounts:key-revoke")
OF_MUCH_WORK = ("accounts:people", "accounts:invite-sheet", "accounts:powers", "accounts:who-sees")
_ROUTES: dict[str, Access] = {
    **dict.fromkeys(OF_STRANGERS, PUBLIC),
    **dict.fromkeys(OF_SETTING_UP, SETTING_UP),
    **dict.fromkeys(OF_THE_SIGNED_IN, SIGNED_IN),
    "accounts:home": SIGNED_IN,
    "accounts:invitation": PUBLIC,
    "accounts:own-file": SIGNED_IN,
    "accounts:who-sees": SIGNED_IN,
    "accounts:institutions": SIGNED_IN,
    "accounts:institution": SIGNED_IN,
    "accounts:focal-points": SIGNED_IN,
    "accounts:people": permitted(may.PEOPLE_VIEW),
    "accounts:person": permitted(may.PEOPLE_VIEW),
    "accounts:powers": permitted(may.PEOPLE_VIEW),
    "accounts:file": SIGNED_IN,
    "accounts:emergency": permitted(may.GLASS_BREAK, step_up=True),
    "accounts:emergencies": SIGNED_IN,
    **dict.fromkeys(OF_WHO_MANAGES_PEOPLE, permitted(may.PEOPLE_MANAGE)),
    **dict.fromkeys(OF_WHO_STOPS_PEOPLE, permitted(may.PEOPLE_MANAGE, step_up=True)),
    "accounts:grants-waiting": permitted(may.GRANTS_GIVE),
    "accounts:grant-give": permitted(may.GRANTS_GIVE, step_up=True),
    "accounts:grant-confirm": permitted(may.GRANTS_GIVE, step_up=True),
    "accounts:grant-refuse": permitted(may.GRANTS_GIVE, step_up=True),
    "accounts:grant-end": Access(Door.SIGNED_IN, step_up=True),
    **dict.fromkeys(OF_WHO_KEEPS_INSTITUTIONS, permitted(may.INSTITUTIONS_MANAGE)),
    "accounts:service": permitted(may.SERVICES_MANAGE),
    "accounts:service-add": permitted(may.SERVICES_MANAGE),
    **dict.fromkeys(OF_WHO_KEEPS_KEYS, permitted(may.SERVICES_MANAGE, step_up=True)),
    "accounts:reviews": permitted(may.GRANTS_REVIEW),
    "accounts:review-begin": permitted(may.GRANTS_REVIEW),
    "accounts:review": permitted(may.GRANTS_REVIEW, step_up=True),
    "accounts-api:whoami": SERVICE,
    "accounts:unlock": permitted(may.PEOPLE_MANAGE),
}
ROUTES = costly(_ROUTES, *OF_MUCH_WORK)
