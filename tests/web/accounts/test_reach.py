"""How far grants reach: the rule in Python and the rule in the database are two, and must agree for everyone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from almenara.accounts import reach
from almenara.accounts.models import BrokenGlass, Grant, Institution, Role, User
from almenara.accounts.permissions import PERMISSIONS
from almenara.accounts.role_names import ROLE_NAMES
from almenara.common.identity import Identity, acting_as, identified
from almenara.config.database.roles import SITE
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def asked(function: str, permission: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT almenara_{function}(%s)", [permission])
        return {key for (key,) in cursor.fetchall()}


def test_these_tests_run_as_a_role_that_policies_hold() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolname IN (SELECT tableowner FROM pg_tables)"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (SITE, False, False, False)


def test_python_and_the_database_reach_the_same_for_everyone_and_every_permission(people: Cast) -> None:
    seen = 0
    for person in people.people.values():
        for permission in PERMISSIONS:
            with acting_as(Identity()), owner_rights():
                expected = {
                    "institutions": set(reach.institutions(person, permission).values_list("pk", flat=True)),
                    "offices": set(reach.offices(person, permission).values_list("pk", flat=True)),
                    "people": set(reach.people(person, permission).values_list("pk", flat=True)),
                }
                may = reach.may(person, permission)
            with acting_as(Identity(person=person.pk)):
                for function, keys in expected.items():
                    assert asked(function, permission) == keys, (person, permission, function)
                assert asked("may", permission) == {may}
            seen += sum(map(len, expected.values()))
    assert seen > 200


def names(found: object) -> set[str]:
    return {str(entry).split("@")[0].lower().replace(" ", "_") for entry in found}  # type: ignore[attr-defined]


def test_each_role_reaches_what_its_grant_says(people: Cast) -> None:
    with owner_rights():
        assert names(reach.people(people["case_worker"], "people.view")) == names(
            reach.people(people["supervisor"], "personal_files.view")
        )
        assert "outsider" not in names(reach.people(people["supervisor"], "people.view"))
        assert names(reach.offices(people["link"], "people.view")) == {"patrol", "far_patrol"}
        assert "foreigner" not in names(reach.people(people["administrator"], "people.manage"))
        assert names(reach.institutions(people["secretariat"], "agreements.view")) == {
            "ministry", "police", "town", "foreign", "agency",
        }  # fmt: skip


@pytest.mark.parametrize("name", ["nobody", "suspended", "former", "future", "unconfirmed"])
def test_who_has_no_grant_in_force_may_nothing(people: Cast, name: str) -> None:
    for permission in PERMISSIONS:
        with acting_as(Identity(person=people[name].pk)):
            assert asked("may", permission) == {False}
            assert asked("people", permission) == set()


def test_without_an_identity_no_grant_is_visible(people: Cast) -> None:
    assert Grant.objects.count() == 0
    with acting_as(Identity(person=people["case_worker"].pk)):
        assert names(grant.person for grant in Grant.objects.all()) >= {"case_worker", "colleague"}
        assert "outsider" not in names(grant.person for grant in Grant.objects.all())
    assert identified() == Identity()


def given(people: Cast, to: str, by: str) -> Grant:
    return Grant(
        person=people[to],
        role=Role.objects.get(code="statistician"),
        institution=people[to].institution,
        territory=people.territories["ZZ"],
        since="2020-01-01",
        given_by=people[by],
    )


@pytest.mark.parametrize(
    ("to", "by", "acting"),
    [
        ("administrator", "administrator", "administrator"),
        ("nobody", "administrator", "case_worker"),
        ("nobody", "case_worker", "case_worker"),
        ("foreigner", "administrator", "administrator"),
    ],
    ids=["to oneself", "in another's name", "without the permission", "in another country"],
)
def test_the_database_refuses_a_grant_that_nobody_may_give(
    people: Cast, to: str, by: str, acting: str
) -> None:
    with (
        pytest.raises((IntegrityError, Exception), match=r"row-level security|nobody_gives"),
        acting_as(Identity(person=people[acting].pk)),
    ):
        given(people, to, by).save()


def test_the_database_lets_an_administrator_give(people: Cast) -> None:
    with acting_as(Identity(person=people["administrator"].pk)):
        given(people, "nobody", "administrator").save()
        assert Grant.objects.filter(person=people["nobody"]).count() == 1


def test_a_grant_is_ended_but_never_changed(people: Cast) -> None:
    with acting_as(Identity(person=people["administrator"].pk)):
        grant = Grant.objects.get(person=people["supervisor"])
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(territory=people.territories["ZZ"])
        assert Grant.objects.filter(pk=grant.pk).update(ended_at="2026-01-01T00:00Z") == 1


def test_institutions_of_another_country_cannot_be_changed(people: Cast) -> None:
    with acting_as(Identity(person=people["administrator"].pk)):
        assert Institution.objects.filter(name="Foreign").update(short_name="x") == 0
        assert Institution.objects.filter(name="Police").update(short_name="x") == 1
    assert Institution.objects.update(short_name="y") == 0


def test_broken_glass_lasts_three_hours_at_most(people: Cast) -> None:
    worker = people["case_worker"]
    with (
        pytest.raises(Exception, match="row-level security"),
        acting_as(Identity(person=worker.pk)),
    ):
        BrokenGlass.objects.create(
            person=worker,
            object_type="x",
            object_id="1",
            reason="in an emergency only",
            until="2099-01-01T00:00Z",
        )


def test_roles_hold_permissions_that_exist_and_names_in_every_language() -> None:
    roles = list(Role.objects.all())
    assert {role.code for role in roles} == set(ROLE_NAMES)
    assert {name for role in roles for name in role.permissions} == set(PERMISSIONS)
    for role in roles:
        assert set(role.excludes) <= set(ROLE_NAMES)
        for other in role.excludes:
            assert role.code in Role.objects.get(code=other).excludes


def test_a_person_has_no_right_by_a_flag() -> None:
    assert not {"is_staff", "is_superuser", "user_permissions", "groups"} & {
        field.name for field in User._meta.get_fields()
    }
