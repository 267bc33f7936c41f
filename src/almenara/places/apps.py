from typing import ClassVar

from django.apps import AppConfig

PUBLIC = "public lists, imported as a whole; each row names its source"


class PlacesConfig(AppConfig):
    name = "almenara.places"
    untracked: ClassVar = {f"places.{name}": PUBLIC for name in ("Territory", "Boundary", "Population")}
