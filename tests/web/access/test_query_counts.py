"""What a page asks of the database does not grow with what is in it: every route, read by whoever it opens to.

The routes come from the site's own table of them, so that none can be left out.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from almenara.accounts.access import Door
from almenara.config.access import ROUTES
from tests.support.acting import signed_in
from tests.support.everything import OBJECTS, Arguments, Everything, everything
from tests.support.more import lay_more

pytestmark = pytest.mark.django_db
READERS = ("administrator", "coordinator", "auditor", "case_worker", "editor")
FEW, MANY = range(2), range(2, 6)
SIGNED_IN = sorted(name for name, access in ROUTES.items() if access.door in (Door.PERMITTED, Door.SIGNED_IN))
# What answers by POST alone, what a draft leads away from, and a file that no job has written here.
NOT_READ = ["accounts:invite-again", "agreements:document-new", "agreements:renew", "audit:download"]
WITHOUT: dict[str, Arguments] = {"": lambda made, reader: {}}
OK = 200
Key = tuple[str, str, str]  # route, place of the object, reader


def asked(client: Client, address: str) -> int | None:
    """How many queries the page takes when what a process asks once was asked before; None if it does not open."""
    with transaction.atomic():
        queries = None
        if client.get(address).status_code == OK:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            queries = len(captured)
        transaction.set_rollback(True)
    return queries


def counts(made: Everything, clients: dict[str, Client]) -> dict[Key, int]:
    """Of every route for each reader the first object that opens."""
    found: dict[Key, int] = {}
    for route, (name, client) in itertools.product(SIGNED_IN, clients.items()):
        for place, arguments in OBJECTS.get(route, WITHOUT).items():
            queries = asked(client, reverse(route, kwargs=arguments(made, made.person(name))))
            if queries is not None:
                found[route, place, name] = queries
                break
    return found


def test_every_page_asks_as_much_of_the_database_for_many_as_for_few(settings: Any) -> None:
    settings.PACE = 0
    made = everything()
    lay_more(made, FEW)
    clients = {name: signed_in(made.person(name)) for name in READERS}
    few = counts(made, clients)
    lay_more(made, MANY)
    many = counts(made, clients)
    assert {key: (few[key], many.get(key)) for key in few if few[key] != many.get(key)} == {}
    assert sorted(set(SIGNED_IN) - {route for route, *_ in few}) == NOT_READ
