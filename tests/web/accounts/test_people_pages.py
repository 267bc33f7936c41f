"""The pages of people and institutions, by who asks: what answers, what does not, and in which language."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import TextField, Value
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from almenara.accounts.models import FocalPoint, Grant, Institution, Office, User
from almenara.places.paging import order_of, page_of
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db
NOT_FOUND, REFUSED = 404, 403


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still: a link, a key and an emergency are tried at the real time."""


def address(name: str, *arguments: Any, language: str = "es") -> str:
    with translation.override(language):
        return reverse(f"accounts:{name}", args=arguments)


def pages(people: Cast) -> list[tuple[str, list[Any]]]:
    person, institution = people["supervisor"], people.institutions["ministry"]
    office = people.offices["north"]
    with owner_rights():
        grant = Grant.objects.get(person=person)
        waiting = Grant.objects.get(person=people["unconfirmed"])
        point = FocalPoint.objects.create(
            country=people.territories["ZZ"], constituency="workers", person=person, since="2026-01-01"
        )
    return [
        *(
            (name, [])
            for name in ("people", "invite", "invite-sheet", "own-file", "emergencies", "grants-waiting")
        ),
        *(
            (name, [])
            for name in ("institutions", "institution-add", "focal-points", "focal-point-name", "reviews")
        ),
        ("review-begin", []),
        *(
            (name, [person.pk])
            for name in ("person", "invite-revoke", "suspend", "bring-back", "leave", "hand-over")
        ),
        *((name, [person.pk]) for name in ("grant-give", "powers", "file")),
        *((name, [institution.pk]) for name in ("institution", "institution-edit", "institution-close")),
        *((name, [institution.pk]) for name in ("office-add", "service-add")),
        ("office-edit", [office.pk]),
        ("office-close", [office.pk]),
        ("focal-point-end", [point.pk]),
        ("grant-end", [grant.pk]),
        ("grant-confirm", [waiting.pk]),
        ("grant-refuse", [waiting.pk]),
        ("who-sees", ["person", person.pk]),
        ("who-sees", ["personal-file", person.pk]),
    ]


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_an_administrator_opens_every_page(people: Cast, language: str) -> None:
    client = signed_in(people["second_administrator"])
    for name, arguments in pages(people):
        answer = client.get(address(name, *arguments, language=language))
        assert answer.status_code == 200, (name, answer.status_code, answer.headers.get("Location"))
        assert f'lang="{language}"' in answer.content.decode()


def test_who_only_works_opens_none_that_manages(people: Cast) -> None:
    client = signed_in(people["case_worker"])
    open_to_all = {"own-file", "emergencies", "institutions", "institution", "focal-points", "people"}
    outsider = people["outsider"].pk
    for name, arguments in pages(people):
        if name in open_to_all:
            assert client.get(address(name, *arguments)).status_code == 200, name
            continue
        elsewhere = [outsider if argument == people["supervisor"].pk else argument for argument in arguments]
        status = client.get(address(name, *elsewhere)).status_code
        if name not in ("file", "grant-end", "grant-confirm"):
            assert status in (REFUSED, NOT_FOUND), (name, status)


def test_a_person_beyond_reach_is_not_there(people: Cast) -> None:
    client = signed_in(people["administrator"])
    for name in ("person", "powers", "suspend", "grant-give", "file", "emergency"):
        status = client.get(address(name, people["foreigner"].pk)).status_code
        assert status in (REFUSED, NOT_FOUND), name
    listed = client.get(address("people")).content.decode()
    assert "Supervisor (simulated)" in listed
    assert "Foreigner" not in listed


def test_the_list_is_searched_filtered_and_turned_page_by_page(
    people: Cast, django_assert_max_num_queries: Any
) -> None:
    ministry = people.institutions["ministry"]
    with owner_rights():
        names = ["Núñez", "Nube", "Nuzman", "Ñáñez", *(f"Zoe {number:03}" for number in range(60))]
        for place, name in enumerate(names):
            User.objects.create_user(f"p{place}@ministry.example", name=name, institution=ministry)
    client = signed_in(people["administrator"])
    first = client.get(address("people"), {"institution": ministry.pk})
    rows = [person.name for person, _standing, _roles in first.context["rows"]]
    assert len(rows) == 50
    assert rows.index("Nube") < rows.index("Núñez") < rows.index("Nuzman") < rows.index("Ñáñez")
    after = first.context["page"].after
    second = client.get(address("people"), {"institution": ministry.pk, "after": after})
    more = [person.name for person, _standing, _roles in second.context["rows"]]
    assert not set(rows) & set(more)
    assert second.context["page"].after is None
    found = client.get(address("people"), {"text": "nunez"}).context["rows"]
    assert [person.name for person, *_rest in found] == ["Núñez"]
    assert (
        "Nobody" in client.get(address("people", language="en"), {"text": "nobody at all"}).content.decode()
    )
    with django_assert_max_num_queries(30):
        client.get(address("people"))


