from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "almenara.content"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from almenara.accounts import menu
        from almenara.accounts.permissions import CONTENT_EDIT

        menu.add(menu.Page("content:desk", _("Public texts"), CONTENT_EDIT, 45, menu.Group.PUBLISHING))
