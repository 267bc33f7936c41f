"""What is written of places. Each action is one transaction: everything, or nothing and the list of what is wrong."""

from almenara.places.actions.territories import (
    BATCH,
    Imported,
    Saved,
    import_territories,
    known_territories,
    save_population,
    save_territories,
)

__all__ = [
    "BATCH",
    "Imported",
    "Saved",
    "import_territories",
    "known_territories",
    "save_population",
    "save_territories",
]
