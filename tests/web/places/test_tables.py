"""`almenara places tables`: levels, codes, names and changes, from files to rows, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from almenara.common.errors import RefusedError
from almenara.places import queries
from almenara.places.carrying import Link, carry_counts
from almenara.places.importing_tables import Tables, import_tables
from almenara.places.models import (
    Change,
    ChangeLink,
    Population,
    Territory,
    TerritoryCode,
    TerritoryName,
    Tier,
)

pytestmark = pytest.mark.django_db

PLACES = """code,name,level,parent
01,Ñuble,department,
A,Alba,municipality,01
B,Boca,municipality,01
C,Cima,municipality,01
D,Duna,municipality,01
"""
CHANGES = """change,kind,day,predecessor,successor,weight,population,predecessor_population
Law 1,split,2001-05-04,A,A,,750,1000
Law 1,split,2001-05-04,A,B,,250,1000
Law 2,merger,2010-01-01,C,D,1,,
Law 2,merger,2010-01-01,D,D,1,,
"""
EVERY: tuple[type[models.Model], ...] = (
    Territory, Tier, TerritoryCode, TerritoryName, Change, ChangeLink, Population,
)  # fmt: skip


def asked(folder: Path, encoding: str = "", **tables: str) -> Tables:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_bytes(text.encode())
    return Tables("ZZ", "Isla", encoding=encoding, **{name: folder / f"{name}.csv" for name in tables})  # type: ignore[arg-type]


def refusal(request: Tables) -> str:
    before = [list(model._default_manager.values()) for model in EVERY]
    with pytest.raises(RefusedError) as refused:
        import_tables(request)
    assert [list(model._default_manager.values()) for model in EVERY] == before
    return str(refused.value)


def test_a_split_and_a_merger_give_links_weights_and_days(tmp_path: Path) -> None:
    assert import_tables(asked(tmp_path, territories=PLACES, changes=CHANGES)) == {
        "territories": 6,
        "changes": 2,
    }
    assert queries.changes("ZZ") == [
        [Link("A", "A", 0.75), Link("A", "B", 0.25)],
        [Link("C", "D", 1.0), Link("D", "D", 1.0)],
    ]
    days = {place.code: (place.valid_from, place.valid_to) for place in Territory.objects.all()}
    assert days["B"] == (date(2001, 5, 4), None)
    assert days["C"] == (None, date(2010, 1, 1))
    assert days["A"] == days["D"] == (None, None)
    later = Territory.objects.filter(queries.existing(date(2010, 1, 1)), level="municipality")
    assert {place.code for place in later} == {"A", "B", "D"}
    before = Territory.objects.filter(queries.existing(date(2001, 5, 3)), level="municipality")
    assert {place.code for place in before} == {"A", "C", "D"}


def test_a_series_is_carried_over_the_changes_since_its_year(tmp_path: Path) -> None:
    import_tables(asked(tmp_path, territories=PLACES, changes=CHANGES))
    series = {"A": 400.0, "C": 30.0, "D": 70.0}
    since = queries.changes("ZZ", after=date(2000, 12, 31), until=date(2009, 12, 31))
    assert carry_counts(series, since) == {"A": 300.0, "B": 100.0, "C": 30.0, "D": 70.0}
    assert carry_counts(series, queries.changes("ZZ")) == {"A": 300.0, "B": 100.0, "D": 100.0}
    assert queries.changes("ZZ", after=date(2010, 1, 1)) == []


def test_what_became_of_a_territory_and_what_it_came_of(tmp_path: Path) -> None:
    import_tables(asked(tmp_path, territories=PLACES, changes=CHANGES))
    whole, part = Territory.objects.get(code="A"), Territory.objects.get(code="B")
    [links] = queries.history(whole)
    assert [(link.successor.code, link.weight, link.population) for link in links] == [
        ("A", 0.75, 750.0),
        ("B", 0.25, 250.0),
    ]
    assert queries.history(part) == [links]
    assert {(link.predecessor, link.change.label, link.change.day) for link in links} == {
        (whole, "Law 1", date(2001, 5, 4))
    }


def test_other_names_come_by_kind_and_then_in_the_reader_s_alphabet(tmp_path: Path) -> None:
    names = "".join(f"A,{name},alternate\n" for name in ("Zeta", "Ábaco", "beta")) + "A,Ala,former\n"
    import_tables(asked(tmp_path, territories=PLACES, names="code,name,kind\n" + names))
    found = queries.other_names(Territory.objects.get(code="A"))
    assert [other.name for other in found] == ["Ábaco", "beta", "Zeta", "Ala"]


def test_a_change_given_again_is_replaced_with_the_days_it_gave(tmp_path: Path) -> None:
    import_tables(asked(tmp_path, territories=PLACES, changes=CHANGES))
    import_tables(asked(tmp_path, changes=CHANGES.replace("2001-05-04", "2002-06-07")))
    assert Territory.objects.get(code="B").valid_from == date(2002, 6, 7)
    assert (Change.objects.count(), ChangeLink.objects.count()) == (2, 4)


def test_days_given_by_changes_outlive_a_table_that_is_silent_about_them(tmp_path: Path) -> None:
    import_tables(asked(tmp_path, territories=PLACES, changes=CHANGES))
    import_tables(asked(tmp_path, territories=PLACES))
    assert Territory.objects.get(code="C").valid_to == date(2010, 1, 1)


def line(*cells: Any) -> str:
    return CHANGES.splitlines()[0] + "\n" + "\n".join(map(str, cells)) + "\n"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (CHANGES.replace("A,B,,250", "A,B,,200"), ["do not add up to the whole within 0.50%",
         "A in Law 1: 950 people in its parts, 1,000 in the whole", "--tolerance"]),
        (line("x,split,2001-01-01,A,A,0.7,,", "x,split,2001-01-01,A,B,0.2,,"), ["A in x: shares of 0.9 in all"]),
        (line("x,split,2001-01-01,A,A,0.9,10,", "x,split,2001-01-01,A,B,0.1,10,"),
         ["a share of 0.9 to A, and 0.5 by the people"]),
        (line("x,split,2001-01-01,A,A,,,", "x,split,2001-01-01,A,B,,,"),
         ["not said which share of the people went where", "(A in x)"]),
        (line("x,split,2001-01-01,A,A,,0,", "x,split,2001-01-01,A,B,,0,"), ["not said which share"]),
        (line("x,split,2001-01-01,A,A,70,,", "x,split,2001-01-01,A,B,30,,"), ["0.25, not 25"]),
        (line("x,split,2001-01-01,A,A,,9,20", "x,split,2001-01-01,A,B,,9,18"), ["several populations, 18, 20"]),
        (line("x,split,2001-01-01,A,Z,0.5,,", "x,split,2001-01-01,A,Y,0.5,,"), ["unknown", "(Y, Z)", "valid_to"]),
        (line("x,split,2001-01-01,A,B,1,,"), ["have not the links of their kind", "x: split"]),
        (line("x,merger,2001-01-01,A,B,1,,"), ["x: merger"]),
        (line("x,transfer,2001-01-01,A,A,0.5,,", "x,transfer,2001-01-01,A,B,0.5,,"), ["x: transfer"]),
        (line("x,annexation,2001-01-01,A,B,1,,"), ["(annexation)"]),
        (line("x,rename,,A,B,1,,"), ["'' is not a date", "line 2"]),
        (line("x,rename,4/5/2001,A,B,1,,"), ["'4/5/2001' is not a date"]),
        (line("x,rename,2001-01-01,A,,1,,"), ["lack a predecessor or a successor"]),
        (line("x,rename,2001-01-01,A,01,1,,"), ["of different levels", "A → 01"]),
        (line("x,split,2001-01-01,A,A,0.5,,", "x,split,2002-01-01,A,B,0.5,,"), ["different kinds or days"]),
        (line("x,rename,2001-01-01,A,B,1,,", "x,rename,2001-01-01,A,B,1,,"), ["together twice"]),
        (line("x,rename,2001-01-01,A,B,1,,", "y,rename,2001-01-01,C,B,1,,"), ["several changes of one day", "x, y"]),
        (line("x,rename,2001-01-01,A,B,1,,", "y,rename,2003-01-01,C,B,1,,"), ["begin on several days", "(B)"]),
        (line("x,rename,2001-01-01,A,B,1,,", "y,rename,2003-01-01,A,C,1,,"), ["end on several days", "(A)"]),
        (line("x,rename,2003-01-01,A,B,1,,", "y,rename,2001-01-01,B,C,1,,"), ["when they do not exist", "B on 2001"]),
        (line(f"{'x' * 81},rename,2001-01-01,A,B,1,,"), ["longer than 80"]),
    ],
)  # fmt: skip
def test_faulty_changes_are_refused_with_the_list_and_leave_nothing_half_done(
    tmp_path: Path, table: str, said: list[str]
) -> None:
    import_tables(asked(tmp_path, territories=PLACES))
    text = refusal(asked(tmp_path, territories=PLACES + "E,Eco,municipality,01\n", changes=table))
    for words in said:
        assert words in text


def test_a_difference_within_the_tolerance_is_taken_and_the_weights_made_whole(tmp_path: Path) -> None:
    table = line("x,split,2001-01-01,A,A,0.62,,", "x,split,2001-01-01,A,B,0.379,,")
    import_tables(asked(tmp_path, territories=PLACES, changes=table))
    weights = ChangeLink.objects.values_list("weight", flat=True)
    assert sum(weights) == pytest.approx(1, abs=1e-12)
    strict = replace(asked(tmp_path, changes=table.replace("x,", "z,")), tolerance=0.0001)
    assert "shares of 0.999 in all" in refusal(strict)


CODES = """code,scheme,other,valid_from,valid_to
A,ibge6,110001,,
A,ibge7,1100015,,
B,own,77,,2005-01-01
C,own,77,2005-01-01,
"""


def test_codes_of_other_schemes_and_former_ones_find_their_territory(tmp_path: Path) -> None:
    import_tables(asked(tmp_path, territories=PLACES, codes=CODES))
    import_tables(asked(tmp_path, codes=CODES))
    assert TerritoryCode.objects.count() == 4
    found = {
        day: queries.by_code("ZZ", "own", "77", day) for day in (date(2004, 12, 31), date(2005, 1, 1), None)
    }
    assert [place.code if place else "" for place in found.values()] == ["B", "C", "C"]
    assert queries.by_code("ZZ", "ibge7", "110001") is None
    assert [place.code for place in queries.search("1100015", "es")] == ["A"]
    assert {place.code for place in queries.search("77", "es")} == {"B", "C"}


LONG = "Municipality of the Very Long Name by the Lighthouse, the Two Rivers and the Old Salt Road"
NAMES = f"""code,name,kind,language,valid_from,valid_to
A,Qusqu,alternate,quz,,
A,Villa de las Ánimas,former,es,,2001-05-04
A,VDA,abbreviation,,,
B,{LONG},alternate,en,,
"""


def test_other_names_are_found_by_search_and_said(tmp_path: Path) -> None:
    import_tables(asked(tmp_path, territories=PLACES, names=NAMES.replace(LONG, f'"{LONG}"')))
    for typed in ("qusqu", "animas villa", "vda", "QUS"):
        found = queries.search(typed, "es")
        assert [place.code for place in found] == ["A"], typed
    [place] = queries.search("animas", "es")
    assert queries.found_as("animas", [place])[place.pk].name == "Villa de las Ánimas"
    assert queries.found_as("alba", queries.search("alba", "es")) == {}
    assert len(LONG) == 90
    [named] = queries.search("old salt road", "es")
    assert queries.found_as("old salt", [named])[named.pk].name == LONG


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"codes": "code,scheme,other\nA,own,1\nB,own,1\n"}, ["at the same time", "own 1: A and B"]),
        ({"codes": "code,scheme,other\nA,,1\n"}, ["schemes are empty", "(A)"]),
        ({"codes": "code,scheme,other\nZ,own,1\n"}, ["unknown", "(Z)"]),
        ({"codes": "code,scheme,other,valid_from,valid_to\nA,own,1,2001-01-01,2001-01-01\n"}, ["on the same day"]),
        ({"names": "code,name,kind\nA,Otra,nickname\n"}, ["former, alternate and abbreviation", "(nickname)"]),
        ({"names": "code,name,kind\nA,,former\n"}, ["Names are empty"]),
        ({"names": f"code,name,kind\nA,{'x' * 201},former\n"}, ["longer than 200"]),
        ({"names": "code,name,kind,language\nA,x,former,lengua quechua\n"}, ["BCP 47", "(lengua quechua)"]),
        ({"names": "code,name,kind\nA,MoteÃ±o,former\n"}, ["encoded twice", "MoteÃ±o → Moteño"]),
        ({"names": "code,name\nA,x\n"}, ["Columns are missing", "(kind)"]),
        ({"names": "code,name,kind\nA,Santa Ana, la Vieja,former\n"}, ["more cells", "(line 2)", "quotation marks"]),
        ({"population": "code,year,age_from,age_to,sex,count\nA,2020,5,9,varón,3\n"}, ["female and male", "varón"]),
        ({}, ["No table was given", "--levels"]),
    ],
)  # fmt: skip
def test_other_faulty_tables_are_refused(tmp_path: Path, tables: dict[str, str], said: list[str]) -> None:
    import_tables(asked(tmp_path, territories=PLACES))
    text = refusal(asked(tmp_path, **tables))
    for words in said:
        assert words in text


def test_a_code_that_another_has_already_is_refused_too(tmp_path: Path) -> None:
    import_tables(asked(tmp_path, territories=PLACES, codes=CODES))
    text = refusal(asked(tmp_path, codes="code,scheme,other\nD,ibge7,1100015\n"))
    assert "ibge7 1100015: A and D" in text


MIXED = PLACES.encode() + "E,Peña,municipality,01\n".encode("latin-1")


@pytest.mark.parametrize(
    ("raw", "encoding", "names"),
    [
        (PLACES.encode("utf-16"), "", {"Ñuble"}),
        (PLACES.encode("utf-8-sig"), "", {"Ñuble"}),
        (PLACES.encode("windows-1252"), "windows-1252", {"Ñuble"}),
        (MIXED, "mixed", {"Ñuble", "Peña"}),
    ],
)
def test_tables_are_read_in_the_encoding_they_are_in(
    tmp_path: Path, raw: bytes, encoding: str, names: set[str]
) -> None:
    (tmp_path / "t.csv").write_bytes(raw)
    import_tables(Tables("ZZ", "Isla", territories=tmp_path / "t.csv", encoding=encoding))
    assert names <= set(Territory.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("raw", "encoding", "said"),
    [
        (MIXED, "", ["Some lines are encoded in UTF-8, and others are not", "(line 7)", "--encoding mixed"]),
        (PLACES.encode("latin-1"), "", ["not encoded in UTF-8", "(line 2)", "--encoding windows-1252"]),
        (PLACES.encode("latin-1"), "morse", ["'morse' is no encoding"]),
        (MIXED, "ascii", ["not encoded in ascii"]),
        (MIXED, "windows-1252", ["encoded twice", "→ Ñuble"]),
        (PLACES.encode().replace("Ñ".encode(), "\ufffd".encode()), "", ["lost letters", "01: \ufffduble"]),
    ],
)
def test_what_is_in_a_wrong_encoding_is_refused_with_its_lines(
    tmp_path: Path, raw: bytes, encoding: str, said: list[str]
) -> None:
    (tmp_path / "t.csv").write_bytes(raw)
    text = refusal(Tables("ZZ", "Isla", territories=tmp_path / "t.csv", encoding=encoding))
    for words in said:
        assert words in text


GUIDE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "keep-territories.md"


def test_the_tables_of_the_guide_are_taken_as_they_stand(tmp_path: Path) -> None:
    shown = dict(
        re.findall(r"```csv (\w+)\.csv\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    )
    done = import_tables(asked(tmp_path, **shown))
    assert done == {
        "levels": 4, "territories": 7, "codes": 2, "names": 3, "changes": 2, "population counts": 4,
    }  # fmt: skip
    assert queries.changes("ZZ")[0] == [Link("080101", "080101", 0.75), Link("080101", "080102", 0.25)]
    assert [place.code for place in queries.search("hatun", "es")] == ["080101"]
