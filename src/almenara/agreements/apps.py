from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "almenara.agreements"
    untracked = {
        "agreements.DocumentContent": "the site never changes it; its hash stands in the tracked row of its document",
    }

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from almenara.accounts import menu
        from almenara.accounts.permissions import AGREEMENTS_VIEW
        from almenara.agreements.actions import handover
        from almenara.agreements.queries import subjects

        handover.register()
        subjects.register()
        menu.add(menu.Page("agreements:list", _("Agreements"), AGREEMENTS_VIEW, 30, menu.Group.AGREEMENTS))
        menu.add(
            menu.Page(
                "agreements:systems", _("Inventory of systems"), AGREEMENTS_VIEW, 31, menu.Group.AGREEMENTS
            )
        )
        menu.add(menu.Page("agreements:map", _("Who feeds whom"), AGREEMENTS_VIEW, 32, menu.Group.AGREEMENTS))
