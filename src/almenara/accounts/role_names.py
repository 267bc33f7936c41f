"""The roles' names, in the reader's language; what each may do stands in the table of roles."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADMINISTRATOR = "national-administrator"
COORDINATOR = "coordinator"
SUPERVISOR = "supervisor"
CASE_WORKER = "case-worker"
LINK = "institutional-link"
STATISTICIAN = "statistician"
AUDITOR = "auditor"
SECRETARIAT = "secretariat"
EDITOR = "editor"

ROLE_NAMES: dict[str, Promise] = {
    ADMINISTRATOR: _("National administrator"),
    COORDINATOR: _("Coordinator"),
    SUPERVISOR: _("Supervisor"),
    CASE_WORKER: _("Case worker"),
    LINK: _("Institutional link"),
    STATISTICIAN: _("Statistician"),
    AUDITOR: _("Auditor"),
    SECRETARIAT: _("Secretariat"),
    EDITOR: _("Editor"),
}
