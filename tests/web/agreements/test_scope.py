"""Who sees and keeps which agreement and system: the rule in Python and the rule in the database agree for everyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model, QuerySet

from almenara.accounts.models import User
from almenara.agreements.models import (
    Agreement,
    Document,
    DocumentContent,
    Feed,
    Form,
    Format,
    Item,
    Match,
    Reminder,
    Status,
    System,
    Transition,
)
from almenara.agreements.queries import scope
from almenara.agreements.standing import TRANSITIONS
from almenara.common.identity import Identity, acting_as
from tests.support.agreements import World, acting, agreement, put_into, world
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db
MODELS: tuple[type[Model], ...] = (
    Agreement, Item, Transition, Document, DocumentContent, Reminder, System, Match, Feed,
)  # fmt: skip


@pytest.fixture
def laid() -> World:
    return world()


def keys(found: QuerySet[Model]) -> set[int]:
    return set(found.values_list("pk", flat=True))


def expected(person: User, scoped: Callable[[User], QuerySet[Model]]) -> set[int]:
    """What Python's rule says where no policy narrows it."""
    with acting_as(Identity()), owner_rights():
        return keys(scoped(person))


def hung_on(laid: World) -> None:
    """A transition, a document, a reminder, a match and a feed for all of them."""
    with owner_rights():
        someone = laid.people["nobody"]
        for made in laid.agreements.values():
            put_into(made, Status.IN_FORCE)
            Transition.objects.create(agreement=made, former="draft", latter="sent", by=someone)
            Reminder.objects.create(agreement=made, until=made.since, step=7, person=someone, day=made.since)
        for system in laid.systems.values():
            Match.objects.create(system=system, concept_id="child-labour")
            Feed.objects.create(system=system, receiver=laid.people.institutions["ministry"])


def test_python_and_the_database_show_the_same_to_everyone(laid: World) -> None:
    hung_on(laid)
    seen = 0
    for person in laid.people.people.values():
        agreements, systems = expected(person, scope.agreements), expected(person, scope.systems)
        opened = expected(person, scope.documents)
        with acting(person):
            assert keys(Agreement.objects.all()) == agreements, person
            for child in (Item, Transition, Document, Reminder):
                assert set(child.objects.values_list("agreement", flat=True)) == agreements, (person, child)
            assert set(DocumentContent.objects.values_list("document", flat=True)) == opened, person
            assert keys(System.objects.all()) == systems, person
            for hung in (Match, Feed):
                assert set(hung.objects.values_list("system", flat=True)) == systems, (person, hung)
        seen += len(agreements) + len(systems)
    assert seen > 100


def test_python_and_the_database_let_the_same_people_change(laid: World) -> None:
    changed = 0
    for person in laid.people.people.values():
        agreements, systems = expected(person, scope.managed), expected(person, scope.managed_systems)
        with acting(person):
            assert keys_updated(Agreement, "reference") == agreements, person
            assert keys_updated(Item, "description", "agreement_id") == agreements, person
            assert keys_updated(System, "responsible_role") == systems, person
        changed += len(agreements)
    assert changed > 20


