from typing import ClassVar

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "almenara.accounts"
    untracked: ClassVar = {
        "accounts.FailedSignIn": "counted for a day and thrown away; the log has an entry of each by itself",
    }

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from almenara.accounts import menu, signals

        signals.connect()
        menu.add(menu.Page("accounts:home", _("Your work"), position=0))
