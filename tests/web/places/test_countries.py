"""Countries as the reader's language calls and orders them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from almenara.accounts.forms.institutions import FocalPointForm
from almenara.accounts.models import FocalPoint
from almenara.accounts.queries import institutions
from almenara.places.actions.region import lay_region
from almenara.places.countries import named
from almenara.places.models import Level, Territory
from tests.support.acting import acting, signed_in
from tests.support.cast import LONG_AGO, Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "pt", "en", "fr")
# Of each language: three neighbours whose order or names differ between languages.
NEIGHBOURS = {
    "es": ["Dominica", "Ecuador", "El Salvador"],
    "pt": ["Dominica", "El Salvador", "Equador"],
    "en": ["Dominica", "Dominican Republic", "Ecuador"],
    "fr": ["Dominique", "Équateur", "Grenade"],
}


@pytest.fixture
def people() -> Cast:
    made = cast()
    with owner_rights():
        lay_region(by=None)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_countries_come_by_the_reader_s_names_in_the_reader_s_order(people: Cast, language: str) -> None:
    with translation.override(language):
        names = [country.name for country in institutions.countries()]
    assert len(names) == 33 + 2  # those of the cast are no countries of the region, and keep their own names
    assert {"Place ZZ", "Place YY"} < set(names)
    assert names[-1] == "Venezuela"
    first = names.index(NEIGHBOURS[language][0])
    assert names[first : first + 3] == NEIGHBOURS[language]


def test_the_names_ask_the_database_once(people: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        named(Territory.objects.all(), "fr")


@pytest.mark.parametrize(("language", "said"), [("en", "Brazil"), ("fr", "Brésil"), ("pt", "Brasil")])
def test_a_page_offers_countries_in_the_reader_s_language(people: Cast, language: str, said: str) -> None:
    client = signed_in(people["administrator"], Client())
    body = client.get(f"/{language}/account/institutions/").content.decode()
    assert [name for name in ("Brazil", "Brésil", "Brasil") if name in body] == [said]


def test_focal_points_are_named_listed_and_chosen_in_the_reader_s_language(people: Cast) -> None:
    with owner_rights():
        brazil = Territory.objects.get(level=Level.COUNTRY, code="BRA")
        FocalPoint.objects.create(
            country=brazil, constituency="workers", since=LONG_AGO, person=people["administrator"]
        )
    with acting(people["administrator"]), translation.override("fr"):
        (point,) = institutions.focal_points()
        assert point.country_name == "Brésil"  # type: ignore[attr-defined]
        form = FocalPointForm(people["administrator"])
        offered = [label for _, label in form.fields["country"].choices]  # type: ignore[attr-defined]
    assert offered[1:] == ["Place ZZ"]
    chosen = signed_in(people["administrator"], Client()).get("/fr/account/focal-points/").content.decode()
    assert "Brésil" in chosen
