"""Who may call the routes of agreements and the inventory; whose object it is, the scoped querysets say."""

from __future__ import annotations

from almenara.accounts.access import Access, costly, permitted
from almenara.accounts.permissions import AGREEMENTS_MANAGE, AGREEMENTS_VIEW, DOCUMENTS_VIEW

OF_READERS = ("list", "detail", "systems", "system", "map")
OF_KEEPERS = (
    "new", "edit", "responsible", "move", "renew", "item-new", "item-edit", "item-remove", "document-new",
    "system-new", "system-edit", "system-import", "system-template",
)  # fmt: skip
OF_MUCH_WORK = ("list", "systems", "map", "system-import", "document", "document-new")
_ROUTES: dict[str, Access] = {
    **{f"agreements:{name}": permitted(AGREEMENTS_VIEW) for name in OF_READERS},
    **{f"agreements:{name}": permitted(AGREEMENTS_MANAGE) for name in OF_KEEPERS},
    "agreements:document": permitted(DOCUMENTS_VIEW),
}
ROUTES = costly(_ROUTES, *(f"agreements:{name}" for name in OF_MUCH_WORK))
