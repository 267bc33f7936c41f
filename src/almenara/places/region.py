"""The 33 member states of ECLAC in Latin America and the Caribbean: codes of ISO 3166-1, names of CLDR, capitals.

Outlines are Natural Earth's at 1:50 million (public domain), as the npm package world-atlas has them. All 33 are in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import shapely
from babel import Locale
from django.conf import settings

from almenara.common.errors import Fault, MachineError
from almenara.places.models import LANGUAGES
from almenara.places.topojson import polygons

OUTLINES = "Natural Earth 1:50m"
PACKAGE, FILE = "world-atlas", "countries-50m.json"


@dataclass(frozen=True)
class CountryRecord:
    """numeric: three digits, as text. The capital's point in degrees of WGS 84."""

    alpha2: str
    alpha3: str
    numeric: str
    capital: str
    longitude: float
    latitude: float

    def name(self, language: str) -> str:
        return str(Locale.parse(language).territories[self.alpha2])

    @property
    def names(self) -> dict[str, str]:
        return {language: self.name(language) for language in LANGUAGES}

    @property
    def long_name(self) -> str:
        """The English name without the shortenings of CLDR: Saint Kitts and Nevis."""
        written_out = self.name("en").replace("St. ", "Saint ").replace("&", "and")
        return written_out.replace("and Grenadines", "and the Grenadines")


REGION = tuple(
    CountryRecord(*row)
    for row in [
        ("AG", "ATG", "028", "Saint John’s", -61.845, 17.12),
        ("AR", "ARG", "032", "Buenos Aires", -58.3816, -34.6037),
        ("BS", "BHS", "044", "Nassau", -77.3431, 25.0582),
        ("BB", "BRB", "052", "Bridgetown", -59.6167, 13.0975),
        ("BZ", "BLZ", "084", "Belmopan", -88.769, 17.251),
        ("BO", "BOL", "068", "Sucre", -65.2627, -19.0333),
        ("BR", "BRA", "076", "Brasília", -47.8828, -15.7939),
        ("CL", "CHL", "152", "Santiago", -70.6693, -33.4489),
        ("CO", "COL", "170", "Bogotá", -74.0721, 4.711),
        ("CR", "CRI", "188", "San José", -84.0907, 9.9281),
        ("CU", "CUB", "192", "La Habana", -82.3666, 23.1136),
        ("DM", "DMA", "212", "Roseau", -61.3881, 15.3017),
        ("DO", "DOM", "214", "Santo Domingo", -69.9312, 18.4861),
        ("EC", "ECU", "218", "Quito", -78.4678, -0.1807),
        ("SV", "SLV", "222", "San Salvador", -89.2182, 13.6929),
        ("GD", "GRD", "308", "Saint George’s", -61.7488, 12.0561),
        ("GT", "GTM", "320", "Guatemala", -90.5069, 14.6349),
        ("GY", "GUY", "328", "Georgetown", -58.1551, 6.8013),
        ("HT", "HTI", "332", "Port-au-Prince", -72.3074, 18.5944),
        ("HN", "HND", "340", "Tegucigalpa", -87.1921, 14.0723),
        ("JM", "JAM", "388", "Kingston", -76.7936, 17.9712),
        ("MX", "MEX", "484", "Ciudad de México", -99.1332, 19.4326),
        ("NI", "NIC", "558", "Managua", -86.2362, 12.1149),
        ("PA", "PAN", "591", "Panamá", -79.5199, 8.9824),
        ("PY", "PRY", "600", "Asunción", -57.5759, -25.2637),
        ("PE", "PER", "604", "Lima", -77.0428, -12.0464),
        ("KN", "KNA", "659", "Basseterre", -62.7177, 17.3026),
        ("LC", "LCA", "662", "Castries", -60.9875, 14.0101),
        ("VC", "VCT", "670", "Kingstown", -61.2248, 13.16),
        ("SR", "SUR", "740", "Paramaribo", -55.2038, 5.852),
        ("TT", "TTO", "780", "Port of Spain", -61.5019, 10.6549),
        ("UY", "URY", "858", "Montevideo", -56.1645, -34.9011),
        ("VE", "VEN", "862", "Caracas", -66.9036, 10.4806),
    ]
)


def outlines() -> dict[str, shapely.Geometry]:
    """Polygons by numeric code, WGS 84. Raises MachineError where the package is not installed."""
    file = Path(settings.NODE_MODULES) / PACKAGE / FILE
    try:
        topology = json.loads(file.read_bytes())
    except FileNotFoundError:
        remedy = "Install the front-end libraries (npm ci), or say where they are with ALMENARA_NODE_MODULES."
        raise MachineError(Fault("The outlines of the countries are missing.", str(file), remedy)) from None
    return polygons(topology, "countries", {country.numeric for country in REGION})
