"""How objects of the log are called: by their table, and by the name of the row where the reader may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models import Institution, User
from almenara.accounts.role_names import ROLE_NAMES
from almenara.audit.models import Entry
from almenara.audit.presenters.plain import plain

Key = tuple[str, str]  # table, key of the row


@dataclass(frozen=True)
class Called:
    """said: with {name}. model, name: where the name is read, by the key of the object; empty: the key is the name."""

    label: str | Promise
    said: str | Promise
    model: str = ""
    name: str = "name"


TABLES: dict[str, Called] = {
    "accounts_user": Called(_("accounts of people"), _("the account of {name}"), "accounts.User"),
    "accounts_personalfile": Called(_("personal files"), _("the personal file of {name}"), "accounts.User"),
    "accounts_institution": Called(_("institutions"), _("the institution {name}"), "accounts.Institution"),
    "accounts_office": Called(_("offices"), _("the office {name}"), "accounts.Office"),
    "accounts_focalpoint": Called(
        _("focal points"), _("the focal point {name}"), "accounts.FocalPoint", "person__name"
    ),
    "accounts_role": Called(_("roles"), _("the role {name}")),
    "accounts_grant": Called(_("grants"), _("a grant of {name}"), "accounts.Grant", "person__name"),
    "accounts_brokenglass": Called(
        _("emergency accesses"), _("the emergency access of {name}"), "accounts.BrokenGlass", "person__name"
    ),
    "accounts_invitation": Called(
        _("invitations"), _("the invitation of {name}"), "accounts.Invitation", "person__name"
    ),
    "accounts_serviceaccount": Called(
        _("systems' accounts"), _("the system {name}"), "accounts.ServiceAccount"
    ),
    "accounts_servicekey": Called(
        _("systems' keys"), _("the system's key {name}"), "accounts.ServiceKey", "prefix"
    ),
    "accounts_grantreview": Called(
        _("reviews of grants"), _("the review of grants of {name}"), "accounts.GrantReview", "institution__name"
    ),
    "accounts_reviewedgrant": Called(
        _("decisions of reviews"), _("the decision about a grant of {name}"), "accounts.ReviewedGrant",
        "grant__person__name",
    ),
    "agreements_agreement": Called(_("agreements"), _("the agreement {name}"), "agreements.Agreement"),
    "agreements_item": Called(_("items of agreements"), _("the item {name}"), "agreements.Item"),
    "agreements_transition": Called(
        _("steps of agreements"), _("a step of the agreement {name}"), "agreements.Transition", "agreement__name"
    ),
    "agreements_reminder": Called(
        _("reminders"), _("a reminder of the agreement {name}"), "agreements.Reminder", "agreement__name"
    ),
    "agreements_document": Called(_("signed documents"), _("the document {name}"), "agreements.Document"),
    "agreements_concept": Called(_("harmonised concepts"), _("the concept {name}")),
    "agreements_system": Called(_("information systems"), _("the information system {name}"), "agreements.System"),
    "agreements_match": Called(
        _("comparisons of definitions"), _("a comparison of the system {name}"), "agreements.Match", "system__name"
    ),
    "agreements_feed": Called(
        _("flows of data"), _("a flow of data of the system {name}"), "agreements.Feed", "system__name"
    ),
    "content_entry": Called(_("pages and terms for the public"), _("the public text {name}"), "content.Entry", "slug"),
    "content_text": Called(
        _("public texts and their translations"), _("a field of the public text {name}"), "content.Text",
        "entry__slug",
    ),
    "places_tier": Called(_("levels of a country"), _("the level {name}"), "places.Tier", "code"),
    "places_country": Called(_("countries of the region"), _("the country {name}"), "places.Country", "alpha3"),
    "places_territorycode": Called(
        _("codes of territories"), _("a code of the territory {name}"), "places.TerritoryCode", "territory__name"
    ),
    "places_territoryname": Called(
        _("other names of territories"), _("another name of the territory {name}"), "places.TerritoryName",
        "territory__name",
    ),
    "places_change": Called(_("changes of territories"), _("the change {name}"), "places.Change", "label"),
    "places_changelink": Called(
        _("successions of territories"), _("a succession of the territory {name}"), "places.ChangeLink",
        "predecessor__name",
    ),
    "privacy_legalhold": Called(_("legal holds"), _("the legal hold {name}")),
    "privacy_deletion": Called(_("proofs of deletion"), _("the proof of deletion {name}")),
    "privacy_export": Called(_("exports"), _("the export {name}")),
    "risk_release": Called(_("releases of the risk model"), _("the release {name}"), "risk.Release", "release_id"),
    "witness_entry": Called(_("the log"), _("the log")),
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What the rows that a page of entries speaks of are called, to whoever reads."""

    people: dict[int, str]
    institutions: dict[int, str]
    systems: dict[int, str]
    objects: dict[Key, str]

    def what(self, entry: Entry) -> str:
        """The object as it stands in a sentence."""
        if entry.object_type == User._meta.db_table and entry.object_id == str(entry.person):
            return str(_("their own account"))
        called = TABLES.get(entry.object_type)
        name = plain(self.objects.get((entry.object_type, entry.object_id)) or _numbered(entry.object_id))
        if called:
            return str(called.said).format(name=name)
        if entry.object_type:
            return f"{entry.object_type} {name}"
        return plain(str(entry.detail.get("path") or _("the site")))

    def who(self, entry: Entry) -> str:
        if entry.person is not None:
            return plain(self.people.get(entry.person) or str(_("Person {key}")).format(key=entry.person))
        if entry.service is not None:
            name = self.systems.get(entry.service) or entry.service
            return plain(str(_("The system {name}")).format(name=name))
        if entry.origin:
            return str(_("Somebody not signed in"))
        return str(_("The operator or the platform itself"))


def _numbered(key: str) -> str:
    return str(_("no. {key}")).format(key=key) if key else str(_("unknown"))


def names(entries: Iterable[Entry]) -> Names:
    """One query for people, one for institutions, one for systems and one a type of object among the entries."""
    entries = list(entries)
    return Names(
        people=dict(
            User.objects.filter(pk__in=_set(entry.person for entry in entries)).values_list("pk", "name")
        ),
        institutions=dict(
            Institution.objects.filter(pk__in=_set(entry.institution for entry in entries)).values_list(
                "pk", "name"
            )
        ),
        systems=_systems(_set(entry.service for entry in entries)),
        objects=_objects(entries),
    )


def _set(keys: Iterable[int | None]) -> set[int]:
    return {key for key in keys if key is not None}


def _systems(keys: set[int]) -> dict[int, str]:
    if not keys:
        return {}
    found = apps.get_model("accounts.ServiceKey")._default_manager.filter(pk__in=keys)
    return dict(found.values_list("pk", "account__name"))


def _objects(entries: Iterable[Entry]) -> dict[Key, str]:
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.object_id:
            wanted[entry.object_type].add(entry.object_id)
    return {(table, key): name for table, keys in wanted.items() for key, name in _named(table, keys).items()}


def _named(table: str, keys: set[str]) -> dict[str, str]:
    called = TABLES.get(table)
    if table == "accounts_role":
        return {key: str(ROLE_NAMES.get(key, key)) for key in keys}
    if called is None or not called.model:
        return dict(zip(keys, keys, strict=True))
    manager = apps.get_model(called.model)._default_manager
    try:
        found = manager.filter(pk__in=keys).values_list("pk", called.name)
        return {str(key): str(name) for key, name in found}
    except (ValueError, ValidationError):  # a key that is none of this table's
        return {}
