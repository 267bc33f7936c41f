"""What the database itself holds to, when the site's own role is in an attacker's hands or a policy is forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from almenara.accounts import links
from almenara.accounts.actions import files, grants, invitations
from almenara.accounts.actions.invitations import Guest
from almenara.accounts.actions.people import let_go
from almenara.accounts.forms.sheet import Checked
from almenara.accounts.models import (
    BrokenGlass,
    Grant,
    GrantReview,
    PersonalFile,
    Role,
    User,
)
from almenara.accounts.policies.files import can_open
from almenara.accounts.queries.seers import grants_reaching
from almenara.accounts.sheets import Row
from tests.support.acting import acting
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.services import issued_key

pytestmark = pytest.mark.django_db
SITE = "https://almenara.example"
WHY = "A colleague has fainted and nobody knows whom to call"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


@pytest.mark.parametrize("table", ["accounts_grant", "accounts_user"])
def test_a_temporary_table_does_not_stand_in_for_the_one_that_a_rule_looks_at(
    people: Cast, table: str
) -> None:
    """The triggers ask whether row security holds the role of `accounts_grant`: not of a table of that name."""
    waiting = Grant.objects.none()
    by, other = people["administrator"], people["second_administrator"]
    with owner_rights():
        waiting = Grant.objects.get(person=people["unconfirmed"])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (id bigint) ON COMMIT DROP")
        with acting(by), pytest.raises(DatabaseError, match="in their own name"), transaction.atomic():
            cursor.execute(
                "UPDATE public.accounts_grant SET confirmed_by_id = %s WHERE id = %s", [other.pk, waiting.pk]
            )
        with acting(None), pytest.raises(DatabaseError, match="changes their standing"), transaction.atomic():
            cursor.execute(
                "UPDATE public.accounts_user SET is_active = true WHERE id = %s", [people["suspended"].pk]
            )


@pytest.mark.parametrize(
    "change", [{"needs_second_giver": False}, {"permissions": ["log.read"]}, {"excludes": []}]
)
def test_the_site_does_not_change_what_a_role_may_do(people: Cast, change: dict[str, object]) -> None:
    with acting(people["administrator"]):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Role.objects.update(**change)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Role.objects.create(code="shadow", permissions=["log.read"], reach="region")


def test_an_emergency_ends_with_the_role_that_allowed_it(people: Cast) -> None:
    by, person = people["case_worker"], people["outsider"]
    with acting(person):
        files.save_own(by=person, words=files.Words(phone="+000 555 0101"))
    with acting(by):
        files.break_glass(by=by, person=person, reason=WHY)
        assert can_open(by, person)
        assert PersonalFile.objects.filter(person=person).exists()
        with owner_rights():
            held = Grant.objects.get(person=by)
    with acting(people["administrator"]):
        grants.end(by=people["administrator"], grant=held, reason="Under inquiry")
    with acting(by):
        assert not can_open(by, person)
        assert not PersonalFile.objects.filter(person=person).exists()
        with pytest.raises(PermissionDenied):
            files.open_file(by=by, person=person, purpose="contact")


def test_an_auditor_of_one_country_learns_nothing_of_another_s_emergencies_and_reviews(people: Cast) -> None:
    with owner_rights():
        for name in ("foreigner", "officer"):
            BrokenGlass.objects.create(
                person=people[name],
                object_type="accounts_personalfile",
                object_id=str(people[name].pk),
                reason=WHY,
                until=timezone.now() + dt.timedelta(hours=1),
            )
        for place, by in (("foreign", "foreign_administrator"), ("police", "administrator")):
            GrantReview.objects.create(
                institution=people.institutions[place], opened_by=people[by], due_on=dt.date(2027, 1, 1)
            )
    with acting(people["auditor"]):
        assert [glass.person for glass in BrokenGlass.objects.all()] == [people["officer"]]
        assert [review.institution.name for review in GrantReview.objects.all()] == ["Police"]
        abroad, here = (
            grants_reaching("people.view", office=people.offices[name].pk, institution=None)
            for name in ("abroad", "patrol")
        )
        assert not abroad
        assert here


def test_a_key_ends_with_its_institution(people: Cast) -> None:
    _key, secret = issued_key(people, "town")
    assert works(secret)
    with owner_rights():
        people.institutions["town"].closed_on = timezone.now().date() - dt.timedelta(days=1)
        people.institutions["town"].save()
    assert not works(secret)


def works(secret: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id FROM almenara_key(%s)", [links.key_digest(secret)])
        return cursor.fetchone() is not None


def test_who_left_elsewhere_is_not_brought_within_reach_by_their_address(people: Cast) -> None:
    """An invitation would move them, and with them the personal file that is still kept, to whoever invites."""
    leaver, here, abroad = people["foreigner"], people["administrator"], people["foreign_administrator"]
    with acting(leaver):
        files.save_own(by=leaver, words=files.Words(document="Z-0000-1"))
    with acting(abroad):
        let_go(by=abroad, person=leaver, reason="Has moved away")
    guest = Guest(leaver.email, "X", people.institutions["ministry"])
    with acting(here):
        with pytest.raises(ValidationError, match="another institution"):
            invitations.invite(by=here, guest=guest, origin=SITE)
        cells = {"email": leaver.email, "name": "X", "institution": "Ministry"}
        assert [wrong.column for wrong in Checked(here, [Row(2, cells)]).wrong] == ["email"]
        with pytest.raises(DatabaseError, match="changes their standing"), transaction.atomic():
            User.objects.filter(pk=leaver.pk).update(
                institution=people.institutions["ministry"], office=None, left_at=None
            )
        assert not PersonalFile.objects.filter(person=leaver).exists()
    with acting(abroad):
        again = Guest(leaver.email, "X", people.institutions["foreign"])
        assert invitations.invite(by=abroad, guest=again, origin=SITE).person == leaver
