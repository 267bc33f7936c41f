"""The public site: everybody may call every route of it."""

from __future__ import annotations

from almenara.accounts.access import PUBLIC, Access

NAMES = (
    "robots",
    "sitemap",
    *(
        f"observatory:{name}"
        for name in (
            "home", "search", "country", "map", "map-areas", "map-departments", "ranking", "territories", "territory",
            "territory-pdf", "scenarios", "method", "data", "csv", "scenarios-csv", "columns", "geojson", "excel",
        )
    ),
)  # fmt: skip
ROUTES: dict[str, Access] = dict.fromkeys(NAMES, PUBLIC)
