"""Labels of allauth's forms. It has no catalogue for Portuguese as we have it: here they are collected for ours."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Email"),
    _("Email address"),
    _("Password"),
    _("Password (again)"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Forgot your password?"),
    _("You must type the same password each time."),
    _("Please type your current password."),
    _("Code"),
    _("Authenticator code"),
    _("Passwordless"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes additional "
        "requirements such as biometrics or PIN protection."
    ),
    _("Master key"),
    _("Backup key"),
    _("Key nr. {number}"),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("Your account has no password set up."),
)
