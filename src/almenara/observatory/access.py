"""The public site: everybody may call every route of it."""

from __future__ import annotations

from almenara.accounts.access import PUBLIC, Access, costly

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
ROUTES: dict[str, Access] = costly(
    dict.fromkeys(NAMES, PUBLIC), *(f"observatory:{name}" for name in OF_MUCH_WORK)
)
