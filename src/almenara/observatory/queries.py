"""What the public pages read beyond the queries of risk and places. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from django.db.models import CharField, Count, Func, Max, Min, Q, QuerySet, Sum

from almenara.accounts import reach
from almenara.accounts.models import User
from almenara.accounts.permissions import CONTENT_EDIT
from almenara.places.models import Boundary, Level, Territory
from almenara.places.queries import alphabetical, existing
from almenara.risk.models import Coefficient, Estimate, Indicator, Release
from almenara.risk.queries import Figures, estimates

Bounds = tuple[float, float, float, float]


def current_releases() -> list[Release]:
    """The release that each country shows now."""
    return list(_current())


def edited_releases(person: User) -> list[Release]:
    """Those that countries show whose public content the person edits."""
    return list(_current().filter(country__in=reach.territories(person, CONTENT_EDIT)))


def _current() -> QuerySet[Release]:
    return Release.objects.filter(is_current=True).select_related("country").order_by("country__code")


def without_estimate(release: Release, parent: int | None = None) -> QuerySet[Territory]:
    """Municipalities that there are, and not in the release: most often they were created after its census."""
    estimated = Estimate.objects.filter(release=release).values("territory")
    places = Territory.objects.filter(country=release.country.code, level=Level.MUNICIPALITY).filter(
        existing()
    )
    if parent is not None:
        places = places.filter(listed_in=parent)
    return places.exclude(pk__in=estimated).select_related("listed_in").order_by(alphabetical())


def held(release: Release) -> list[tuple[str, str, int]]:
    """Departments, the country among them, that have municipalities listed in them: code, name and how many.

    With a value and without; in the reader's alphabetical order.
    """
    estimated = Estimate.objects.filter(release=release).values("territory")
    places = Territory.objects.filter(country=release.country.code, level=Level.MUNICIPALITY)
    above = places.filter(Q(pk__in=estimated) | existing()).values_list("listed_in__code", "listed_in__name")
    return list(above.annotate(Count("pk")).order_by(f"listed_in__{alphabetical()}", "listed_in__code"))


def with_estimate(places: Iterable[Territory]) -> set[int]:
    """Keys of those that the current release of their country has a value for."""
    held = Estimate.objects.filter(release__is_current=True, territory__in=[place.pk for place in places])
    return set(held.values_list("territory", flat=True))


@dataclass(frozen=True, order=True)
class Drawn:
    """A municipality on the map; parent: a code; boundary: a hash of it."""

    code: str
    parent: str
    boundary: str


def drawn(release: Release) -> dict[int, Drawn]:
    """By key, those of the release and those without estimate, where a boundary is known."""
    estimated = Estimate.objects.filter(release=release, level=Level.MUNICIPALITY).values("territory")
    others = without_estimate(release).order_by().values("pk")
    rows = (
        Boundary.objects.filter(Q(territory__in=estimated) | Q(territory__in=others))
        .annotate(hash=Func("wkb", function="md5", output_field=CharField()))
        .values_list("territory", "territory__code", "territory__listed_in__code", "hash")
    )
    return {key: Drawn(code, parent or "", digest) for key, code, parent, digest in rows}


def coded(country: str, codes: Iterable[str]) -> QuerySet[Territory]:
    """Territories by their codes, with what they are listed in; those that no longer exist too."""
    return Territory.objects.filter(country=country, code__in=list(codes)).select_related("listed_in")


def named(country: str) -> str:
    """A hash of what its territories are called and of what they lie in."""
    told = Territory.objects.filter(country=country).order_by("pk").values_list("code", "name", "listed_in")
    return blake2b(repr(list(told)).encode(), digest_size=12).hexdigest()


def reliabilities(release: Release) -> dict[str | None, int]:
    """How many municipalities have each letter; None where none has been computed."""
    areas = Estimate.objects.filter(release=release, level=Level.MUNICIPALITY)
    return dict(areas.values_list("reliability").annotate(Count("pk")).order_by())


def spots(release: Release) -> dict[str, tuple[int, float, float | None]]:
    """Municipalities, children and expected working children of hot spots, cold spots and neither; none withheld."""
    areas = Estimate.objects.filter(release=release, level=Level.MUNICIPALITY).exclude(reliability="withheld")
    held = areas.values_list("spot").annotate(Count("pk"), Sum("children"), Sum("expected")).order_by()
    return {spot: (number, children, expected) for spot, number, children, expected in held if spot}


def national(release: Release) -> Figures:
    return estimates(release, level=Level.COUNTRY)[0]


def coefficients(release: Release) -> list[Coefficient]:
    return list(Coefficient.objects.filter(release=release).order_by("position"))


def indicators(release: Release) -> list[Indicator]:
    return list(Indicator.objects.filter(release=release).order_by("position"))


def extent(country: str) -> Bounds | None:
    """West, south, east, north of the municipalities' boundaries; None without any."""
    ends = Territory.objects.filter(country=country, level=Level.MUNICIPALITY).aggregate(
        west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north")
    )
    if None in ends.values():
        return None
    return ends["west"], ends["south"], ends["east"], ends["north"]
