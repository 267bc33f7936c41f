"""What a release's pages need that takes long to make, made when it is published and kept for all processes."""

from __future__ import annotations

from almenara.observatory.presenters import layers, mapdata
from almenara.observatory.presenters.picture import picture
from almenara.risk.models import Release


def warm(release: Release) -> None:
    """The map's boundaries and values, and its first picture in every layer; nothing where no boundary is known."""
    mapdata.values(release)
    for name in layers.available(release):
        picture(release, layers.layer(release, name))
