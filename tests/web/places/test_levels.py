"""Levels of a country's own: between, above and below the three classes, or fewer than these."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from shapely.geometry import box

from almenara.common.errors import RefusedError
from almenara.places import queries
from almenara.places.actions import save_territories
from almenara.places.importing_tables import Tables, import_tables
from almenara.places.models import FURTHER, Level, Territory, Tier
from almenara.places.records import TerritoryRecord
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db

HEAD = "rank,code,level,name_es,name_pt,name_en,name_fr,plural_es,plural_pt,plural_en,plural_fr\n"


def level(rank: int, code: str, of: str, name: str, plural: str) -> str:
    names = ",".join(f"{name} {language}" for language in ("es", "pt", "en", "fr"))
    plurals = ",".join(f"{plural} {language}" for language in ("es", "pt", "en", "fr"))
    return f"{rank},{code},{of},{names},{plurals}\n"


COUNTRY = level(0, "country", "country", "País", "Países")
ANDES = HEAD + COUNTRY + "".join(
    level(rank, *row)
    for rank, row in enumerate(
        [("region", "", "Macro", "Macros"), ("department", "department", "Depto", "Deptos"),
         ("province", "further", "Prov", "Provs"), ("district", "municipality", "Dist", "Dists"),
         ("hamlet", "further", "Caserío", "Caseríos")],
        start=1,
    )
)  # fmt: skip
ISLAND = HEAD + COUNTRY + level(1, "parish", "municipality", "Parroquia", "Parroquias")

PLACES = """code,name,level,parent
S,Sur,region,
08,Cusco,department,S
0801,Acomayo,province,08
080101,Acopia,district,0801
080102,Acos,municipality,0801
H1,Alto,hamlet,080101
"""


def lay(folder: Path, levels: str = "", territories: str = "") -> None:
    given = {name: text for name, text in (("levels", levels), ("territories", territories)) if text}
    for name, text in given.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    paths = {name: folder / f"{name}.csv" for name in given}
    import_tables(Tables("ZZ", "Isla", **paths))  # type: ignore[arg-type]


def place(code: str) -> Territory:
    return Territory.objects.select_related("tier", "parent", "listed_in").get(code=code)


def test_a_tree_of_six_levels_is_planted(tmp_path: Path) -> None:
    lay(tmp_path, ANDES, PLACES)
    assert [above.code for above in queries.ancestors(place("H1"))] == ["ZZ", "S", "08", "0801", "080101"]
    assert {p.code: p.level for p in Territory.objects.all()} == {
        "ZZ": Level.COUNTRY, "S": FURTHER, "08": Level.DEPARTMENT, "0801": FURTHER,
        "080101": Level.MUNICIPALITY, "080102": Level.MUNICIPALITY, "H1": FURTHER,
    }  # fmt: skip
    assert [tier.code for tier in queries.tiers("ZZ")] == [
        "country", "region", "department", "province", "district", "hamlet",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_levels_have_their_names_in_four_languages(tmp_path: Path, language: str) -> None:
    lay(tmp_path, ANDES, PLACES)
    with translation.override(language):
        assert queries.tier_name(place("080101")) == f"Dist {language}"
        assert place("0801").tier.plural() == f"Provs {language}"  # type: ignore[union-attr]


def test_territories_are_listed_in_their_department_whatever_stands_between(tmp_path: Path) -> None:
    lay(tmp_path, ANDES, PLACES)
    listed = {p.code: p.listed_in.code if p.listed_in else None for p in
              Territory.objects.select_related("listed_in")}  # fmt: skip
    assert listed == {
        "ZZ": None, "S": "ZZ", "08": "ZZ", "0801": "08", "080101": "08", "080102": "08", "H1": "080101",
    }  # fmt: skip


def test_the_list_follows_when_what_stands_between_moves(tmp_path: Path) -> None:
    lay(tmp_path, ANDES, PLACES + "09,Puno,department,S\n")
    lay(tmp_path, territories="code,parent\n0801,09\n")
    assert place("080101").listed_in == place("09")
    assert place("H1").listed_in == place("080101")
    with owner_rights():
        Territory.objects.filter(code="0801").update(parent=place("08"))
    assert place("080102").listed_in == place("08")


def test_without_levels_of_its_own_a_territory_is_listed_in_its_parent(tmp_path: Path) -> None:
    lay(tmp_path, territories="code,name,level,parent\n01,Uno,department,\n0101,Alba,,01\n02,Boca,,\n")
    assert place("0101").listed_in == place("01")
    assert place("02").listed_in == place("02").parent == place("ZZ")
    assert queries.tier_name(place("0101")) == ""


def test_a_country_without_departments_works(tmp_path: Path) -> None:
    lay(tmp_path, ISLAND, "code,name\nP1,Saint George\nP2,Saint John\n")
    assert place("P1").listed_in == place("ZZ")
    assert queries.tier_name(place("P1"), "en") == "Parroquia en"
    with pytest.raises(RefusedError, match=r"of a level that the country does not have\. \(D: department\)"):
        save_territories(country="ZZ", records=[TerritoryRecord("D", "x", "department", "ZZ")], by=None)


def test_territories_that_were_there_are_put_on_the_levels(tmp_path: Path) -> None:
    lay(tmp_path, territories="code,name,level,parent\n01,Uno,department,\n0101,Alba,,01\n")
    lay(tmp_path, ANDES)
    assert {p.code: p.tier.code for p in Territory.objects.select_related("tier") if p.tier} == {
        "ZZ": "country", "01": "department", "0101": "district",
    }  # fmt: skip


def test_a_release_that_knows_only_classes_leaves_the_levels_alone(tmp_path: Path) -> None:
    lay(tmp_path, ANDES, PLACES)
    record = TerritoryRecord("080101", "Acopia", Level.MUNICIPALITY, "0801")
    save_territories(country="ZZ", records=[record], by=None)
    assert queries.tier_name(place("080101"), "es") == "Dist es"


def test_what_stands_between_is_dissolved_from_what_is_below_it(tmp_path: Path) -> None:
    lay(tmp_path, ANDES, PLACES)
    shapes = {"080101": box(0, 0, 1, 1), "080102": box(1, 0, 2, 1)}
    records = [
        TerritoryRecord(code, code, Level.MUNICIPALITY, "0801", shape) for code, shape in shapes.items()
    ]
    above = [
        ("0801", FURTHER, "08", "province"),
        ("08", "department", "S", ""),
        ("S", FURTHER, "ZZ", "region"),
    ]
    records += [TerritoryRecord(code, code, of, parent, tier=tier) for code, of, parent, tier in above]
    save_territories(country="ZZ", records=records, by=None)
    for code in ("0801", "08", "S"):
        assert place(code).bounds == (0, 0, 2, 1), code


def test_levels_given_again_change_names_and_make_room(tmp_path: Path) -> None:
    lay(tmp_path, ISLAND, "code,name\nP1,Saint George\n")
    more = HEAD + COUNTRY + level(1, "zone", "further", "Zona", "Zonas")
    lay(tmp_path, more + level(2, "parish", "municipality", "Distrito", "Distritos"))
    assert [(tier.rank, tier.code) for tier in queries.tiers("ZZ")] == [
        (0, "country"), (1, "zone"), (2, "parish"),
    ]  # fmt: skip
    assert queries.tier_name(place("P1"), "es") == "Distrito es"
    lay(tmp_path, ISLAND)
    assert [(tier.rank, tier.code) for tier in queries.tiers("ZZ")] == [(0, "country"), (1, "parish")]


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (HEAD + COUNTRY, ["left out", "(parish)"]),
        (ISLAND.replace("parish,municipality", "parish,department"), ["change their class", "parish: municipality"]),
        (ISLAND.replace("1,parish", "2,parish"), ["Ranks do not count from 0", "(0, 2)"]),
        (ISLAND.replace("parish,municipality", "parish,village"), ["other words than country", "parish: village"]),
        (ISLAND.replace("0,country,country", "0,country,further"), ["The first level is not the country"]),
        (ISLAND + level(2, "ward", "municipality", "x", "y"), ["Levels of a class appear twice"]),
        (ISLAND + level(2, "ward", "department", "x", "y"), ["not in the order department, municipality"]),
        (ISLAND + level(2, "parish", "further", "x", "y"), ["Codes of levels appear twice"]),
        (ISLAND + level(2, "department", "further", "x", "y"), ["mean another class", "(department)"]),
        (ISLAND + level(2, "a b", "further", "x", "y"), ["(a b)"]),
        (ISLAND.replace("Parroquias fr", ""), ["Names of levels are missing", "(parish plural_fr)"]),
        (ISLAND.replace("Parroquia es", "x" * 90), ["longer than 80", "(parish name_es)"]),
        (ISLAND.replace(",name_es", ""), ["Columns are missing", "(name_es)"]),
    ],
)  # fmt: skip
def test_faulty_levels_are_refused_and_change_nothing(tmp_path: Path, levels: str, said: list[str]) -> None:
    lay(tmp_path, ISLAND, "code,name\nP1,Saint George\n")
    before = list(Tier.objects.values())
    with pytest.raises(RefusedError) as refused:
        lay(tmp_path, levels)
    for words in said:
        assert words in str(refused.value)
    assert list(Tier.objects.values()) == before


def test_levels_out_of_the_order_of_the_tree_are_refused(tmp_path: Path) -> None:
    lay(tmp_path, ANDES, PLACES)
    turned = (
        ANDES.replace("5,hamlet", "9,hamlet")
        .replace("4,district", "5,district")
        .replace("9,hamlet", "4,hamlet")
    )
    with pytest.raises(RefusedError, match=r"not above theirs\. \(H1\)"):
        lay(tmp_path, turned)


def test_a_class_without_a_level_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, territories="code,name,level,parent\n01,Uno,department,\n")
    with pytest.raises(RefusedError, match=r"of a class that no level has\. \(01: department\)"):
        lay(tmp_path, ISLAND)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "X,x,borough,08",
            "'borough' is not a level.*country, region, department, province, district, hamlet",
        ),
        ("X,x,province,080101", "not above them.*X → 080101.*from the top: country, region"),
        ("0801,x,region,ZZ", "known at another level.*0801"),
    ],
)
def test_territories_that_do_not_fit_the_levels_are_refused(tmp_path: Path, row: str, said: str) -> None:
    lay(tmp_path, ANDES, PLACES)
    with pytest.raises(RefusedError) as refused:
        lay(tmp_path, territories=f"code,name,level,parent\n{row}\n")
    first, *rest = said.split(".*")
    assert all(words in str(refused.value) for words in (first, *rest)), str(refused.value)
