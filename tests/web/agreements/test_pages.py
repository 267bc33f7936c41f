"""The pages of agreements: what they show to whom, what they keep, and what they refuse."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from almenara.agreements.actions.documents import DamagedDocumentError, read_document
from almenara.agreements.models import Agreement, Document, Item, Status, Transition
from almenara.places.paging import SIZE as PAGE
from almenara.privacy.sealing import TamperedValueError
from tests.support.acting import signed_in
from tests.support.agreements import TODAY, World, acting, agreement, document, signed
from tests.support.database import owner_rights
from tests.support.uploads import sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
TERMS = {
    "name": "Inspections of 2026",
    "reference": "MT-7/2026",
    "legal_basis": "Law 8069, article 12",
    "frequency": "quarterly",
    "since": "2026-01-01",
    "until": "2027-12-31",
}


def terms(laid: World, provider: str, receiver: str, **more: str) -> dict[str, Any]:
    institutions = laid.people.institutions
    return {**TERMS, "provider": institutions[provider].pk, "receiver": institutions[receiver].pk, **more}


def at(name: str, *arguments: object) -> str:
    return reverse(f"agreements:{name}", args=arguments).replace("/en-us/", "/es/")


def found(key: int) -> Agreement:
    with owner_rights():
        return Agreement.objects.select_related("provider_person").get(pk=key)


def refusals() -> list[tuple[str, str]]:
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute("SELECT object_type, object_id FROM witness_entry WHERE kind = 'refusal' ORDER BY id")
        return list(cursor.fetchall())


def test_a_coordinator_takes_an_agreement_from_draft_to_end(laid: World) -> None:
    client = signed_in(laid.people["coordinator"])
    answer = client.post(at("new"), terms(laid, "police", "ministry", provider_address="link@police.example"))
    assert answer.status_code == 302
    with owner_rights():
        made = Agreement.objects.get()
    assert (made.status, made.provider_person, made.created_by) == (
        Status.DRAFT, laid.people["link"], laid.people["coordinator"],
    )  # fmt: skip
    item = {"name": "Inspections", "form": "figures", "format": "csv", "description": "", "indicator": ""}
    assert client.post(at("item-new", made.pk), item).status_code == 302
    assert client.post(at("move", made.pk, "sent")).status_code == 302
    assert found(made.pk).status == Status.SENT
    answer = client.post(at("move", made.pk, "in_force"), follow=True)
    assert found(made.pk).status == Status.SENT
    assert "toast--error" in answer.content.decode()
    assert client.post(at("document-new", made.pk), {"file": signed()}).status_code == 302
    assert client.post(at("move", made.pk, "in_force")).status_code == 302
    answer = client.post(at("move", made.pk, "ended"))
    assert answer.status_code == 422
    assert found(made.pk).status == Status.IN_FORCE
    client.post(at("move", made.pk, "ended"), {"reason": "The law changed"})
    assert found(made.pk).status == Status.ENDED
    with owner_rights():
        told = list(Transition.objects.order_by("pk").values_list("former", "latter", "reason", "by"))
    by = laid.people["coordinator"].pk
    assert told == [
        ("draft", "sent", "", by),
        ("sent", "in_force", "", by),
        ("in_force", "ended", "The law changed", by),
    ]
    page = client.get(at("detail", made.pk)).content.decode()
    assert "The law changed" in page
    assert "Coordinator (simulated)" in page


def test_institutions_are_chosen_from_the_reader_s_alphabet(laid: World) -> None:
    with owner_rights():
        for name, called in (("police", "Zona"), ("ministry", "Árbol")):
            institution = laid.people.institutions[name]
            institution.name = called
            institution.save()
    body = signed_in(laid.people["coordinator"]).get(at("new")).content.decode()
    assert 0 < body.index(">Árbol<") < body.index(">Zona<")


def test_confirming_pages_change_nothing_by_themselves(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.IN_FORCE)
    client = signed_in(laid.people["coordinator"])
    for to in ("ended", "suspended"):
        assert client.get(at("move", made.pk, to)).status_code == 200
    assert client.get(at("renew", made.pk)).status_code == 200
    assert found(made.pk).status == Status.IN_FORCE


def test_what_is_beyond_reach_does_not_exist_and_the_attempt_is_logged(laid: World) -> None:
    made = agreement(laid.people, "foreign", "agency", status=Status.IN_FORCE)
    client = signed_in(laid.people["coordinator"])
    pages = [
        at("detail", made.pk), at("edit", made.pk), at("responsible", made.pk), at("renew", made.pk),
        at("move", made.pk, "ended"), at("item-new", made.pk), at("document-new", made.pk),
    ]  # fmt: skip
    for page in pages:
        assert client.get(page).status_code == 404, page
        if "detail" not in page:
            assert client.post(page, {"reason": "x"}).status_code in (404, 405), page
    assert client.get(at("document", document(made).public_id)).status_code == 404
    assert ("agreements_agreement", str(made.pk)) in refusals()
    assert ("agreements_document", str(document(made).public_id)) in refusals()
    assert found(made.pk).status == Status.IN_FORCE
    absent, hidden = at("detail", made.pk + 10_000), at("detail", made.pk)
    assert without(absent, client) == without(hidden, client)


def without(address: str, client: Client) -> str:
    """The page at an address, without the address."""
    return client.get(address).content.decode().replace(address.removeprefix("/es"), "")


def test_who_may_only_see_is_offered_nothing_to_keep(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry")
    client = signed_in(laid.people["link"])
    page = client.get(at("detail", made.pk)).content.decode()
    assert made.name in page
    assert "/edit/" not in page
    for route in ("edit", "renew", "responsible", "item-new", "document-new"):
        assert client.get(at(route, made.pk)).status_code == 403, route
    assert client.get(at("new")).status_code == 403


def test_hidden_fields_that_are_sent_change_nothing(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry")
    client = signed_in(laid.people["coordinator"])
    forged = {
        "status": "in_force",
        "id": made.pk + 1,
        "created_by": laid.people["nobody"].pk,
        "simulated": "on",
    }
    answer = client.post(at("edit", made.pk), {**terms(laid, "police", "ministry"), **forged})
    assert answer.status_code == 302
    kept = found(made.pk)
    assert (kept.status, kept.created_by, kept.simulated) == (Status.DRAFT, None, False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"receiver": "police"}, "receiver"),
        ({"provider": "foreign", "receiver": "agency"}, "provider"),
        ({"until": "2025-01-01"}, "until"),
        ({"provider_address": "administrator@ministry.example"}, "provider_address"),
        ({"receiver_address": "former-nobody@ministry.example"}, "receiver_address"),
        ({"name": ""}, "name"),
    ],
)
def test_a_form_says_what_is_wrong_beside_the_field_and_above(
    laid: World, change: dict[str, str], field: str
) -> None:
    data = terms(laid, "police", "ministry")
    for name, value in change.items():
        data[name] = laid.people.institutions[value].pk if name in ("provider", "receiver") else value
    answer = signed_in(laid.people["coordinator"]).post(at("new"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'<a href="#id_{field}">' in page
    assert f'id="id_{field}_error"' in page
    assert 'role="alert"' in page
    with owner_rights():
        assert not Agreement.objects.exists()


def test_a_draft_is_edited_and_what_was_sent_is_not(laid: World) -> None:
    client = signed_in(laid.people["coordinator"])
    draft = agreement(laid.people, "police", "ministry")
    assert client.post(at("edit", draft.pk), terms(laid, "police", "ministry")).status_code == 302
    assert found(draft.pk).name == TERMS["name"]
    gone = agreement(laid.people, "police", "ministry", status=Status.SENT)
    client.post(at("edit", gone.pk), terms(laid, "police", "ministry"))
    with owner_rights():
        [item] = gone.items.all()
    for page in (at("item-edit", gone.pk, item.pk), at("item-remove", gone.pk, item.pk)):
        assert client.post(page, {"name": "x", "form": "figures", "format": "csv"}).status_code == 302
    with owner_rights():
        assert Item.objects.filter(agreement=gone, name="Inspections").exists()
    assert found(gone.pk).name == gone.name
    people = {"provider_address": "link@police.example", "receiver_address": ""}
    assert client.post(at("responsible", gone.pk), people).status_code == 302
    assert found(gone.pk).provider_person == laid.people["link"]


def test_an_item_of_another_agreement_is_not_reached_through_ones_own(laid: World) -> None:
    mine = agreement(laid.people, "police", "ministry")
    other = agreement(laid.people, "foreign", "agency")
    with owner_rights():
        [item] = other.items.all()
    client = signed_in(laid.people["coordinator"])
    assert client.post(at("item-remove", mine.pk, item.pk)).status_code == 404
    with owner_rights():
        assert Item.objects.filter(pk=item.pk).exists()


def test_a_renewal_is_a_draft_with_the_same_items_that_names_the_former(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.IN_FORCE, until=dt.date(2026, 4, 1))
    client = signed_in(laid.people["coordinator"])
    assert 'value="2026-04-02"' in client.get(at("renew", made.pk)).content.decode()
    answer = client.post(at("renew", made.pk), {"since": "2026-04-02", "until": "2028-04-01"})
    assert answer.status_code == 302
    with owner_rights():
        renewal = made.renewals.get()
        assert (renewal.status, renewal.provider, renewal.since) == (
            Status.DRAFT, made.provider, dt.date(2026, 4, 2),
        )  # fmt: skip
        assert [item.name for item in renewal.items.all()] == [item.name for item in made.items.all()]
    client.post(at("renew", made.pk), {"since": "2026-04-02"})
    with owner_rights():
        assert made.renewals.count() == 1


def test_a_signed_document_comes_back_as_it_was_kept_and_its_reading_is_logged(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.IN_FORCE)
    kept = document(made)
    answer = signed_in(laid.people["link"]).get(at("document", kept.public_id))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert hashlib.sha256(answer.content).hexdigest() == kept.sha256
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute("SELECT person, object_type, object_id FROM witness_entry WHERE kind = 'read'")
        assert cursor.fetchall() == [(laid.people["link"].pk, "agreements_document", str(kept.pk))]
        cursor.execute("SELECT bytes FROM agreements_documentcontent")
        assert b"%PDF" not in bytes(cursor.fetchone()[0])


def test_who_may_see_agreements_but_no_documents_is_refused(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.IN_FORCE)
    client = signed_in(laid.people["statistician"])
    page = client.get(at("detail", made.pk)).content.decode()
    assert document(made).name in page
    assert str(document(made).public_id) not in page
    assert client.get(at("document", document(made).public_id)).status_code == 403


def test_a_document_that_was_changed_or_swapped_in_the_database_is_not_given_out(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.IN_FORCE)
    other = agreement(laid.people, "town", "police", status=Status.IN_FORCE)
    with owner_rights(), connection.cursor() as cursor:
        [kept, swapped] = Document.objects.select_related("agreement").order_by("pk")
        assert [kept.agreement, swapped.agreement] == [made, other]
        cursor.execute(
            "UPDATE agreements_documentcontent SET bytes = (SELECT bytes FROM agreements_documentcontent"
            " WHERE document_id = %s) WHERE document_id = %s",
            [swapped.pk, kept.pk],
        )
        Document.objects.filter(pk=swapped.pk).update(sha256="0" * 64)
        swapped.sha256 = "0" * 64
    with acting(laid.people["link"]):
        with pytest.raises(TamperedValueError):
            read_document(kept, by=laid.people["link"])
        with pytest.raises(DamagedDocumentError):
            read_document(swapped, by=laid.people["link"])


@pytest.mark.parametrize("name", ["evil.pdf", "page.html"])
def test_a_file_that_is_no_document_is_refused_with_its_reason(laid: World, name: str) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.SENT)
    answer = signed_in(laid.people["coordinator"]).post(
        at("document-new", made.pk), {"file": sent(b"<script>alert(1)</script>", name)}
    )
    assert answer.status_code == 422
    with owner_rights():
        assert not Document.objects.exists()


def test_versions_follow_each_other(laid: World) -> None:
    made = agreement(laid.people, "police", "ministry", status=Status.IN_FORCE)
    client = signed_in(laid.people["coordinator"])
    client.post(at("document-new", made.pk), {"file": signed("second.pdf")})
    with owner_rights():
        assert list(made.documents.order_by("version").values_list("version", "name")) == [
            (1, "signed.pdf"), (2, "second.pdf"),
        ]  # fmt: skip


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(at("list"), query).content.decode()
    return re.findall(r'<th scope="row">\s*<a href="[^"]*">([^<]*)</a>', page)


def test_filters_live_in_the_address(laid: World) -> None:
    people = laid.people
    agreement(
        people, "police", "ministry", name="Ñandú", status=Status.IN_FORCE, until=TODAY + dt.timedelta(9)
    )
    agreement(people, "town", "ministry", name="Niños", reference="X-9")
    agreement(people, "police", "town", name="Nube", status=Status.IN_FORCE, until=TODAY - dt.timedelta(1))
    client = signed_in(people["coordinator"])
    assert listed(client) == ["Niños", "Nube", "Ñandú"]
    assert listed(client, status="expiring") == ["Ñandú"]
    assert listed(client, status="expired") == ["Nube"]
    assert listed(client, kind="child_protection") == ["Niños", "Nube"]
    assert listed(client, institution=str(people.institutions["police"].pk)) == ["Nube", "Ñandú"]
    assert listed(client, q="ninos") == ["Niños"]
    assert listed(client, q="x-9") == ["Niños"]
    assert listed(client, q="nothing", status="draft") == []
    assert listed(client, sort="-name") == ["Ñandú", "Nube", "Niños"]
    assert listed(client, sort="until") == ["Nube", "Ñandú", "Niños"]  # what has no end ends last
    assert listed(client, sort="-until") == ["Niños", "Ñandú", "Nube"]
    assert listed(client, sort="receiver")[-1] == "Nube"
    for odd in (
        {"status": "x"},
        {"institution": "٣"},
        {"after": "9" * 30},
        {"q": "\0"},
        {"kind": "'"},
        {"sort": "-"},
    ):
        assert client.get(at("list"), odd).status_code == 200, odd


def test_pages_follow_each_other_without_gap_or_repetition_and_in_constant_queries(
    laid: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(2 * PAGE + 3):
        agreement(laid.people, "police", "ministry", name=f"Same {number % 7}")
    client = signed_in(laid.people["coordinator"])
    address, seen, pages = at("list"), [], []
    while address:
        with django_assert_max_num_queries(30):
            page = client.get(address).content.decode()
        pages.append(address)
        seen += re.findall(r'<th scope="row">\s*<a href="/es/agreements/(\d+)/">', page)
        following = re.search(r'href="([^"]*)"\s+rel="next"', page)
        address = at("list") + following.group(1).replace("&amp;", "&") if following else ""
    with owner_rights():
        expected = list(Agreement.objects.order_by("sort_key_es", "pk").values_list("pk", flat=True))
    assert [int(key) for key in seen] == expected
    assert len(pages) == 3
    back = re.search(r'href="([^"]*)"\s+rel="prev"', page)
    assert back
    earlier = client.get(at("list") + back.group(1).replace("&amp;", "&")).content.decode()
    assert re.findall(r'<a href="/es/agreements/(\d+)/">', earlier) == [
        str(k) for k in expected[PAGE : 2 * PAGE]
    ]
