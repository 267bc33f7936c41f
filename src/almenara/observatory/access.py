"""The public site: everybody may call every route of it but the one where its fact sheets are asked for."""

from __future__ import annotations

from almenara.accounts.access import PUBLIC, Access, costly, permitted
from almenara.accounts.permissions import CONTENT_EDIT

NAMES = (
    "robots",
    "sitemap",
    "observatory:about",
    "observatory:text",
    "observatory:glossary",
    *(
        f"observatory:{name}"
        for name in (
            "home", "search", "country", "map", "map-values", "map-boundaries", "map-picture", "ranking", "territories",
            "territory", "territory-pdf", "region", "place", "scenarios", "method", "data", "csv", "scenarios-csv",
            "columns", "geojson", "excel", "sheets", "sheets-index", "sheets-zip",
        )
    ),
)  # fmt: skip
OF_MUCH_WORK = ("search", "territory-pdf", "csv", "scenarios-csv", "geojson", "excel", "sheets-zip")
ORDERS = "observatory:orders"
_ROUTES = dict.fromkeys(NAMES, PUBLIC) | {ORDERS: permitted(CONTENT_EDIT)}
ROUTES: dict[str, Access] = costly(_ROUTES, *(f"observatory:{name}" for name in OF_MUCH_WORK))
