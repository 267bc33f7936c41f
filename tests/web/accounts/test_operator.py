"""The first administrators: named at the machine by the owner, counting at once, through a link like any other."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from typer.testing import CliRunner

from almenara.accounts import reach
from almenara.accounts.actions.invitations import link, written
from almenara.accounts.actions.operator import First, Regional, first_administrator, regional_role
from almenara.accounts.actions.people import suspend
from almenara.accounts.links import in_hand
from almenara.accounts.models import Grant, Institution, Invitation, User
from almenara.cli import app
from almenara.common.errors import RefusedError
from tests.support.acting import acting
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db
WORDS = "a beacon on the watchtower"
ANA = First("Ana@example.org", "Ana", "YY", "Ministry of Labour", "pt")


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


def test_the_operator_names_an_administrator_who_needs_no_confirmation(people: Cast) -> None:
    with owner_rights():
        expired = first_administrator(by=None, first=ANA, origin="https://almenara.example")
        found = first_administrator(by=None, first=ANA, origin="https://almenara.example")
    assert found.startswith("https://almenara.example/pt/account/invitation/")
    ana = User.objects.get(email="ana@example.org")
    with acting(ana):
        assert not reach.may(ana, "grants.give")
    sent = {"name": "Ana", "language": "pt", "password": WORDS, "again": WORDS}
    assert Client().post(urlsplit(expired).path, sent).status_code == 410
    assert Client().post(urlsplit(found).path, sent).status_code == 302
    with acting(ana):
        assert reach.may(ana, "grants.give")
        assert Grant.objects.get(person=ana).given_by is None
    assert Institution.objects.get(name="Ministry of Labour").seat == people.territories["YY"]
    with owner_rights(), pytest.raises(RefusedError, match="already"):
        first_administrator(by=None, first=ANA, origin="https://almenara.example")


def test_a_link_does_not_lead_past_a_suspension(people: Cast) -> None:
    """The operator may write another link for who has an account; a suspension ends it with everything else."""
    by, person = people["administrator"], people["second_administrator"]
    with owner_rights():
        invitation, token = written(None, person)
    path = urlsplit(link("https://almenara.example", token, "es")).path
    with acting(by):
        suspend(by=by, person=person, reason="Under inquiry")
    sent = {"name": "X", "language": "es", "password": WORDS, "again": WORDS}
    assert Client().post(path, sent).status_code == 410
    with owner_rights():  # even if the link had been forgotten
        Invitation.objects.filter(pk=invitation.pk).update(revoked_at=None, revoked_by=None)
    assert Client().post(path, sent).status_code == 410
    with in_hand(token), pytest.raises(Exception, match="invitation changes nothing"), transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_active=True)
    assert not User.objects.get(pk=person.pk).is_active


def test_a_country_that_is_not_there_is_refused_with_those_that_are(people: Cast) -> None:
    with owner_rights(), pytest.raises(RefusedError, match="YY, ZZ"):
        first_administrator(by=None, first=First("a@x.example", "A", "QQ", "M"), origin="https://x.example")
    assert not User.objects.filter(email="a@x.example").exists()


def test_the_site_s_role_cannot_do_what_the_operator_does(people: Cast) -> None:
    with pytest.raises(Exception, match=r"row-level security|policy"):
        first_administrator(by=None, first=ANA, origin="https://almenara.example")


def test_the_command_asks_for_what_it_needs() -> None:
    answer = CliRunner().invoke(app, ["people", "first-administrator", "a@x.example"])
    assert answer.exit_code == 2
    assert "--name" in answer.output


def test_where_two_administer_the_operator_says_why_a_third(people: Cast) -> None:
    third = First("eva@example.org", "Eva", "ZZ", "Ministry")
    with owner_rights():
        with pytest.raises(RefusedError, match=r"(?s)2 other administrators.*--although"):
            first_administrator(by=None, first=third, origin="https://almenara.example")
        assert not User.objects.filter(email="eva@example.org").exists()
        first_administrator(
            by=None, first=third, origin="https://almenara.example", although="Both have lost their factors"
        )
        assert "Both have lost" in Grant.objects.get(person__email="eva@example.org").reason


def test_the_operator_does_not_make_an_administrator_of_who_audits(people: Cast) -> None:
    auditor = First(people["auditor"].email, "A", "YY", "Ministry")
    with owner_rights(), pytest.raises(RefusedError, match="excludes"), transaction.atomic():
        first_administrator(by=None, first=auditor, origin="https://almenara.example")


EVA = Regional("Eva@example.org", "Eva", "Regional secretariat", "secretariat", "fr")


def test_the_operator_gives_the_role_that_reaches_the_region(people: Cast) -> None:
    with owner_rights():
        found = regional_role(by=None, wanted=EVA, origin="https://almenara.example")
    sent = {"name": "Eva", "language": "fr", "password": WORDS, "again": WORDS}
    assert Client().post(urlsplit(found).path, sent).status_code == 302
    eva = User.objects.get(email="eva@example.org")
    assert (eva.institution.name, eva.institution.seat) == ("Regional secretariat", None)  # type: ignore[union-attr]
    with acting(eva):
        everywhere = reach.institutions(eva, "agreements.view")
        assert everywhere.count() == Institution.objects.count() > 1
    with owner_rights(), pytest.raises(RefusedError, match="already"), transaction.atomic():
        regional_role(by=None, wanted=EVA, origin="https://almenara.example")
    active = Regional(people["editor"].email, "E", "Regional secretariat", "secretariat")
    with owner_rights():
        assert regional_role(by=None, wanted=active, origin="https://almenara.example") == ""
    with acting(people["editor"]):
        assert reach.may(people["editor"], "agreements.view")


@pytest.mark.parametrize("role", ["national-administrator", "auditor", "no-such-role"])
def test_no_other_role_is_given_so(people: Cast, role: str) -> None:
    wanted = Regional("eva@example.org", "Eva", "Regional secretariat", role)
    with owner_rights(), pytest.raises(RefusedError, match="secretariat"), transaction.atomic():
        regional_role(by=None, wanted=wanted, origin="https://almenara.example")
    with pytest.raises(Exception, match=r"row-level security|policy"), transaction.atomic():
        regional_role(by=None, wanted=EVA, origin="https://almenara.example")
