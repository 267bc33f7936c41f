from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    name = "almenara.observatory"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from almenara.accounts import menu
        from almenara.accounts.permissions import CONTENT_EDIT

        menu.add(
            menu.Page("observatory:orders", _("All fact sheets"), CONTENT_EDIT, 46, menu.Group.PUBLISHING)
        )
