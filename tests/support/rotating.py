"""A process that rotates the keys of trial people, to be killed: `python -m tests.support.rotating rotate 5`.

It prints a line after each batch. The key ring and the site come from the environment.
"""

from __future__ import annotations

import os
import sys

import django


def main(what: str, number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "almenara.config.settings")
    django.setup()
    from almenara.config.database.base import as_owner
    from almenara.privacy.rotation import rotate, waiting
    from tests.support import people

    with as_owner():
        if what == "fill":
            people.create_tables()
            people.Person.objects.bulk_create(
                people.Person(name=f"Name {i}", document=f"D{i}", note=f"note {i}") for i in range(number)
            )
        if what == "rotate":
            rotate(batch=number, registry=people.registry, progress=lambda rows: print(rows, flush=True))
        if what == "check":
            for person in people.Person.objects.order_by("pk"):
                number = int(person.name.split()[1])
                assert (person.document, person.note) == (f"D{number}", f"note {number}")
                assert people.Person.objects.get(document_index=f"d-{number}") == person
            print(people.Person.objects.count(), waiting(people.registry))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
