import itertools
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
        menu.add(menu.Page(menu.HOME, _("Your work"), position=0))
        add_pages()
        handover.register()
        subjects.register()
        retention.keep(retention.Schedule("accounts.PersonalFile", "person__left_at", 5 * 365, leavers))


def add_pages() -> None:
    from django.utils.translation import gettext_lazy as _

    from almenara.accounts import menu
    from almenara.accounts import permissions as may

    position = itertools.count(10)
    for route, label, permission in (
        ("accounts:people", _("People"), may.PEOPLE_VIEW),
        ("accounts:institutions", _("Institutions"), ""),
        ("accounts:focal-points", _("Focal points"), ""),
        ("accounts:grants-waiting", _("Grants to confirm"), may.GRANTS_GIVE),
        ("accounts:reviews", _("Reviews of grants"), may.GRANTS_REVIEW),
        ("accounts:emergencies", _("Emergencies"), may.GLASS_WATCH),
    ):
        menu.add(menu.Page(route, label, permission, next(position), menu.Group.PEOPLE))
    for route, label in (
        ("accounts:own-file", _("Your personal file")),
        ("usersessions_list", _("Your sessions")),
        ("mfa_index", _("Second factor")),
        ("account_change_password", _("Change your password")),
    ):
        menu.add(menu.Page(route, label, "", next(position), menu.Group.ACCOUNT))
