"""`almenara places` as an operator meets it: real processes, a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.site import Site, migrated_site
from tests.web.places.test_bad_input import CASES, Case, laid

PLACES = "code,name,level,parent\n01,Uno,department,\nA,Alba,municipality,01\nB,Boca,municipality,01\n"
SPLIT = (
    "change,kind,day,predecessor,successor,weight\nx,split,2001-01-01,A,A,0.5\nx,split,2001-01-01,A,B,0.5\n"
)


@pytest.fixture(scope="module")
def site(migrated_folder: Path) -> Iterator[Site]:
    with migrated_site("almenara-places-", migrated_folder) as made:
        yield made


def test_the_region_is_laid_and_laid_again(site: Site) -> None:
    first, second = site.run("places", "region"), site.run("places", "region")
    assert first.stdout == "33 countries, 33 of them new, 33 outlines drawn.\n"
    assert second.stdout == "33 countries, 0 of them new, 33 outlines drawn.\n"


def test_tables_are_taken_together_or_not_at_all(site: Site, tmp_path: Path) -> None:
    places, changes = tmp_path / "places.csv", tmp_path / "changes.csv"
    places.write_text(PLACES)
    changes.write_text(SPLIT.replace("B,0.5", "B,0.4"))
    tables = ("places", "tables", "--country", "EXA", "--country-name", "Ejemplo")
    both = (*tables, "--territories", str(places), "--changes", str(changes))
    refused = site.run(*both)
    assert refused.returncode == 2
    assert "A in x: shares of 0.9 in all" in refused.stderr
    alone = site.run(*tables, "--changes", str(changes))
    assert "Territories are unknown. (A, B)" in alone.stderr
    changes.write_text(SPLIT)
    assert site.run(*both).stdout == "territories: 4\nchanges: 1\n"


def test_what_is_wrong_with_an_import_is_told_one_after_the_other_until_what_is_advised_was_done(
    site: Site, tmp_path: Path
) -> None:
    sliver, encodings = CASES["a sliver between two"], CASES["two encodings in one file, beside polygons"]
    polygons, tables = laid(Case((), sliver.polygons, tables=encodings.tables), tmp_path)
    asked = ["places", "import", str(polygons), "--country", "QQ", "--country-name", "Tierra",
             "--table", str(tables["table"])]  # fmt: skip
    for case, advised in ((encodings, ["--encoding", "mixed"]), (sliver, ["--repair"])):
        refused = site.run(*asked)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "Traceback" not in refused.stderr
        for said in (*case.wanted, "→"):
            assert said in refused.stderr
        assert names(site) == set()
        asked += advised
    assert site.run(*asked).returncode == 0
    assert names(site) == {"Tierra", "Ñuble", "Peña"}


def names(site: Site) -> set[str]:
    with site.connection() as connection:
        found = connection.execute("SELECT name FROM places_territory WHERE country = 'QQ'").fetchall()
    return {str(name) for (name,) in found}
