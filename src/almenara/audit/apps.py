from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "almenara.audit"
    untracked = {
        "audit.Entry": "the log itself",
        "audit.Block": "the seals of the log, written by the witness alone",
    }

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from almenara.accounts import menu
        from almenara.accounts.permissions import HOLDS_PLACE, LOG_READ
        from almenara.audit import holdable
        from almenara.audit.exporting import NAME, table
        from almenara.privacy.exports import register

        holdable.add(holdable.PERSONAL_FILES)
        register(NAME, permission=LOG_READ, rows=table)
        menu.add(menu.Page("audit:entries", _("The log"), LOG_READ, 70, menu.Group.WITNESS))
        menu.add(menu.Page("audit:seals", _("Seals of the log"), LOG_READ, 71, menu.Group.WITNESS))
        menu.add(menu.Page("audit:holds", _("Legal holds"), HOLDS_PLACE, 72, menu.Group.WITNESS))
