"""Who may call the routes of the desk of public texts: who edits the public content."""

from __future__ import annotations

from almenara.accounts.access import Access, costly, permitted
from almenara.accounts.permissions import CONTENT_EDIT

_ROUTES: dict[str, Access] = {
    f"content:{name}": permitted(CONTENT_EDIT) for name in ("desk", "translate", "entries", "new", "edit")
}
ROUTES = costly(_ROUTES, "content:desk")
