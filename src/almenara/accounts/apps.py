from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "almenara.accounts"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from almenara.accounts import menu, signals

        signals.connect()
        menu.add(menu.Page("accounts:home", _("Your work"), position=0))