def keys_updated(model: type[Model], column: str, key: str = "id") -> set[int]:
    """The rows that the database lets be changed, whatever Python would say."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = 'x' RETURNING {key}")
        return {found for (found,) in cursor.fetchall()}


def test_each_role_reaches_the_agreements_that_its_grant_says(laid: World) -> None:
    def pairs(name: str) -> set[tuple[str, str]]:
        found = expected(laid.people[name], scope.agreements)
        return {pair for pair, made in laid.agreements.items() if made.pk in found}

    assert pairs("link") == {pair for pair in laid.agreements if "police" in pair}
    assert pairs("coordinator") == {
        pair for pair in laid.agreements if {"ministry", "police", "town"} & set(pair)
    }
    assert pairs("foreign_administrator") == {pair for pair in laid.agreements if "foreign" in pair}
    assert pairs("secretariat") == set(laid.agreements)
    assert pairs("case_worker") == set()
    assert ("police", "foreign") in pairs("link") & pairs("coordinator") & pairs("foreign_administrator")


@pytest.mark.parametrize("name", ["nobody", "suspended", "former", "future", "unconfirmed"])
def test_who_has_no_grant_in_force_sees_nothing(laid: World, name: str) -> None:
    hung_on(laid)
    with acting(laid.people[name]):
        assert [model.objects.count() for model in MODELS] == [0] * len(MODELS)  # type: ignore[attr-defined]


def test_without_an_identity_nothing_is_visible(laid: World) -> None:
    hung_on(laid)
    assert [model.objects.count() for model in MODELS] == [0] * len(MODELS)  # type: ignore[attr-defined]


def refused(statement: str) -> bool:
    """Whether the database refuses or finds nothing to do."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return int(cursor.rowcount) == 0
    except DatabaseError:
        return True


def test_nothing_that_happened_is_changed_or_removed_even_by_an_administrator(laid: World) -> None:
    hung_on(laid)
    tables = ("transition", "document", "documentcontent", "reminder", "concept")
    with acting(laid.people["administrator"]):
        for table in tables:
            column = {"documentcontent": "public_id", "concept": "name_es"}.get(table, "id")
            value = "gen_random_uuid()" if table == "documentcontent" else f"{column}"
            assert refused(f"UPDATE agreements_{table} SET {column} = {value}"), table
            assert refused(f"DELETE FROM agreements_{table}"), table
        for table in ("agreement", "item", "system", "match"):
            assert refused(f"DELETE FROM agreements_{table}"), table


def test_the_database_knows_the_same_transitions_as_python(laid: World) -> None:
    tried = 0
    for former in Status:
        for latter in set(Status) - {former}:
            made = agreement(laid.people, "police", "ministry", status=former)
            if latter == Status.IN_FORCE and former == Status.SENT:
                with owner_rights():
                    Document.objects.create(agreement=made, version=1, size=0)
            with acting(laid.people["coordinator"]):
                allowed = not refused(
                    f"UPDATE agreements_agreement SET status = '{latter}' WHERE id = {made.pk}"
                )
            assert allowed == (latter in TRANSITIONS[former]), (former, latter)
            tried += 1
    assert tried == 20


def test_the_database_keeps_the_terms_of_what_was_sent(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.SENT)
    person = laid.people["coordinator"].pk
    with acting(laid.people["coordinator"]):
        for change in ("until = '2030-01-01'", "legal_basis = 'x'", "receiver_id = provider_id + 1"):
            assert refused(f"UPDATE agreements_agreement SET {change} WHERE id = {made.pk}"), change
        assert not refused(
            f"UPDATE agreements_agreement SET provider_person_id = {person} WHERE id = {made.pk}"
        )
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Item.objects.create(agreement=made, name="More", form=Form.RECORDS, format=Format.CSV)


def test_the_database_refuses_what_is_in_force_without_a_signed_document(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.SENT)
    with (
        acting(laid.people["coordinator"]),
        pytest.raises(DatabaseError, match="signed document"),
        transaction.atomic(),
    ):
        Agreement.objects.filter(pk=made.pk).update(status=Status.IN_FORCE)


def test_nobody_writes_in_another_ones_name_or_agreement(laid: World) -> None:
    foreign = laid.agreements["foreign", "agency"]
    coordinator = laid.people["coordinator"]
    mine = laid.agreements["police", "ministry"]
    with acting(coordinator):
        for made, by in ((foreign, coordinator), (mine, laid.people["administrator"])):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Transition.objects.create(agreement=made, former="draft", latter="sent", by=by)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Agreement.objects.create(
                provider=laid.people.institutions["foreign"],
                receiver=laid.people.institutions["agency"],
                name="x", since="2026-01-01",
            )  # fmt: skip
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            System.objects.create(owner=laid.people.institutions["foreign"], name="x")