@pytest.mark.parametrize("name", ["people", "institutions"])
def test_a_list_answers_whatever_is_typed_into_its_address(people: Cast, name: str) -> None:
    client = signed_in(people["administrator"])
    odd = [
        (field, text)
        for field in ("text", "role", "kind", "country", "standing")
        for text in ("\0", "'", "x")
    ]
    odd += [(field, "9" * 30) for field in ("institution", "before", "after")]
    for field, text in [*odd, ("institution", "٣"), ("sort", "-")]:
        assert client.get(address(name), {field: text}).status_code == 200, (field, text)


def by_institution(person: User) -> tuple[str, str, int]:
    return person.institution.sort_key_es if person.institution else "", person.sort_key_es, person.pk


def by_name(person: User) -> tuple[str, int]:
    return person.sort_key_es, person.pk


@pytest.mark.parametrize(
    ("sort", "key", "falling"),
    [
        ("", by_name, False),
        ("-name", by_name, True),
        ("institution", by_institution, False),
        ("-institution", by_institution, True),
        ("-password", by_name, False),
    ],
)
def test_the_list_is_ordered_as_its_address_asks_there_and_back(
    people: Cast, sort: str, key: Any, falling: bool
) -> None:
    with owner_rights():
        for number in range(3):  # of the same name, one of them of no institution
            place = people.institutions["police"] if number else None
            User.objects.create_user(f"same{number}@x.example", name="Nuzman", institution=place)
    client = signed_in(people["second_administrator"])
    page = client.get(address("people"), {"sort": sort})
    shown = [person for person, _standing, _roles in page.context["rows"]]
    assert shown == sorted(shown, key=key, reverse=falling)
    assert len(shown) > 10
    [marked] = re.findall(r'aria-sort="(\w+)"', page.content.decode())
    assert marked == ("descending" if falling else "ascending")

    works_at = Coalesce("institution__sort_key_es", Value(""), output_field=TextField())
    found = User.objects.annotate(works_at=works_at)
    offered = {"name": ["sort_key_es"], "institution": ["works_at", "sort_key_es"]}
    turn = partial(page_of, found, size=3, order=order_of(sort, offered))
    expected = sorted(User.objects.select_related("institution"), key=key, reverse=falling)
    there = [turn()]
    while there[-1].after:
        there.append(turn(after=there[-1].after))
    assert [person for page in there for person in page.rows] == expected
    back = [there[-1]]
    while back[-1].before:
        back.append(turn(before=back[-1].before))
    assert [page.rows for page in back] == [page.rows for page in reversed(there)]


