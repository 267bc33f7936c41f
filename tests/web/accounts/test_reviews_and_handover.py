"""Reviews of grants, and the work of who leaves."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from almenara.accounts import handover
from almenara.accounts.actions import invitations, people, reviews
from almenara.accounts.actions.handover import hand_over
from almenara.accounts.models import FocalPoint, Grant, GrantReview, Invitation, ReviewedGrant, User
from almenara.accounts.queries.reviews import never_or_long_ago
from almenara.audit.models import Entry
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast_() -> Cast:
    made = cast()
    with owner_rights():
        User.objects.filter(pk=made["supervisor"].pk).update(
            last_login=timezone.now() - dt.timedelta(days=89)
        )
        User.objects.filter(pk=made["colleague"].pk).update(last_login=timezone.now() - dt.timedelta(days=91))
        User.objects.exclude(last_login__isnull=False).update(
            date_joined=timezone.now() - dt.timedelta(days=200)
        )
        Grant.objects.update(given_at=timezone.now() - dt.timedelta(days=150))
    return made


def test_a_review_lists_grants_with_dormant_ones_marked_and_keeps_its_result(cast_: Cast) -> None:
    by = cast_["administrator"]
    ministry = cast_.institutions["ministry"]
    with acting(by):
        assert ministry in never_or_long_ago(by)
        review = reviews.open_review(by=by, institution=ministry)
        assert ministry not in never_or_long_ago(by)
        rows = {row.grant.person.pk: row for row in review.grants.select_related("grant__person")}
        assert not rows[cast_["supervisor"].pk].dormant
        assert rows[cast_["colleague"].pk].dormant
        assert cast_["former"].pk not in rows  # a term that is over is nobody's to keep
        with pytest.raises(ValidationError):
            reviews.open_review(by=by, institution=ministry)
        with pytest.raises(ValidationError):
            reviews.close_review(by=by, review=review)
        ended = {rows[cast_["colleague"].pk].pk: "end"}
        with pytest.raises(ValidationError):
            reviews.decide(by=by, review=review, decisions=ended)
        assert reviews.decide(by=by, review=review, decisions=ended, reason="Dormant for a quarter") == 1
        own = review.grants.get(grant__person=by)
        others = dict.fromkeys(review.grants.filter(decision="").values_list("pk", flat=True), "keep")
        with pytest.raises(ValidationError, match="own grants"):  # and then none of the others either
            reviews.decide(by=by, review=review, decisions=others)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ReviewedGrant.objects.filter(pk=own.pk).update(
                decision="keep", decided_by=by, decided_at=timezone.now()
            )
        del others[own.pk]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ReviewedGrant.objects.filter(pk__in=others).update(
                decision="keep", decided_by=cast_["coordinator"], decided_at=timezone.now()
            )
        assert reviews.decide(by=by, review=review, decisions=others) == len(others)
        with pytest.raises(ValidationError, match="1 grant is still"):
            reviews.close_review(by=by, review=review)
    second = cast_["second_administrator"]
    with acting(second):
        assert reviews.decide(by=second, review=review, decisions={own.pk: "keep"}) == 1
    with acting(by):
        reviews.close_review(by=by, review=review)
        assert Grant.objects.get(person=cast_["colleague"]).ended_at is not None
        assert Grant.objects.get(person=cast_["supervisor"]).reviewed_at is not None
        assert ministry not in never_or_long_ago(by)
        with pytest.raises(DatabaseError), transaction.atomic():  # what was decided stays
            ReviewedGrant.objects.create(review=review, grant=Grant.objects.first(), dormant=False)
        assert ReviewedGrant.objects.filter(review=review).update(reason="other") == 0
    with owner_rights():
        GrantReview.objects.update(closed_at=timezone.now() - dt.timedelta(days=184))
    with acting(by):
        assert ministry in never_or_long_ago(by)


def test_a_review_is_of_one_s_own_country(cast_: Cast) -> None:
    abroad = cast_["foreign_administrator"]
    with acting(abroad), pytest.raises(PermissionDenied):
        reviews.open_review(by=abroad, institution=cast_.institutions["ministry"])
    with acting(cast_["administrator"]):
        reviews.open_review(by=cast_["administrator"], institution=cast_.institutions["ministry"])
    with acting(abroad):
        assert GrantReview.objects.count() == ReviewedGrant.objects.count() == 0


def test_the_page_decides_about_the_chosen_ones_once_it_has_listed_them(cast_: Cast) -> None:
    by = cast_["administrator"]
    with acting(by):
        review = reviews.open_review(by=by, institution=cast_.institutions["police"])
        keys = {str(row.pk): row.grant.person.name for row in review.grants.select_related("grant__person")}
    client, page = signed_in(by), f"/en/account/reviews/{review.pk}/"
    ended, *kept = keys
    client.post(page, {"do": "keep"})
    assert "Choose the grants" in client.get(page).content.decode()
    listed = client.post(page, {"do": "end", "chosen": [ended]}).content.decode()
    assert keys[ended] in listed
    assert all(keys[key] not in listed for key in kept)
    refused = client.post(page, {"do": "end", "chosen": [ended], "confirmed": "1"}).content.decode()
    assert 'class="summary' in refused
    with acting(by):
        assert not review.grants.exclude(decision="").exists()
    confirmed = {"do": "end", "chosen": [ended], "confirmed": "1", "reason": "No case for a quarter"}
    client.post(page, confirmed)
    client.post(page, {"do": "keep", "chosen": list(keys), "confirmed": "1"})  # what was decided stays
    client.post(page, {"do": "close"})
    with acting(by):
        review.refresh_from_db()
        assert review.closed_by == by
        assert dict(review.grants.values_list("pk", "decision")) == {
            int(key): "end" if key == ended else "keep" for key in keys
        }
    with acting(cast_["auditor"]):  # each of them has entries of its own in the log
        said = Entry.objects.filter(object_type="accounts_reviewedgrant", kind="update")
        assert {entry.object_id for entry in said} == set(keys)


def test_the_page_offers_nobody_their_own_grants(cast_: Cast) -> None:
    by = cast_["administrator"]
    with acting(by):
        review = reviews.open_review(by=by, institution=cast_.institutions["ministry"])
        own, others = review.grants.get(grant__person=by), review.grants.exclude(grant__person=by)
        numbers = {row.pk for row in others}
    page = signed_in(by).get(f"/en/account/reviews/{review.pk}/").content.decode()
    offered = {int(key) for key in re.findall(r'name="chosen"\s+value="(\d+)"', page)}
    assert offered == numbers
    assert own.pk not in offered
    assert "another administrator decides" in page


def test_who_leaves_hands_over_first_and_to_whom_it_may_concern(cast_: Cast) -> None:
    by, leaver = cast_["administrator"], cast_["coordinator"]
    with owner_rights():
        for constituency in ("government", "workers"):
            FocalPoint.objects.create(
                country=cast_.territories["ZZ"], constituency=constituency, person=leaver, since="2026-01-01"
            )
        guest = cast_.person("guest", "ministry", is_active=False)
        Invitation.objects.create(
            person=guest, institution=cast_.institutions["ministry"], invited_by=leaver, nonce_digest="x",
            expires_at=timezone.now() + dt.timedelta(days=1),
        )  # fmt: skip
    with acting(by):
        assert [len(part.items) for part in handover.remaining(leaver)] == [2, 1]
        with pytest.raises(ValidationError, match="3"):
            people.let_go(by=by, person=leaver, reason="A new post")
        [points, pending] = handover.remaining(leaver)
        wanted = {("focal_points", points.items[0].key): cast_["editor"]}
        assert hand_over(by=by, person=leaver, successors=wanted) == 1
        with pytest.raises(PermissionDenied):
            hand_over(by=by, person=leaver, successors={("invitations", "1"): cast_["foreigner"]})
        with pytest.raises(ValidationError):  # once more: it is not theirs any more
            hand_over(by=by, person=leaver, successors=wanted)
        wanted = {
            ("focal_points", points.items[1].key): cast_["supervisor"],
            ("invitations", pending.items[0].key): cast_["editor"],
        }
    client = signed_in(by)
    page = client.get(f"/en/account/people/{leaver.pk}/leave/").content.decode()
    assert "Place ZZ, Workers" in page
    sent = {f"{code}-{key}": successor.pk for (code, key), successor in wanted.items()}
    assert client.post(f"/en/account/people/{leaver.pk}/hand-over/", sent).status_code == 302
    with acting(by):
        assert handover.remaining(leaver) == []
        people.let_go(by=by, person=leaver, reason="A new post")
        assert not Grant.objects.filter(person=leaver, ended_at=None).exists()
    left = User.objects.get(pk=leaver.pk)
    assert (left.is_active, left.left_at is not None) == (False, True)
    assert FocalPoint.objects.filter(person=leaver, until=None).count() == 0
    assert FocalPoint.objects.filter(person=leaver).count() == 2


def test_who_left_comes_back_by_invitation_without_the_grants_of_before(cast_: Cast) -> None:
    by, leaver = cast_["administrator"], cast_["statistician"]
    with acting(by):
        people.let_go(by=by, person=leaver, reason="A new post")
        guest = invitations.Guest(leaver.email, leaver.name, cast_.institutions["police"])
        again = invitations.invite(by=by, guest=guest, origin="https://x.example").person
        assert again == leaver
        assert not Grant.objects.filter(person=leaver, ended_at=None).exists()


def test_the_last_administrator_is_neither_suspended_nor_let_go(cast_: Cast) -> None:
    first, second = cast_["administrator"], cast_["second_administrator"]
    with acting(first):
        with pytest.raises(ValidationError):
            people.suspend(by=first, person=first, reason="I am tired")
        people.suspend(by=first, person=second, reason="Under inquiry")
    with owner_rights():  # somebody else who manages people, but does not administer
        cast_.person("manager", "ministry")
        cast_.grant("manager", "national-administrator", "ZZ1")
    with acting(cast_["manager"]):
        for act in (people.suspend, people.let_go):
            with pytest.raises((ValidationError, PermissionDenied)):
                act(by=cast_["manager"], person=first, reason="Under inquiry")
        with pytest.raises(DatabaseError), transaction.atomic():
            User.objects.filter(pk=first.pk).update(is_active=False, suspended_at=timezone.now())
