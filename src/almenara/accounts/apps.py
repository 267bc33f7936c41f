from typing import ClassVar

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "almenara.accounts"
    untracked: ClassVar = {
        "accounts.Letter": "sealed, sent or given up, and gone; what it tells of has its own entry",
        "accounts.FailedSignIn": "counted for a day and thrown away; the log has an entry of each by itself",
    }

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from almenara.accounts import menu, signals
        from almenara.accounts.actions import handover
        from almenara.accounts.queries import subjects
        from almenara.privacy import retention

        leavers = "Claims out of an employment can be raised for five years after it ends."
        signals.connect()
        menu.add(menu.Page("accounts:home", _("Your work"), position=0))
        add_pages()
        handover.register()
        subjects.register()
        retention.keep(retention.Schedule("accounts.PersonalFile", "person__left_at", 5 * 365, leavers))


def add_pages() -> None:
    from django.utils.translation import gettext_lazy as _

    from almenara.accounts import menu
    from almenara.accounts import permissions as may

    menu.add(menu.Page("accounts:people", _("People"), may.PEOPLE_VIEW, 10))
    menu.add(menu.Page("accounts:institutions", _("Institutions"), "", 11))
    menu.add(menu.Page("accounts:focal-points", _("Focal points"), "", 12))
    menu.add(menu.Page("accounts:grants-waiting", _("Grants to confirm"), may.GRANTS_GIVE, 13))
    menu.add(menu.Page("accounts:reviews", _("Reviews of grants"), may.GRANTS_REVIEW, 14))
    menu.add(menu.Page("accounts:emergencies", _("Emergencies"), may.GLASS_WATCH, 15))
    menu.add(menu.Page("accounts:own-file", _("Your personal file"), "", 16))
    menu.add(menu.Page("usersessions_list", _("Your sessions"), "", 90))
    menu.add(menu.Page("mfa_index", _("Second factor"), "", 91))
    menu.add(menu.Page("account_change_password", _("Change your password"), "", 92))