def asked_for(client: Any, where: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(where).status_code == 200
    return len(captured)


def test_pages_ask_as_much_of_the_database_for_many_as_for_few(people: Cast) -> None:
    client = signed_in(people["second_administrator"])
    wheres = [address("people"), address("person", people["editor"].pk), address("grants-waiting"),
              address("institutions"), address("institution", people.institutions["ministry"].pk),
              address("focal-points"), address("who-sees", "person", people["editor"].pk)]  # fmt: skip
    few = [asked_for(client, where) for where in wheres]
    with owner_rights():
        for number in range(12):
            people.person(f"more{number}", "ministry", "north")
            people.grant(f"more{number}", "coordinator", "ZZ")
            people.grant(f"more{number}", "national-administrator", "ZZ", given_by=people["administrator"])
            people.grant("editor", "statistician", "ZZ")
            seat = people.territories["ZZ"]
            made = Institution.objects.create(name=f"Body {number}", kind="ngo", seat=seat)
            Office.objects.create(
                name=f"Room {number}", institution=people.institutions["ministry"], territory=seat
            )
            FocalPoint.objects.create(country=seat, constituency="workers", person=people["editor"],
                                      since="2020-01-01", until="2020-02-01")  # fmt: skip
            assert made.pk
    assert [asked_for(client, where) for where in wheres] == few


def test_suspended_at_once_and_brought_back(people: Cast) -> None:
    theirs = signed_in(people["supervisor"])
    assert theirs.get(address("people")).status_code == 200
    ours = signed_in(people["administrator"])
    where = address("suspend", people["supervisor"].pk)
    assert "reason" in ours.post(where, {"reason": ""}).context["form"].errors
    assert ours.post(where, {"reason": "Under inquiry"}).status_code == 302
    assert theirs.get(address("people")).headers["Location"].startswith("/es/account/login/")
    assert not theirs.session.keys() & {"_auth_user_id"}
    ours.post(address("bring-back", people["supervisor"].pk), {"reason": "Inquiry closed"})
    assert User.objects.get(pk=people["supervisor"].pk).is_active


def test_changed_hidden_fields_change_nothing_else(people: Cast) -> None:
    """Mass assignment: what a form does not ask for is not taken, even when it is sent."""
    client = signed_in(people["administrator"])
    sent = {"email": "new@ministry.example", "name": "New", "institution": people.institutions["ministry"].pk,
            "language": "pt", "is_active": "on", "simulated": "on", "password": "x"}  # fmt: skip
    assert client.post(address("invite"), sent).status_code == 302
    made = User.objects.get(email="new@ministry.example")
    assert not made.is_active
    assert not made.has_usable_password()
    assert made.language == "pt"
    foreign = {**sent, "email": "other@x.example", "institution": people.institutions["foreign"].pk}
    assert client.post(address("invite"), foreign).context["form"].errors
    assert not User.objects.filter(email="other@x.example").exists()


def test_a_role_is_given_on_the_page_and_only_after_a_fresh_sign_in(people: Cast) -> None:
    where = address("grant-give", people["nobody"].pk)
    sent = {"role": "coordinator", "territory": "Place ZZ1 (ZZ1)", "since": "2026-03-16"}
    stale = signed_in(people["administrator"], just_now=False)
    assert "reauthenticate" in stale.post(where, sent).headers["Location"]
    client = signed_in(people["administrator"])
    refused = client.post(where, {**sent, "territory": "YY"})
    assert refused.context["form"].errors["territory"]
    assert client.post(where, {**sent, "territory": "Place"}).context["form"].errors["territory"]
    assert client.post(where, sent).status_code == 302
    with acting(people["administrator"]):
        given = Grant.objects.get(person=people["nobody"])
    assert (given.territory, given.given_by) == (people.territories["ZZ1"], people["administrator"])


def test_institutions_are_kept_within_reach(people: Cast) -> None:
    client = signed_in(people["administrator"])
    sent = {"name": "Labour Inspectorate", "short_name": "LI", "kind": "inspectorate", "seat": "ZZ"}
    assert client.post(address("institution-add"), sent).status_code == 302
    made = Institution.objects.get(name="Labour Inspectorate")
    assert client.post(address("institution-add"), sent).context["form"].errors  # the name is taken
    assert client.post(address("institution-add"), {**sent, "seat": "YY"}).context["form"].errors["seat"]
    assert (
        client.post(address("office-add", made.pk), {"name": "Centre", "territory": "ZZ21"}).status_code
        == 302
    )
    assert client.post(address("institution-close", made.pk)).status_code == 302
    assert Office.objects.get(name="Centre").closed_on is not None
    full = client.post(address("institution-close", people.institutions["ministry"].pk))
    assert "14" in str(full.context["form"].errors.as_data())  # people who work there
    foreign = people.institutions["foreign"].pk
    assert client.post(address("institution-edit", foreign), sent).status_code == REFUSED


def test_a_focal_point_succeeds_another_and_the_history_stays(people: Cast) -> None:
    client = signed_in(people["administrator"])
    country = people.territories["ZZ"]
    sent = {"country": country.pk, "constituency": "government", "since": "2026-01-01"}
    client.post(address("focal-point-name"), {**sent, "person": people["coordinator"].pk})
    client.post(address("focal-point-name"), {**sent, "person": people["editor"].pk, "since": "2026-02-01"})
    points = FocalPoint.objects.filter(country=country).order_by("since")
    assert [(str(point.since), str(point.until)) for point in points] == [
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "None"),
    ]
    abroad = client.post(
        address("focal-point-name"), {**sent, "country": people.territories["YY"].pk, "person": 1}
    )
    assert abroad.context["form"].errors["country"]
