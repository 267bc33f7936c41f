"""The countries of the region: a small map drawn on the server, and the same countries as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from almenara.common.caching import cache
from almenara.observatory import geometry
from almenara.observatory import queries as own
from almenara.observatory.presenters.addresses import place_address
from almenara.observatory.presenters.drawings import framed
from almenara.places import queries as places
from almenara.places.models import Country
from almenara.places.queries import in_alphabet

CACHED = 600  # seconds; outlines change only when they are laid again
SMALL = 5.0  # units of the drawing: whose outline is smaller is ringed too
STRONG, WEAK = ".6", ".18"  # how dark a country with a release is, and one without


@dataclass(frozen=True)
class CountryRow:
    """release: the address of what it shows, empty where it has published nothing."""

    name: str
    address: str
    alpha2: str
    alpha3: str
    numeric: str
    capital: str
    release: str


@dataclass(frozen=True)
class Region:
    rows: tuple[CountryRow, ...]
    map: str
    published: int


def region() -> Region:
    shown = {release.country.code for release in own.current_releases()}
    countries = sorted(places.region(), key=lambda country: in_alphabet(country.name()))
    rows = tuple(_row(country, shown) for country in countries)
    return Region(rows, _map(countries, shown), sum(bool(row.release) for row in rows))


def _row(country: Country, shown: set[str]) -> CountryRow:
    has_release = country.alpha3 in shown
    return CountryRow(
        name=country.name(),
        address=place_address(country.territory),
        alpha2=country.alpha2,
        alpha3=country.alpha3,
        numeric=country.numeric,
        capital=country.capital,
        release=reverse("observatory:country", args=[country.alpha3]) if has_release else "",
    )


def _map(countries: Iterable[Country], shown: set[str]) -> str:
    """SVG; empty where no outlines are known. Drawn once in a while: the outlines are half a megabyte."""
    codes = {country.territory_id: country.alpha3 for country in countries}
    key = f"region-map:{get_language()}:{'-'.join(sorted(codes.values()))}:{'-'.join(sorted(shown))}"
    found: str | None = cache.get(key)
    if found is None:
        found = _drawn({codes[pk]: shape for pk, shape in places.boundaries(codes).items()}, shown)
        cache.set(key, found, CACHED)
    return found


def _drawn(outlines: Mapping[str, BaseGeometry], shown: set[str]) -> str:
    if not outlines:
        return ""
    shapes = geometry.drawable(outlines)
    drawing = geometry.Drawing.of(shapes.bounds)
    body = "".join(
        _country(drawing, shape, STRONG if code in shown else WEAK)
        for code, shape in zip(shapes.codes, shapes.polygons, strict=True)
    )
    colours = 'fill="currentColor" stroke="currentColor" stroke-width=".5" stroke-linejoin="round"'
    title = _("Map of the countries of Latin America and the Caribbean")
    return framed(drawing, f"<g {colours}>{body}</g>", title)


def _country(drawing: geometry.Drawing, shape: BaseGeometry, strength: str) -> str:
    path = f'<path d="{drawing.path([shape])}" fill-opacity="{strength}"/>'
    west, south, east, north = shape.bounds
    size = max((east - west) * drawing.scale_x, (north - south) * drawing.scale_y)
    if size >= SMALL:
        return path
    x, y = drawing.at((west + east) / 2, (south + north) / 2)
    return path + f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{SMALL / 2}" fill-opacity="{strength}"/>'
